/*
 * Stands in for a program of Windows: writes its command line to C:\programs.txt and ends with the code that
 * C:\NAME.txt tells. A line there is a word and a code: the first whose word the command line holds counts; 0 without.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int wmain(void)
{
    static char line[65536], name[MAX_PATH], path[MAX_PATH + 16], word[1024];
    wchar_t self[MAX_PATH], *base;
    unsigned long code;
    FILE *file;

    WideCharToMultiByte(CP_UTF8, 0, GetCommandLineW(), -1, line, sizeof line, NULL, NULL);
    file = fopen("C:\\programs.txt", "ab");
    if (!file) return 1;
    fprintf(file, "%s\n", line);
    fclose(file);
    GetModuleFileNameW(NULL, self, MAX_PATH);
    base = wcsrchr(self, L'\\') + 1;
    *wcsrchr(base, L'.') = 0;
    WideCharToMultiByte(CP_UTF8, 0, base, -1, name, sizeof name, NULL, NULL);
    snprintf(path, sizeof path, "C:\\%s.txt", name);
    file = fopen(path, "rb");
    if (!file) return 0;
    while (fscanf(file, "%1023s %lu", word, &code) == 2)
        if (strstr(line, word)) ExitProcess(code);
    fclose(file);
    return 0;
}
