/* Starts a Windows program from the exact command line in INPLACE_COMMAND_LINE, waits, and writes its exit code, all
   32 bits of it, to the file in INPLACE_EXIT_CODE: the host sees the low byte only, and a host's argument list cannot
   say how a command line is quoted. */
#include <windows.h>
#include <stdio.h>

int wmain(void)
{
    static WCHAR command[32768], file[1024];
    STARTUPINFOW startup = { sizeof startup };
    PROCESS_INFORMATION process;
    DWORD code = 0;
    FILE *out;

    GetEnvironmentVariableW(L"INPLACE_COMMAND_LINE", command, 32768);
    GetEnvironmentVariableW(L"INPLACE_EXIT_CODE", file, 1024);
    SetEnvironmentVariableW(L"INPLACE_COMMAND_LINE", NULL);
    SetEnvironmentVariableW(L"INPLACE_EXIT_CODE", NULL);
    if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        fprintf(stderr, "cannot start: error %lu\n", GetLastError());
        return 1;
    }
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    out = _wfopen(file, L"wb");
    if (!out) return 1;
    fprintf(out, "%lu", code);
    fclose(out);
    return 0;
}
