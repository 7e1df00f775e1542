@echo off
rem  upgrade.cmd: upgrades the Windows of this computer to the Windows of this media.
rem
rem    upgrade.cmd               says what this media is, runs the checks, offers to start
rem    upgrade.cmd /check        runs the checks only; writes nothing but its log, in the folder for temporary files
rem    upgrade.cmd /scan         runs the checks, then the compatibility scan of Windows Setup
rem    upgrade.cmd /start        runs the checks, asks once, then starts the upgrade
rem    upgrade.cmd /resume       goes on with an upgrade; its scheduled task does that by itself
rem    upgrade.cmd /collect      copies logs and status records to this media
rem    upgrade.cmd /unattended   as /start, and never asks; may be added to any of the others
rem
rem  Exit codes: 0 done or nothing to do; 3010 restart under way; 1 failed; 2 refused, every reason listed;
rem  3 media damaged; 4 outside its dates; 5 no administrator rights; 6 scripts are blocked.
rem
rem  What is done here: rights, and whether scripts may run at all. Everything else is in deploy\engine.js, which
rem  can be read like this file.
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
set "ENGINE_SHA256=@ENGINE_SHA256@"

rem  The log, from the first line on, and where the engine keeps small files.
if not defined TEMP set "TEMP=%SystemRoot%\Temp"
ver >nul
>>"%TEMP%\inplace-upgrade.log" echo.
if errorlevel 1 set "TEMP=%SystemRoot%\Temp"
if not exist "%TEMP%\inplace-upgrade.log" set "TEMP=%SystemRoot%\Temp"
set "LOG=%TEMP%\inplace-upgrade.log"
set "WORK=%TEMP%\inplace-%RANDOM%%RANDOM%"
set "SAY=%MEDIA_NAME% (media %MEDIA_ID%), which brings %MEDIA_WINDOWS%"
call :say

rem  Where this media is. Wine's cmd loses percent signs here; the current folder is the way out there.
set "MEDIA=%~dp0"
if not exist "%MEDIA%%~nx0" if exist ".\%~nx0" set "MEDIA=.\"
set "ENGINE=%MEDIA%deploy\engine.js"

rem  The programs of Windows itself, by full path. A 32-bit cmd sees the 64-bit ones under Sysnative.
set "SYSTEM=%SystemRoot%\System32"
if exist "%SystemRoot%\Sysnative\cmd.exe" set "SYSTEM=%SystemRoot%\Sysnative"

rem  The arguments.
set "VERB="
set "UNATTENDED="
set "ELEVATED="
:next_argument
if "%~1"=="" goto :arguments_done
set "WORD="
for %%W in (check scan start resume collect unattended elevated) do if /i "%~1"=="/%%W" set "WORD=%%W"
if "%~1"=="/?" set "WORD=help"
if not defined WORD goto :usage
if "%WORD%"=="unattended" set "UNATTENDED=yes"
if "%WORD%"=="unattended" goto :shift_argument
rem  Added by this file when it has asked for administrator rights and got a window with them.
if "%WORD%"=="elevated" set "ELEVATED=yes"
if "%WORD%"=="elevated" goto :shift_argument
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

if "%VERB%"=="resume" set "ENGINE=%SystemDrive%\Inplace\engine.js"
if "%VERB%"=="resume" if not exist "%SystemDrive%\Inplace\engine.js" goto :nothing_to_resume
call :check_windows_pe
if defined WINDOWS_PE goto :end
if not "%VERB%"=="resume" call :check_media
if defined DAMAGED goto :damaged
call :check_scripts
if not defined SCRIPTS goto :blocked
call :check_rights
if not defined RIGHTS goto :no_rights

if "%VERB%"=="" goto :start
if "%VERB%"=="start" goto :start
call :engine /%VERB%
goto :end

:start
if defined UNATTENDED goto :agreed
rem  The one screen before the first change, or every reason against it. Without a verb more is checked.
if "%VERB%"=="" call :engine /check
if "%VERB%"=="start" call :engine /preview
if not "%EXIT_CODE%"=="0" goto :end
call :ask
if not defined AGREED goto :declined
call :engine "/start /shown"
goto :end
:agreed
call :engine /start
goto :end

:declined
call :say "Not started. Nothing was changed."
set "EXIT_CODE=0"
goto :end

:nothing_to_resume
call :say "No upgrade is under way on this computer."
set "EXIT_CODE=0"
goto :end

:damaged
call :say "This media is damaged or incomplete: make it again, or copy it again. Nothing was started."
set "EXIT_CODE=3"
goto :end

:no_rights
set "EXIT_CODE=5"
call :say "Administrator rights are needed."
if defined UNATTENDED goto :how_to_get_rights
if defined ELEVATED goto :how_to_get_rights
call :say "Windows asks for them now. After a yes it goes on in a window of its own."
if defined VERB call :engine "/elevate /%VERB%"
if not defined VERB call :engine /elevate
if "%EXIT_CODE%"=="0" goto :end
set "EXIT_CODE=5"
:how_to_get_rights
call :say "Right-click upgrade.cmd, choose Run as administrator, and try again. Nothing was changed."
goto :end

:blocked
set "EXIT_CODE=6"
call :say "Scripts cannot run on this computer, so the upgrade cannot start. Nothing was changed."
if not exist "%WORK%.ended" call :say "The script host was started, and the script did not begin within 30 seconds."
if exist "%WORK%.said" for /f "usebackq delims=" %%L in ("%WORK%.said") do (
  set "SAY=  Windows says: %%L"
  call :say_it
)
call :say "What may block them, where that is seen, and what an administrator may allow for the upgrade:"
call :say "* Windows Script Host: the values Enabled and TrustPolicy below"
call :say "  SOFTWARE\Microsoft\Windows Script Host\Settings, in HKEY_LOCAL_MACHINE and HKEY_CURRENT_USER."
call :say "  Enabled 1 switches it on; TrustPolicy 0 lets scripts run that are not signed. Here is:"
set "FOUND="
call :show_setting HKLM Enabled
call :show_setting HKLM TrustPolicy
call :show_setting HKCU Enabled
call :show_setting HKCU TrustPolicy
if not defined FOUND call :say "    neither value, which is how Windows comes: it is something else"
call :say "* AppLocker and Software Restriction Policies: event log Microsoft-Windows-AppLocker/MSI and Script,"
call :say "  events 8006 and 8007; Application log, events 865 to 868. Allow the script below by its path or hash."
call :say "* App Control for Business: event log Microsoft-Windows-CodeIntegrity/Operational, events 3076 and 3077;"
call :say "  Microsoft-Windows-AppLocker/MSI and Script, events 8028 and 8029. Allow the script by its hash."
call :say "* Attack surface reduction of Microsoft Defender: event log Microsoft-Windows-Windows Defender/Operational,"
call :say "  events 1121 and 1122. Exclude the script from the rule that the event names."
call :say "* Another antivirus program: its own log or quarantine. Exclude the script there."
set "SAY=The script: %ENGINE%"
call :say
set "SAY=Its SHA-256: %ENGINE_SHA256%"
if not "%VERB%"=="resume" call :say
call :say "inplace never switches a policy off."
goto :end

:usage
call :say "upgrade.cmd does not know these arguments."
set "EXIT_CODE=2"
goto :show_help

:help
set "EXIT_CODE=0"
:show_help
echo upgrade.cmd               says what this media is, runs the checks, offers to start
echo upgrade.cmd /check        runs the checks only; changes nothing
echo upgrade.cmd /scan         runs the checks, then the compatibility scan of Windows Setup
echo upgrade.cmd /start        runs the checks, asks once, then starts the upgrade
echo upgrade.cmd /resume       goes on with an upgrade; its scheduled task does that by itself
echo upgrade.cmd /collect      copies logs and status records to this media
echo upgrade.cmd /unattended   as /start, and never asks; may be added to any of the others
echo.
echo Exit codes: 0 done or nothing to do, 3010 restart under way, 1 failed, 2 refused,
echo 3 media damaged, 4 outside its dates, 5 no administrator rights, 6 scripts are blocked.
set "VERB=help"

:end
set "SAY=Exit code %EXIT_CODE%"
call :log
for %%F in (sum started said ended groups) do if exist "%WORK%.%%F" del "%WORK%.%%F" >nul 2>nul
rem  Started by a double click, or in a window of its own, it would close before anybody has read it.
if defined UNATTENDED goto :leave
if defined ELEVATED pause
if not defined ELEVATED if not defined VERB pause
:leave
endlocal & exit /b %EXIT_CODE%


rem  --- The checks ---

:check_windows_pe
set "WINDOWS_PE="
"%SYSTEM%\reg.exe" query "HKLM\SYSTEM\CurrentControlSet\Control\MiniNT" >nul 2>nul
if errorlevel 1 exit /b 0
call :say "This is Windows PE: start the computer's own Windows, and upgrade.cmd there."
set "WINDOWS_PE=yes"
set "EXIT_CODE=2"
exit /b 0

rem  Sets DAMAGED. The engine checks the other files by their hashes; itself it could not.
:check_media
set "DAMAGED="
for %%F in (engine.js manifest.json media.json sequence.json variables.json) do if not exist "%MEDIA%deploy\%%F" call :missing %%F
if defined DAMAGED exit /b 0
set "SUM="
"%SYSTEM%\certutil.exe" -hashfile "%ENGINE%" SHA256 >"%WORK%.sum" 2>nul <nul
if exist "%WORK%.sum" for /f "usebackq delims=" %%L in ("%WORK%.sum") do (
  set "LINE=%%L"
  call :read_sum
)
rem  Where certutil is blocked the engine says so: nothing is called good that was not checked.
if not defined SUM exit /b 0
if /i "%SUM%"=="%ENGINE_SHA256%" exit /b 0
set "DAMAGED=yes"
call :say "deploy\engine.js is not what was written to this media."
exit /b 0

:missing
set "DAMAGED=yes"
set "SAY=deploy\%1 is missing on this media."
goto :say_it

rem  SUM from LINE, when it is 64 hexadecimal digits. Old versions put blanks between them; other words are localised.
:read_sum
set "LINE=%LINE: =%"
if "%LINE:~63,1%"=="" exit /b 0
if not "%LINE:~64,1%"=="" exit /b 0
set "OTHER="
for /f "delims=0123456789abcdefABCDEF" %%R in ("%LINE%") do set "OTHER=yes"
if not defined OTHER set "SUM=%LINE%"
exit /b 0

rem  Sets SCRIPTS when the engine can say that it runs, and ENGINE_TYPE. People give .js to an editor, so its language
rem  is named; a script host that does not take the name may know the ending.
:check_scripts
set "SCRIPTS="
set "ENGINE_TYPE=//E:JScript"
call :try_script
if defined SCRIPTS exit /b 0
if not exist "%WORK%.ended" exit /b 0
set "ENGINE_TYPE="
call :try_script
exit /b 0

rem  The engine's first line, for 30 seconds at most: a script host that asks somebody something would wait for ever.
rem  The inner cmd fills in the variables itself, the quotes too, so that no path is read twice.
:try_script
set Q="
for %%F in (started said ended) do if exist "%WORK%.%%F" del "%WORK%.%%F" >nul 2>nul
start "" /b "%SYSTEM%\cmd.exe" /d /v:off /c %%Q%%%%SYSTEM%%\cscript.exe%%Q%% //nologo %ENGINE_TYPE% %%Q%%%%ENGINE%%%%Q%% /probe /sentinel %%Q%%%%WORK%%.started%%Q%% ^>%%Q%%%%WORK%%.said%%Q%% 2^>^&1 ^<nul ^& echo ended ^>%%Q%%%%WORK%%.ended%%Q%%
for /l %%N in (1,1,20) do if not exist "%WORK%.ended" "%SYSTEM%\ping.exe" -n 1 127.0.0.1 >nul 2>nul <nul
for /l %%N in (1,1,30) do if not exist "%WORK%.ended" "%SYSTEM%\ping.exe" -n 2 127.0.0.1 >nul 2>nul <nul
if exist "%WORK%.started" set "SCRIPTS=yes"
exit /b 0

rem  Sets RIGHTS, by the groups of this process's token, by SID: their names are localised. The token must hold
rem  Administrators and be elevated (integrity level High or System).
:check_rights
set "RIGHTS="
"%SYSTEM%\whoami.exe" /groups >"%WORK%.groups" 2>nul <nul
"%SYSTEM%\find.exe" "S-1-5-32-544" "%WORK%.groups" >nul 2>nul <nul
if errorlevel 1 exit /b 0
"%SYSTEM%\find.exe" "S-1-16-12288" "%WORK%.groups" >nul 2>nul <nul
if not errorlevel 1 set "RIGHTS=yes"
"%SYSTEM%\find.exe" "S-1-16-16384" "%WORK%.groups" >nul 2>nul <nul
if not errorlevel 1 set "RIGHTS=yes"
exit /b 0


rem  --- Small helpers ---

rem  :engine "WORDS": runs it; sets EXIT_CODE, which is 1 for every end that is not one of the engine's own.
:engine
"%SYSTEM%\cscript.exe" //nologo %ENGINE_TYPE% "%ENGINE%" %~1 /log "%LOG%" <nul
set "CODE=%ERRORLEVEL%"
set "EXIT_CODE=1"
for %%C in (0 2 3 4 5 3010) do if "%CODE%"=="%%C" set "EXIT_CODE=%%C"
exit /b 0

rem  :show_setting HIVE VALUE, of Windows Script Host; reg.exe prints name, type and value in every language.
:show_setting
set "VALUE="
for /f "tokens=1,2,*" %%A in ('%SYSTEM%\reg.exe query "%1\SOFTWARE\Microsoft\Windows Script Host\Settings" /v %2 2^>nul') do if /i "%%A"=="%2" set "VALUE=%%C"
if not defined VALUE exit /b 0
set "FOUND=yes"
set "SAY=    %1: %2 is %VALUE%"
goto :say_it

rem  Sets AGREED when the person answers yes. No answer at all means no.
:ask
set "AGREED="
set "ANSWER="
echo.
set /p "ANSWER=Start the upgrade now? [Y/N] "
if defined ANSWER set "ANSWER=%ANSWER:"=%"
if /i "%ANSWER%"=="y" set "AGREED=yes"
if /i "%ANSWER%"=="yes" set "AGREED=yes"
echo.
exit /b 0

rem  :say "TEXT", or :say with SAY set: on the screen and in the log. FOR hands the text over without reading it again.
:say
if not "%~1"=="" set "SAY=%~1"
:say_it
for /f "delims=" %%L in ("%SAY%") do echo.%%L
:log
for /f "delims=" %%L in ("%SAY%") do >>"%LOG%" echo.%DATE% %TIME% %%L
exit /b 0
