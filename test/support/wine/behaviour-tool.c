/* The program of test/target/behaviours: its first word says what it does.
     exit CODE          prints its words and ends with the code
     sleep SECONDS      ends after so long
     child SECONDS      starts itself with sleep and ends
     environment NAME   prints the variable
     folder             prints the current folder
     words ...          prints its words with | between them */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void child(const char *seconds)
{
    char line[MAX_PATH + 32], path[MAX_PATH];
    STARTUPINFOA startup = { sizeof startup };
    PROCESS_INFORMATION process;

    GetModuleFileNameA(NULL, path, sizeof path);
    snprintf(line, sizeof line, "\"%s\" sleep %s", path, seconds);
    /* handles are inherited, as those of every program that a shell starts */
    CreateProcessA(path, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
}

int main(int count, char **words)
{
    char text[4096] = "";

    if (count < 2) return 99;
    if (!strcmp(words[1], "exit")) {
        printf("exit %s\n", words[2]);
        fflush(stdout);
        ExitProcess(strtoul(words[2], NULL, 0));
    }
    if (!strcmp(words[1], "sleep")) Sleep(1000 * atoi(words[2]));
    if (!strcmp(words[1], "child")) child(words[2]);
    if (!strcmp(words[1], "environment")) {
        GetEnvironmentVariableA(words[2], text, sizeof text);
        puts(text);
    }
    if (!strcmp(words[1], "folder")) {
        GetCurrentDirectoryA(sizeof text, text);
        puts(text);
    }
    if (!strcmp(words[1], "words"))
        for (int index = 1; index < count; index++) printf("%s%s", words[index], index + 1 < count ? "|" : "\n");
    return 0;
}
