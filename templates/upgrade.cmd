@echo off
rem  upgrade.cmd: upgrades the Windows of this computer with the Windows Setup of this media.
rem
rem    upgrade.cmd               says what this media is, runs the checks, offers to start
rem    upgrade.cmd /check        runs the checks only; writes nothing but its log, in the folder for temporary files
rem    upgrade.cmd /scan         runs the checks, then the compatibility scan of Windows Setup
rem    upgrade.cmd /start        runs the checks, asks once, then starts the upgrade
rem    upgrade.cmd /unattended   as /start, and never asks; may be added to any of the others
rem
rem  Exit codes: 0 done or nothing to do; 3010 restart under way; 1 failed; 2 refused, every reason listed;
rem  3 media damaged; 5 no administrator rights.
rem
rem  How it is written: a path may hold spaces, ampersands, percent and exclamation marks, carets, parentheses and
rem  apostrophes. So every path is quoted, none is handed to CALL, which would read it twice, and delayed expansion
rem  stays off. What is shown goes through :say.

setlocal EnableExtensions DisableDelayedExpansion
rem  A variable of this name would hide the exit codes of programs.
set "ERRORLEVEL="

rem  What this media is; written by the program that made it.
set "MEDIA_NAME=@MEDIA_NAME@"
set "MEDIA_ID=@MEDIA_ID@"
set "MEDIA_WINDOWS=@MEDIA_WINDOWS@"
set "MEDIA_BUILD=@MEDIA_BUILD@"
set "MEDIA_ARCHITECTURE=@MEDIA_ARCHITECTURE@"
set "MEDIA_TYPE=@MEDIA_TYPE@"
set "MINIMUM_BUILD=@MINIMUM_BUILD@"
set "MINIMUM_WINDOWS=@MINIMUM_WINDOWS@"
rem  "scan" where the task sequence of this media asks for the compatibility scan only.
set "PURPOSE=@PURPOSE@"

rem  Where this media is. Wine's cmd loses percent signs here; the current folder is the way out there.
set "MEDIA=%~dp0"
if not exist "%MEDIA%%~nx0" if exist ".\%~nx0" set "MEDIA=.\"

rem  The programs of Windows itself, by full path. A 32-bit cmd sees the 64-bit ones under Sysnative.
set "SYSTEM=%SystemRoot%\System32"
if exist "%SystemRoot%\Sysnative\reg.exe" set "SYSTEM=%SystemRoot%\Sysnative"
if not defined TEMP set "TEMP=%SystemRoot%\Temp"
set "LOG=%TEMP%\inplace-upgrade.log"
set "SETUP_LOGS=%SystemDrive%\Inplace\Logs"

rem  The arguments.
set "VERB="
set "UNATTENDED="
:next_argument
if "%~1"=="" goto :arguments_done
set "WORD="
if /i "%~1"=="/check" set "WORD=check"
if /i "%~1"=="/scan" set "WORD=scan"
if /i "%~1"=="/start" set "WORD=start"
if /i "%~1"=="/resume" set "WORD=engine"
if /i "%~1"=="/collect" set "WORD=engine"
if /i "%~1"=="/?" set "WORD=help"
if /i "%~1"=="/unattended" set "WORD=unattended"
if not defined WORD goto :usage
if "%WORD%"=="unattended" set "UNATTENDED=yes"
if "%WORD%"=="unattended" goto :shift_argument
if defined VERB goto :usage
set "VERB=%WORD%"
:shift_argument
shift
goto :next_argument
:arguments_done
rem  Words after an empty one ("") were not read.
if not "%~2"=="" goto :usage
if not "%~3"=="" goto :usage
if "%VERB%"=="help" goto :help
if "%VERB%"=="engine" goto :without_engine

rem  From here on every line is shown and logged.
ver >nul
>>"%LOG%" echo.
if errorlevel 1 set "LOG=nul"
set "SAY=%MEDIA_NAME% (media %MEDIA_ID%)"
call :say
call :read_windows
if not defined VERB call :introduce
call :checks
if defined DAMAGED goto :refused
if defined REFUSED goto :refused
if defined NO_RIGHTS goto :refused
if "%VERB%"=="check" goto :check_done

set "MODE=upgrade"
if "%VERB%"=="scan" set "MODE=scan"
if "%PURPOSE%"=="scan" set "MODE=scan"
if defined UNATTENDED goto :start
if "%VERB%"=="scan" goto :start
call :ask
if not defined AGREED goto :declined

:start
if "%MODE%"=="scan" goto :start_scan
call :say "Windows Setup starts now. It restarts this computer by itself, several times."
call :say "Save your work, keep the power connected and leave this media where it is."
set "SAY=@UPGRADE_SHOWN@"
call :log
"%MEDIA%setup.exe" @UPGRADE_ARGUMENTS@
set "CODE=%ERRORLEVEL%"
goto :setup_ended

:start_scan
call :say "Windows Setup looks for what would stop the upgrade. It installs nothing; this takes some minutes."
set "SAY=@SCAN_SHOWN@"
call :log
"%MEDIA%setup.exe" @SCAN_ARGUMENTS@
set "CODE=%ERRORLEVEL%"

:setup_ended
call :hexadecimal
@SETUP_CODES@
echo.
set "SAY=Windows Setup ended with 0x%HEX% (%CODE%): %MEANING%."
call :say
if "%MODE%/%OUTCOME%"=="upgrade/restartPending" goto :restart_under_way
if "%MODE%/%OUTCOME%"=="scan/compatible" goto :scan_clear
set "EXIT_CODE=1"
if "%OUTCOME%"=="refused" set "EXIT_CODE=2"
if "%MODE%/%OUTCOME%"=="scan/restartPending" set "ADVICE=That is no result of a compatibility scan"
if "%MODE%/%OUTCOME%"=="upgrade/compatible" set "ADVICE=That is the result of a scan: the upgrade was not started"
set "SAY=What to do: %ADVICE%."
call :say
set "SAY=Setup's logs: %SystemDrive%\$WINDOWS.~BT\Sources\Panther and %SETUP_LOGS%"
call :say
goto :end

:restart_under_way
call :say "Windows Setup restarts the computer by itself."
set "EXIT_CODE=3010"
goto :end

:scan_clear
call :say "This computer can be upgraded. Nothing was installed."
set "EXIT_CODE=0"
goto :end

:refused
echo.
if defined DAMAGED call :say "This media is damaged or incomplete: make it again, or copy it again."
if defined REFUSED call :say "This computer cannot be upgraded with this media. Nothing was changed."
set "EXIT_CODE=5"
if defined NO_RIGHTS call :say "Right-click upgrade.cmd, choose Run as administrator, and try again."
if defined REFUSED set "EXIT_CODE=2"
if defined DAMAGED set "EXIT_CODE=3"
goto :end

:check_done
echo.
call :say "Everything that was checked is in order. Nothing was changed."
set "EXIT_CODE=0"
goto :end

:declined
call :say "Not started. Nothing was changed."
set "EXIT_CODE=0"
goto :end

:without_engine
echo /resume and /collect are not on this media: made without the engine.
set "EXIT_CODE=2"
goto :leave

:usage
echo upgrade.cmd does not know these arguments.
echo.
set "EXIT_CODE=2"
goto :show_help

:help
set "EXIT_CODE=0"
:show_help
echo upgrade.cmd               says what this media is, runs the checks, offers to start
echo upgrade.cmd /check        runs the checks only; changes nothing
echo upgrade.cmd /scan         runs the checks, then the compatibility scan of Windows Setup
echo upgrade.cmd /start        runs the checks, asks once, then starts the upgrade
echo upgrade.cmd /unattended   as /start, and never asks; may be added to any of the others
echo.
echo Exit codes: 0 done or nothing to do, 3010 restart under way, 1 failed, 2 refused,
echo 3 media damaged, 5 no administrator rights.
goto :leave

:end
set "SAY=Exit code %EXIT_CODE%"
call :log
rem  Started by a double click the window would close before anybody has read it.
if not defined VERB if not defined UNATTENDED pause
:leave
endlocal & exit /b %EXIT_CODE%


rem  --- What this computer is ---

rem  Sets BUILD, INSTALLATION_TYPE, PRODUCT and ARCHITECTURE; left empty where the registry does not tell. reg.exe prints
rem  name, type and value, in these words in every language.
:read_windows
set "BUILD="
set "OLD_BUILD="
set "INSTALLATION_TYPE="
set "PRODUCT=Windows"
for /f "tokens=1,2,*" %%A in ('%SYSTEM%\reg.exe query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" 2^>nul') do (
  if "%%A"=="CurrentBuildNumber" set "BUILD=%%C"
  if "%%A"=="CurrentBuild" set "OLD_BUILD=%%C"
  if "%%A"=="InstallationType" set "INSTALLATION_TYPE=%%C"
  if "%%A"=="ProductName" set "PRODUCT=%%C"
)
if not defined BUILD set "BUILD=%OLD_BUILD%"
for /f "delims=0123456789" %%A in ("%BUILD%") do set "BUILD="
if not defined PRODUCT set "PRODUCT=Windows"
set "PRODUCT=%PRODUCT:"=%"
rem  Windows 11 still calls itself Windows 10 there.
set "NUMBER=0"
if defined BUILD set "NUMBER=%BUILD%"
if /i "%INSTALLATION_TYPE%"=="Client" if %NUMBER% GEQ 22000 set "PRODUCT=%PRODUCT:Windows 10=Windows 11%"
rem  The registry names the machine's own architecture, to an emulated cmd too.
set "ARCHITECTURE=%PROCESSOR_ARCHITECTURE%"
if defined PROCESSOR_ARCHITEW6432 set "ARCHITECTURE=%PROCESSOR_ARCHITEW6432%"
for /f "tokens=1,2,*" %%A in ('%SYSTEM%\reg.exe query "HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment" /v PROCESSOR_ARCHITECTURE 2^>nul') do if "%%B"=="REG_SZ" set "ARCHITECTURE=%%C"
if /i "%ARCHITECTURE%"=="AMD64" set "ARCHITECTURE=x64"
if /i "%ARCHITECTURE%"=="ARM64" set "ARCHITECTURE=arm64"
exit /b 0

:introduce
set "SAY=  upgrades to     %MEDIA_WINDOWS%, build %MEDIA_BUILD%, %MEDIA_ARCHITECTURE%"
call :say
set "SAY=  this computer   %PRODUCT%, build %BUILD%, %ARCHITECTURE%"
call :say
set "SAY=  log             %LOG%"
call :say
echo.
exit /b 0


rem  --- The checks: all of them run, so that every reason is listed ---

:checks
set "DAMAGED="
set "REFUSED="
set "NO_RIGHTS="
set "PASSED=0"
call :say "Checks:"
call :check_rights
call :check_windows_pe
call :check_build
call :check_type
call :check_architecture
call :check_files
if defined REFUSED exit /b 0
if defined DAMAGED exit /b 0
if defined NO_RIGHTS exit /b 0
rem  Nothing starts on a check that was never made.
if not "%PASSED%"=="6" call :no REFUSED "Not every check could be made"
exit /b 0

rem  By the groups of this process's token, by SID: their names are localised. The token must hold Administrators and
rem  be elevated (integrity level High or System).
:check_rights
%SYSTEM%\whoami.exe /groups 2>nul | %SYSTEM%\find.exe "S-1-5-32-544" >nul
if errorlevel 1 goto :not_administrator
%SYSTEM%\whoami.exe /groups 2>nul | %SYSTEM%\find.exe "S-1-16-12288" >nul
if not errorlevel 1 goto :administrator
%SYSTEM%\whoami.exe /groups 2>nul | %SYSTEM%\find.exe "S-1-16-16384" >nul
if not errorlevel 1 goto :administrator
:not_administrator
call :no NO_RIGHTS "Administrator rights are needed"
exit /b 0
:administrator
call :ok "Administrator rights"
exit /b 0

:check_windows_pe
%SYSTEM%\reg.exe query "HKLM\SYSTEM\CurrentControlSet\Control\MiniNT" >nul 2>nul
if errorlevel 1 goto :not_windows_pe
call :no REFUSED "This is Windows PE: start the computer's own Windows, and upgrade.cmd there"
exit /b 0
:not_windows_pe
call :ok "Windows itself is running"
exit /b 0

:check_build
if not defined BUILD call :no REFUSED "The build of this Windows cannot be read from the registry"
if not defined BUILD exit /b 0
set "TEXT=%PRODUCT%, build %BUILD%: too old. This media upgrades %MINIMUM_WINDOWS% and later"
if %BUILD% LSS %MINIMUM_BUILD% goto :no_refused
set "TEXT=%PRODUCT%, build %BUILD%: newer than this media, which brings build %MEDIA_BUILD%"
if %BUILD% GTR %MEDIA_BUILD% goto :no_refused
set "TEXT=%PRODUCT%, build %BUILD%"
goto :ok_text

:check_type
set "TEXT=This computer does not say whether it is a client or a server (InstallationType)"
if not defined INSTALLATION_TYPE goto :no_refused
set "TYPE=client"
if /i "%INSTALLATION_TYPE:~0,6%"=="Server" set "TYPE=server"
set "TEXT=This computer is a %TYPE% (%INSTALLATION_TYPE%); this media upgrades a %MEDIA_TYPE%"
if not "%TYPE%"=="%MEDIA_TYPE%" goto :no_refused
set "TEXT=Computer and media are both for a %TYPE%"
goto :ok_text

:check_architecture
set "TEXT=Windows of this computer is %ARCHITECTURE%, this media is %MEDIA_ARCHITECTURE%"
if /i not "%ARCHITECTURE%"=="%MEDIA_ARCHITECTURE%" goto :no_refused
set "TEXT=Computer and media are both %ARCHITECTURE%"
goto :ok_text

:check_files
set "MISSING="
if not exist "%MEDIA%setup.exe" call :missing "setup.exe"
set "IMAGE="
if exist "%MEDIA%sources\install.wim" set "IMAGE=wim"
if exist "%MEDIA%sources\install.esd" set "IMAGE=esd"
if exist "%MEDIA%sources\install.swm" set "IMAGE=swm"
if not defined IMAGE call :missing "sources\install.wim"
if not exist "%MEDIA%deploy\media.json" call :missing "deploy\media.json"
@CHECK_FILES@
if not defined MISSING call :ok "The files that the upgrade starts from are on this media"
exit /b 0


rem  --- Small helpers ---

rem  :missing FILE
:missing
set "MISSING=yes"
set "TEXT=%~1 is missing on this media"
set "DAMAGED=yes"
goto :no_text

rem  :ok "TEXT", or :ok_text with TEXT set: a check that holds.
:ok
set "TEXT=%~1"
:ok_text
set /a "PASSED+=1" >nul
set "SAY=  [ok] %TEXT%"
goto :say_it

rem  :no FLAG "TEXT", or :no_refused with TEXT set: a check that does not hold, and the flag that says so.
:no
set "%~1=yes"
set "TEXT=%~2"
goto :no_text
:no_refused
set "REFUSED=yes"
:no_text
set "SAY=  [no] %TEXT%"
goto :say_it

rem  :say "TEXT", or :say with SAY set: on the screen and in the log. FOR hands the text over without reading it again.
:say
if not "%~1"=="" set "SAY=%~1"
:say_it
for /f "delims=" %%L in ("%SAY%") do echo.%%L
:log
for /f "delims=" %%L in ("%SAY%") do >>"%LOG%" echo.%DATE% %TIME% %%L
exit /b 0

rem  Sets AGREED when the person answers yes. No answer at all means no.
:ask
set "AGREED="
set "ANSWER="
echo.
if "%MODE%"=="scan" set /p "ANSWER=Start the compatibility scan now? [Y/N] "
if "%MODE%"=="upgrade" set /p "ANSWER=Start the upgrade now? [Y/N] "
if defined ANSWER set "ANSWER=%ANSWER:"=%"
if /i "%ANSWER%"=="y" set "AGREED=yes"
if /i "%ANSWER%"=="yes" set "AGREED=yes"
echo.
exit /b 0

rem  HEX from CODE: the eight digits by which Microsoft's pages name a result. cmd knows the signed number only.
:hexadecimal
set "HEX="
for %%S in (28 24 20 16 12 8 4 0) do call :digit %%S
exit /b 0
:digit
set "DIGITS=0123456789ABCDEF"
set /a "DIGIT=(CODE>>%1)&15"
call set "HEX=%%HEX%%%%DIGITS:~%DIGIT%,1%%"
exit /b 0
