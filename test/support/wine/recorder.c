/* Stands for a program of Windows that changes the machine: keeps its command line in C:\NAME-commands.txt, NAME being its own name, and ends
   with the number in C:\NAME-code.txt, 0 without one. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

int wmain(void)
{
    WCHAR path[1024], name[64], file[256];
    char number[32];
    FILE *out;

    GetModuleFileNameW(NULL, path, 1024);
    _wsplitpath(path, NULL, NULL, name, NULL);
    swprintf(file, 256, L"C:\\%ls-commands.txt", name);
    out = _wfopen(file, L"ab");
    if (!out) return 1;
    fprintf(out, "%ls\n", GetCommandLineW());
    fclose(out);
    swprintf(file, 256, L"C:\\%ls-code.txt", name);
    out = _wfopen(file, L"rb");
    if (!out) return 0;
    if (!fgets(number, sizeof number, out)) return 1;
    fclose(out);
    return strtoul(number, NULL, 0);
}
