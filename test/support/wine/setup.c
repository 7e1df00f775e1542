/* Stands for setup.exe: a program with a window, like the real one. Appends its whole command line to
   C:\setup-commands.txt (UTF-8, one a line) and ends with the number in C:\setup-exit-code.txt (decimal or 0x…). */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR arguments, int show)
{
    static char line[131072], number[32];
    FILE *file;

    Sleep(100); /* a caller that does not wait reads the file too early */
    WideCharToMultiByte(CP_UTF8, 0, GetCommandLineW(), -1, line, sizeof line, NULL, NULL);
    file = fopen("C:\\setup-commands.txt", "ab");
    if (!file) return 1;
    fprintf(file, "%s\n", line);
    fclose(file);
    file = fopen("C:\\setup-exit-code.txt", "rb");
    if (!file) return 0;
    fgets(number, sizeof number, file);
    fclose(file);
    ExitProcess(strtoul(number, NULL, 0));
}
