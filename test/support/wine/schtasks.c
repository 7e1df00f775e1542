/* Stands for schtasks.exe. There is one task: /create keeps its XML as C:\task.xml, /query says whether it is there, /delete removes it, and
   /run starts what it says, on its own, as Task Scheduler does. Wine's cscript takes no //E:, so that word is left out.
   C:\no-task-runs.txt: /run starts nothing, so that a test can do it. Every command line is kept in C:\schtasks-commands.txt. */
#include <windows.h>
#include <stdio.h>
#include <string.h>

static const WCHAR *TASK = L"C:\\task.xml";

static WCHAR *between(WCHAR *text, const WCHAR *start, const WCHAR *end)
{
    WCHAR *from = wcsstr(text, start), *to;
    if (!from) return NULL;
    from += wcslen(start);
    to = wcsstr(from, end);
    if (!to) return NULL;
    *to = 0;
    return from;
}

static int run(void)
{
    static WCHAR text[16384], line[16384];
    STARTUPINFOW startup = { sizeof startup };
    PROCESS_INFORMATION process;
    WCHAR *arguments, *command, *language;
    FILE *file = _wfopen(TASK, L"rb");

    if (!file) return 1;
    fread(text, 2, 16383, file);
    fclose(file);
    if (GetFileAttributesW(L"C:\\no-task-runs.txt") != INVALID_FILE_ATTRIBUTES) return 0;
    arguments = between(text, L"<Arguments>", L"</Arguments>");
    command = between(text, L"<Command>", L"</Command>");
    if (!command || !arguments) return 1;
    language = wcsstr(arguments, L"//E:JScript ");
    if (language) memmove(language, language + 12, (wcslen(language + 12) + 1) * sizeof(WCHAR));
    swprintf(line, 16384, L"\"%ls\" %ls", command, arguments);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, DETACHED_PROCESS, NULL, L"C:\\windows\\system32", &startup, &process)) return 1;
    return 0;
}

int wmain(int count, WCHAR **words)
{
    FILE *file = fopen("C:\\schtasks-commands.txt", "ab");
    int index;

    if (!file) return 1;
    fprintf(file, "%ls\n", GetCommandLineW());
    fclose(file);
    if (count < 2) return 1;
    if (!_wcsicmp(words[1], L"/query")) return GetFileAttributesW(TASK) == INVALID_FILE_ATTRIBUTES;
    if (!_wcsicmp(words[1], L"/delete")) return !DeleteFileW(TASK);
    if (!_wcsicmp(words[1], L"/run")) return run();
    for (index = 2; index + 1 < count; index++)
        if (!_wcsicmp(words[index], L"/xml")) return !CopyFileW(words[index + 1], TASK, FALSE);
    return 1;
}
