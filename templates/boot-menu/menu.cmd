@echo off
rem  menu.cmd: what a person sees when a computer was started from this media. Windows PE starts it by winpeshl.ini.
rem
rem  An in-place upgrade starts from the running Windows, so there is little to do here: go back to Windows, bring the
rem  logs of a failed upgrade to the media, a command prompt, and Windows Setup as the media had it. Nothing is ever
rem  written to a drive with an installed Windows. cmd.exe of Windows 7's Windows PE is enough; every other program may
rem  be missing.
rem
rem  How it is written: as upgrade.cmd. Paths are quoted, none is handed to CALL, delayed expansion stays off.

setlocal EnableExtensions DisableDelayedExpansion
rem  A variable of this name would hide the exit codes of programs.
set "ERRORLEVEL="

rem  Which media this boot image belongs to, and what the image started before the menu was put into it: "apps" for the
rem  programs of its own winpeshl.ini, else "setup". Written by the program that made the media.
set "MEDIA_NAME=@MEDIA_NAME@"
set "MEDIA_ID=@MEDIA_ID@"
set "MEDIA_WINDOWS=@MEDIA_WINDOWS@"
set "ORIGINAL=@ORIGINAL@"

set "SYSTEM=%SystemRoot%\System32"
set "HERE=%SystemDrive%\inplace"
set "LOG=%HERE%\menu.log"
rem  The largest log that is copied, and the most that is copied at once, in bytes.
set "MOST_OF_FILE=33554432"
set "MOST_OF_ALL=134217728"

>>"%LOG%" echo.
if errorlevel 1 set "LOG=nul"
set "SAY=media %MEDIA_ID%: %MEDIA_NAME%"
call :log

rem  Finds devices and starts the network, as startnet.cmd does in other boot images. Windows Setup is used to being
rem  started after it there (U: not tried with every release).
if exist "%SYSTEM%\wpeinit.exe" "%SYSTEM%\wpeinit.exe"
call :load_drivers
call :find_original
set "NO_ANSWERS=0"

:menu
echo.
set "SAY=Media %MEDIA_ID:~0,8%: %MEDIA_NAME%"
call :say
echo.
echo This computer was started from upgrade media: %MEDIA_WINDOWS%
echo.
echo An in-place upgrade does not start here. Start the computer's own Windows, sign in
echo as an administrator, and start upgrade.cmd of this media there.
echo.
echo   1  Restart into Windows
echo   2  Collect the logs of the installed Windows
echo   3  Command prompt
if defined ORIGINAL echo   4  %ORIGINAL_TEXT%
echo.
set "CHOICE="
set /p "CHOICE=Your choice: "
if not defined CHOICE goto :no_answer
set "NO_ANSWERS=0"
set "CHOICE=%CHOICE:"=%"
if "%CHOICE%"=="1" goto :restart
if "%CHOICE%"=="2" goto :collect
if "%CHOICE%"=="3" goto :prompt
if "%CHOICE%"=="4" if defined ORIGINAL goto :original
echo That is none of the choices.
goto :menu

rem  No answer again and again means that nobody can answer: no keyboard, or an input that has ended.
:no_answer
set /a "NO_ANSWERS+=1" >nul
if %NO_ANSWERS% LSS 20 goto :menu
call :say "Nobody answers. The computer restarts."
goto :leave


rem  --- 1: restart ---

:restart
echo.
echo The computer restarts. For its own Windows to start, take this media out, or choose the
echo computer's disk in the boot menu of its firmware, and press no key when asked whether
echo to boot from CD or DVD. Put the media in again once Windows is running.
set "SAY=restart"
call :log
if exist "%SYSTEM%\wpeutil.exe" "%SYSTEM%\wpeutil.exe" reboot
rem  Windows PE restarts the computer when its shell has ended, too.
:leave
endlocal & exit /b 0


rem  --- 3: command prompt ---

:prompt
echo.
echo Type exit to come back to the menu. Nothing stops you here: what you write to the disks stays.
"%SYSTEM%\cmd.exe" /d /k
goto :menu


rem  --- 4: Windows Setup as it was ---

rem  What winpeshl.exe starts without a winpeshl.ini: setup.exe in the root, else startnet.cmd (U: as people found out,
rem  no page of Microsoft says so).
:find_original
set "ORIGINAL_TEXT=Windows Setup as this media had it: installs anew, does not upgrade"
set "START="
if "%ORIGINAL%"=="apps" set "ORIGINAL_TEXT=What this boot image starts by itself"
if "%ORIGINAL%"=="apps" exit /b 0
if exist "%SystemDrive%\setup.exe" set "START=%SystemDrive%\setup.exe"
if defined START exit /b 0
set "ORIGINAL_TEXT=What this boot image starts by itself"
if exist "%SYSTEM%\startnet.cmd" set "START=%SYSTEM%\startnet.cmd"
if defined START exit /b 0
set "ORIGINAL_TEXT=Windows Setup as this media had it: installs anew, does not upgrade"
if exist "%SystemDrive%\sources\setup.exe" set "START=%SystemDrive%\sources\setup.exe"
if not defined START set "ORIGINAL="
exit /b 0

:original
echo.
echo Windows Setup installs anew from here. It cannot upgrade, and it can erase what is on the disks.
set "ANSWER="
set /p "ANSWER=Go on? [Y/N] "
if not defined ANSWER goto :menu
set "ANSWER=%ANSWER:"=%"
if /i "%ANSWER%"=="y" goto :start_original
if /i "%ANSWER%"=="yes" goto :start_original
goto :menu

:start_original
if "%ORIGINAL%"=="apps" goto :start_apps
set "SAY=starting %START%"
call :log
if /i "%START:~-4%"==".cmd" goto :start_batch
"%START%"
set "SAY=it ended with %ERRORLEVEL%"
call :log
goto :leave
:start_batch
"%SYSTEM%\cmd.exe" /k "%START%"
goto :leave
:start_apps
set "SAY=starting the programs of the image's own winpeshl.ini"
call :log
@ORIGINAL_APPS@
goto :leave


rem  --- 2: collect logs ---

:collect
echo.
call :find_media
call :find_windows
if defined LOCKED call :say "Locked by BitLocker, so nothing in it can be read:%LOCKED%"
if defined LOCKED echo Unlock it at the command prompt: manage-bde -unlock C: -RecoveryPassword 111111-222222-...
if defined CANNOT_TELL echo Drives that BitLocker has locked cannot be told here: manage-bde is not in this boot image.
if not defined WINDOWS call :say "No installed Windows was found. Its disk may be locked, or need a driver."
if not defined WINDOWS goto :menu
call :say "An installed Windows, or logs of Windows Setup, on:%WINDOWS%"
set "DRIVE=%MEDIA%"
if defined MEDIA goto :make_folder
call :say "This media is not there: it was taken out, or its drive needs a driver."

:ask_drive
set "ANSWER="
set /p "ANSWER=Letter of a drive for the logs, such as a stick; Enter goes back: "
if not defined ANSWER goto :menu
set "ANSWER=%ANSWER:"=%"
if not defined ANSWER goto :menu
set "DRIVE="
for %%D in (C D E F G H I J K L M N O P Q R S T U V W X Y Z) do call :same_letter %%D
if not defined DRIVE echo Type one letter from C to Z.
if not defined DRIVE goto :ask_drive
if /i "%DRIVE%"=="%SystemDrive%" echo %DRIVE% is the memory that this menu runs from: it is gone after the restart.
if /i "%DRIVE%"=="%SystemDrive%" goto :ask_drive
set "TAKEN="
for %%D in (%WINDOWS%) do call :same_drive %%D
if defined TAKEN echo %DRIVE% has an installed Windows, and nothing is written there.
if defined TAKEN goto :ask_drive
call :can_read %DRIVE%
if not defined READABLE echo There is no drive %DRIVE%, or nothing in it.
if not defined READABLE goto :ask_drive

:make_folder
set "NUMBER=0"
:next_number
set /a "NUMBER+=1" >nul
set "FOLDER=%DRIVE%\Reports\offline-%NUMBER%"
if %NUMBER% GTR 999 goto :not_writable
if exist "%FOLDER%" goto :next_number
mkdir "%FOLDER%" >nul 2>nul
if not exist "%FOLDER%\." goto :not_writable
>"%FOLDER%\about.txt" echo Media %MEDIA_ID%: boot menu
set "SIZE="
if exist "%FOLDER%\about.txt" for %%F in ("%FOLDER%\about.txt") do set "SIZE=%%~zF"
if not defined SIZE goto :not_writable
if "%SIZE%"=="0" goto :not_writable
>>"%FOLDER%\about.txt" echo Collected %DATE% %TIME% by the clock of this computer
if exist "%SYSTEM%\reg.exe" "%SYSTEM%\reg.exe" query HKLM\HARDWARE\DESCRIPTION\System\BIOS >>"%FOLDER%\about.txt" 2>nul

set "COPIED=0"
set "SKIPPED=0"
set "FAILED=0"
set "TOTAL=0"
for %%D in (%WINDOWS%) do call :collect_from %%D
echo.
call :say "%COPIED% files were copied to %FOLDER%"
if not "%SKIPPED%"=="0" call :say "%SKIPPED% files are too large and were left out; menu.log names them."
if not "%FAILED%"=="0" call :say "%FAILED% files could not be copied: they cannot be read, or %DRIVE% is full."
copy /y "%LOG%" "%FOLDER%\menu.log" >nul 2>nul
echo Choose 1 before you pull the stick out. On another computer: inplace report %DRIVE%\Reports
goto :menu

:not_writable
rem  What was begun there goes again.
rmdir "%FOLDER%" >nul 2>nul
set "SAY=%DRIVE% cannot be written: it is a DVD, write-protected or full."
call :say
goto :ask_drive

:same_letter
if /i "%~1"=="%ANSWER%" set "DRIVE=%~1:"
if /i "%~1:"=="%ANSWER%" set "DRIVE=%~1:"
if /i "%~1:\"=="%ANSWER%" set "DRIVE=%~1:"
exit /b 0

:same_drive
if /i "%~1"=="%DRIVE%" set "TAKEN=yes"
exit /b 0

rem  Everything of one drive: first what the engine left, then the logs by the order in which they help.
:collect_from
set "FROM=%~1"
set "LETTER=%FROM:~0,1%"
set "INTO=%FOLDER%\%LETTER%"
call :take_reports
call :take_folder "$WINDOWS.~BT\Sources\Panther" "Setup\Panther"
call :take_folder "$WINDOWS.~BT\Sources\Panther\UnattendGC" "Setup\Panther\UnattendGC"
call :take_folder "$WINDOWS.~BT\Sources\Rollback" "Setup\Rollback"
call :take_folder "Windows\Panther" "Windows\Panther"
call :take_folder "Windows\Panther\UnattendGC" "Windows\Panther\UnattendGC"
call :take_folder "Windows\Panther\NewOs\Panther" "Windows\Panther\NewOs"
call :take_folder "Windows\Logs\MoSetup" "Windows\MoSetup"
call :take_folder "Windows\Logs\SetupDiag" "Windows\SetupDiag"
call :take_folder "Windows.old\Windows\Panther" "Windows.old\Panther"
call :take_folder "Inplace\Logs" "Inplace\Logs"
exit /b 0

rem  Logs that lie directly in a folder. Dumps, traces and the migration's list of files are not taken.
:take_folder
set "SOURCE=%FROM%\%~1"
set "TARGET=%INTO%\%~2"
if not exist "%SOURCE%\." exit /b 0
rem  From inside the folder: Wine's FOR finds nothing behind a quoted path.
ver >nul
pushd "%SOURCE%" 2>nul
if errorlevel 1 exit /b 0
for %%E in (log xml txt json ini) do call :take_type %%E
popd
exit /b 0
:take_type
for %%F in (*.%~1) do (
  set "FILE=%SOURCE%\%%F"
  set "NAME=%%~nxF"
  set "SIZE=%%~zF"
  call :take_file
)
exit /b 0

rem  The reports of the engine, folder by folder, as they are.
:take_reports
set "SOURCE=%FROM%\Inplace\Reports"
if not exist "%SOURCE%\." exit /b 0
for /r "%SOURCE%" %%F in (*) do (
  set "FILE=%%F"
  set "NAME=%%~nxF"
  set "SIZE=%%~zF"
  set "TARGET=%%~dpF"
  call :take_report
)
exit /b 0
:take_report
set "TARGET=%TARGET:~0,-1%"
set "TARGET=%INTO%\Reports%TARGET:*\Inplace\Reports=%"

rem  FILE, of SIZE bytes, into the folder TARGET as NAME. IF takes what is more than 32 bits for the largest number.
:take_file
if /i "%NAME:~0,6%"=="miglog" exit /b 0
if not defined SIZE goto :take_failed
if %SIZE% GTR %MOST_OF_FILE% goto :take_skipped
set /a "NEXT=TOTAL+SIZE" >nul
if %NEXT% GTR %MOST_OF_ALL% goto :take_skipped
if not exist "%TARGET%\." mkdir "%TARGET%" >nul 2>nul
copy /y "%FILE%" "%TARGET%\%NAME%" >nul 2>nul
set "THERE="
if exist "%TARGET%\%NAME%" for %%F in ("%TARGET%\%NAME%") do set "THERE=%%~zF"
if not "%THERE%"=="%SIZE%" goto :take_failed
set "TOTAL=%NEXT%"
set /a "COPIED+=1" >nul
exit /b 0
:take_skipped
set /a "SKIPPED+=1" >nul
set "SAY=too large, %SIZE% bytes: %FILE%"
goto :log
:take_failed
if exist "%TARGET%\%NAME%" del /f /q "%TARGET%\%NAME%" >nul 2>nul
set /a "FAILED+=1" >nul
set "SAY=not copied: %FILE%"
goto :log


rem  --- Drives ---

rem  READABLE: whether the drive has a volume that can be read.
:can_read
set "READABLE="
ver >nul
pushd "%~1\" 2>nul
if errorlevel 1 exit /b 0
popd
set "READABLE=yes"
exit /b 0

rem  MEDIA: the drive whose deploy\media.json has the id of this media; none when it was taken out.
:find_media
set "MEDIA="
for %%D in (C D E F G H I J K L M N O P Q R S T U V W X Y Z) do call :is_media %%D:
exit /b 0
:is_media
if defined MEDIA exit /b 0
if not exist "%~1\deploy\media.json" exit /b 0
for /f "usebackq tokens=1,2 delims=:, " %%A in ("%~1\deploy\media.json") do if "%%~A"=="mediaId" if "%%~B"=="%MEDIA_ID%" set "MEDIA=%~1"
exit /b 0

rem  WINDOWS: drives with the registry of a Windows, or with logs of Windows Setup. LOCKED: those that BitLocker keeps shut.
:find_windows
set "WINDOWS="
set "LOCKED="
set "CANNOT_TELL="
if not exist "%SYSTEM%\manage-bde.exe" set "CANNOT_TELL=yes"
for %%D in (C D E F G H I J K L M N O P Q R S T U V W X Y Z) do call :look_for_windows %%D:
exit /b 0
:look_for_windows
if /i "%~1"=="%SystemDrive%" exit /b 0
if /i "%~1"=="%MEDIA%" exit /b 0
if exist "%~1\Windows\System32\config\SOFTWARE" goto :is_windows
if exist "%~1\Windows\Panther\." goto :is_windows
if exist "%~1\$WINDOWS.~BT\Sources\Panther\." goto :is_windows
if defined CANNOT_TELL exit /b 0
call :can_read %~1
if defined READABLE exit /b 0
rem  It has a letter and cannot be read, and BitLocker knows it (U: its exit code for a locked drive; its words are
rem  localised and not read).
"%SYSTEM%\manage-bde.exe" -status %~1 >nul 2>nul
if "%ERRORLEVEL%"=="0" set "LOCKED=%LOCKED% %~1"
exit /b 0
:is_windows
set "WINDOWS=%WINDOWS% %~1"
exit /b 0


rem  --- Drivers ---

rem  Every .inf that was put into the boot image; one that cannot be loaded is logged, and the next one is tried.
:load_drivers
if not exist "%HERE%\drivers\." exit /b 0
set "LOADED=0"
set "NOT_LOADED=0"
if not exist "%SYSTEM%\drvload.exe" call :say "drvload is not in this boot image: its drivers are not loaded."
if not exist "%SYSTEM%\drvload.exe" exit /b 0
echo Loading drivers ...
for /r "%HERE%\drivers" %%F in (*.inf) do (
  set "FILE=%%F"
  call :load_driver
)
call :say "%LOADED% drivers were loaded, %NOT_LOADED% were not; %LOG% names them."
exit /b 0
:load_driver
"%SYSTEM%\drvload.exe" "%FILE%" >nul 2>nul
set "CODE=%ERRORLEVEL%"
set "SAY=drvload %CODE%: %FILE%"
call :log
if "%CODE%"=="0" set /a "LOADED+=1" >nul
if not "%CODE%"=="0" set /a "NOT_LOADED+=1" >nul
exit /b 0


rem  --- Small helpers ---

rem  :say "TEXT", or :say with SAY set: on the screen and in the log. FOR hands the text over without reading it again.
:say
if not "%~1"=="" set "SAY=%~1"
for /f "delims=" %%L in ("%SAY%") do echo.%%L
:log
for /f "delims=" %%L in ("%SAY%") do >>"%LOG%" echo.%DATE% %TIME% %%L
exit /b 0
