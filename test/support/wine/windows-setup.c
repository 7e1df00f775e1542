/* Stands for setup.exe of Windows media. Its whole command line goes to C:\setup-commands.txt (UTF-8, one a line). A scan ends with 0xC1900210,
   no issue found, or what C:\setup-scan.txt says; an upgrade with the number in C:\setup-code.txt (decimal or 0x…), 0 without one.
   C:\setup-hangs.txt: it does not end while that file is there. C:\setup-vanishes.txt: it takes the program that started it along, as when
   somebody ends both, so that nobody learns its code. */
#include <windows.h>
#include <tlhelp32.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long number_in(const char *path, unsigned long otherwise)
{
    char number[32] = "";
    FILE *file = fopen(path, "rb");
    if (!file) return otherwise;
    if (!fgets(number, sizeof number, file)) number[0] = 0;
    fclose(file);
    return strtoul(number, NULL, 0);
}

static void end_parent(void)
{
    PROCESSENTRY32W entry = { sizeof entry };
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0), parent;
    BOOL more;
    for (more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry)) {
        if (entry.th32ProcessID != GetCurrentProcessId()) continue;
        parent = OpenProcess(PROCESS_TERMINATE, FALSE, entry.th32ParentProcessID);
        if (parent) TerminateProcess(parent, 1);
        return;
    }
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR arguments, int show)
{
    static char line[131072];
    FILE *file = fopen("C:\\setup-commands.txt", "ab");

    if (!file) return 1;
    WideCharToMultiByte(CP_UTF8, 0, GetCommandLineW(), -1, line, sizeof line, NULL, NULL);
    fprintf(file, "%s\n", line);
    fclose(file);
    if (wcsstr(arguments, L"scanonly")) ExitProcess(number_in("C:\\setup-scan.txt", 0xC1900210));
    while (GetFileAttributesW(L"C:\\setup-hangs.txt") != INVALID_FILE_ATTRIBUTES) Sleep(100);
    if (GetFileAttributesW(L"C:\\setup-vanishes.txt") != INVALID_FILE_ATTRIBUTES) end_parent();
    ExitProcess(number_in("C:\\setup-code.txt", 0));
}
