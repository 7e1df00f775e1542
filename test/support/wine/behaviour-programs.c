/* Stands for programs of Windows that Wine lacks or has as silent stubs; which one, its file name says.
     certutil -hashfile FILE SHA256   as Windows 7 in German prints it: blanks between the bytes
     schtasks /create /query /run /delete   a task is a copy of its XML in C:\behave\tasks
     powercfg /duplicatescheme /setactive /delete   in the registry where Windows has them; all else does nothing */
#include <windows.h>
#include <bcrypt.h>
#include <stdio.h>
#include <string.h>

#define PLANS "SYSTEM\\CurrentControlSet\\Control\\Power\\User\\PowerSchemes"

static int certutil(int count, char **words)
{
    static unsigned char data[1 << 20], sum[32];
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
    size_t length;
    FILE *file;

    if (count != 4 || strcmp(words[1], "-hashfile") || strcmp(words[3], "SHA256")) return 87;
    file = fopen(words[2], "rb");
    if (!file) return 2;
    BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0);
    BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0);
    while ((length = fread(data, 1, sizeof data, file)) > 0) BCryptHashData(hash, data, length, 0);
    BCryptFinishHash(hash, sum, sizeof sum, 0);
    printf("SHA256-Hash der Datei %s:\r\n", words[2]);
    for (int index = 0; index < 32; index++) printf("%02x%s", sum[index], index < 31 ? " " : "\r\n");
    printf("CertUtil: -hashfile-Befehl wurde erfolgreich ausgef\x81hrt.\r\n");
    return 0;
}

/* The word behind another one. */
static const char *after(int count, char **words, const char *name)
{
    for (int index = 1; index + 1 < count; index++)
        if (!strcmp(words[index], name)) return words[index + 1];
    return "";
}

/* UTF-16 with its mark, and a task in it. */
static int isTask(const char *path)
{
    static WCHAR text[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t length;

    if (!file) return 0;
    length = fread(text, 2, sizeof text / 2 - 1, file);
    fclose(file);
    text[length] = 0;
    return length > 1 && text[0] == 0xfeff && wcsstr(text, L"<Task") && wcsstr(text, L"<Exec>");
}

static int schtasks(int count, char **words)
{
    char path[MAX_PATH];
    const char *xml = after(count, words, "/xml");

    CreateDirectoryA("C:\\behave\\tasks", NULL);
    snprintf(path, sizeof path, "C:\\behave\\tasks\\%s", after(count, words, "/tn"));
    if (!strcmp(words[1], "/create")) return isTask(xml) && CopyFileA(xml, path, FALSE) ? 0 : 1;
    if (GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES) return 1;
    if (!strcmp(words[1], "/delete")) return DeleteFileA(path) ? 0 : 1;
    return !strcmp(words[1], "/query") || !strcmp(words[1], "/run") ? 0 : 1;
}

static int hasPlan(HKEY plans, const char *plan)
{
    HKEY key;
    if (RegOpenKeyExA(plans, plan, 0, KEY_READ, &key)) return 0;
    RegCloseKey(key);
    return 1;
}

static int powercfg(int count, char **words)
{
    char active[64] = "";
    DWORD size = sizeof active;
    HKEY plans, key;

    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, PLANS, 0, KEY_ALL_ACCESS, &plans)) return 1;
    RegQueryValueExA(plans, "ActivePowerScheme", NULL, NULL, (BYTE *)active, &size);
    if (!strcmp(words[1], "/duplicatescheme"))
        return count == 4 && hasPlan(plans, words[2]) && !hasPlan(plans, words[3]) ? RegCreateKeyA(plans, words[3], &key) : 1;
    if (count > 2 && !hasPlan(plans, words[2])) return 1;
    if (!strcmp(words[1], "/setactive"))
        return RegSetValueExA(plans, "ActivePowerScheme", 0, REG_SZ, (BYTE *)words[2], strlen(words[2]) + 1);
    if (!strcmp(words[1], "/delete")) return _stricmp(active, words[2]) ? RegDeleteKeyA(plans, words[2]) : 1;
    return 0;
}

int main(int count, char **words)
{
    char path[MAX_PATH];
    const char *name;

    GetModuleFileNameA(NULL, path, sizeof path);
    name = strrchr(path, '\\') + 1;
    if (!_strnicmp(name, "certutil", 8)) return certutil(count, words);
    if (count > 1 && !_strnicmp(name, "schtasks", 8)) return schtasks(count, words);
    if (count > 1 && !_strnicmp(name, "powercfg", 8)) return powercfg(count, words);
    return 50;
}
