/* Stands for cscript.exe, so that upgrade.cmd meets every script host there is. C:\cscript.txt says which: "ok"; "no-language", which does not
   take //E:JScript; "disabled", which says that Windows Script Host is switched off; "silent", which only ends; "hang", which asks somebody
   something and waits. One that works writes the file behind /sentinel and ends with the code behind the script's verb in C:\engine-codes.txt
   ("/check 2", one a line), 0 without one. Command lines are kept in C:\cscript-commands.txt. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int code_of(const WCHAR *verb)
{
    char line[64], name[32];
    int code, found = 0;
    FILE *codes = fopen("C:\\engine-codes.txt", "rb");

    if (!codes) return 0;
    while (fgets(line, sizeof line, codes)) {
        WCHAR wide[32];
        if (sscanf(line, "%31s %d", name, &code) != 2) continue;
        swprintf(wide, 32, L"%hs", name);
        if (!_wcsicmp(wide, verb)) found = code;
    }
    fclose(codes);
    return found;
}

int wmain(int count, WCHAR **words)
{
    static char commands[65536];
    char mode[32] = "ok";
    FILE *file = fopen("C:\\cscript.txt", "rb");
    int index, script = 0;

    if (file) { fgets(mode, sizeof mode, file); fclose(file); }
    file = fopen("C:\\cscript-commands.txt", "ab");
    if (!file) return 1;
    WideCharToMultiByte(CP_UTF8, 0, GetCommandLineW(), -1, commands, sizeof commands, NULL, NULL);
    fprintf(file, "%s\n", commands);
    fclose(file);
    if (!strncmp(mode, "disabled", 8)) {
        printf("CScript Error: Windows Script Host access is disabled on this machine. Contact your administrator for details.\r\n");
        return 1;
    }
    if (!strncmp(mode, "silent", 6)) return 1;
    if (!strncmp(mode, "hang", 4)) Sleep(120000);
    for (index = 1; index < count; index++) {
        if (!_wcsnicmp(words[index], L"//E:", 4) && !strncmp(mode, "no-language", 11)) {
            printf("Input Error: Can't find script engine \"JScript\" for script.\r\n");
            return 1;
        }
        if (!script && wcsncmp(words[index], L"//", 2)) script = index;
        if (!_wcsicmp(words[index], L"/sentinel") && index + 1 < count) {
            file = _wfopen(words[index + 1], L"wb");
            if (file) { fputs("stand-in\r\n", file); fclose(file); }
        }
    }
    if (!script || script + 1 >= count || GetFileAttributesW(words[script]) == INVALID_FILE_ATTRIBUTES) return 1;
    printf("engine says: %ls\r\n", words[script + 1]);
    return code_of(words[script + 1]);
}
