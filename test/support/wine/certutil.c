/* Stands for certutil.exe -hashfile FILE SHA256, which is a silent stub in Wine. Its words are those of a German Windows; C:\certutil.txt
   changes what it does: "silent" prints nothing, as where it is blocked, "old" puts blanks between the bytes, as Windows 7 does. */
#include <windows.h>
#include <wincrypt.h>
#include <stdio.h>
#include <string.h>

int wmain(int count, WCHAR **words)
{
    static BYTE buffer[1 << 16];
    char mode[16] = "";
    BYTE sum[32];
    DWORD size = sizeof sum, got;
    HCRYPTPROV provider;
    HCRYPTHASH hash;
    HANDLE file;
    FILE *setting = fopen("C:\\certutil.txt", "rb");
    DWORD index;

    if (setting) { fgets(mode, sizeof mode, setting); fclose(setting); }
    if (!strncmp(mode, "silent", 6)) return 1;
    if (count != 4 || _wcsicmp(words[1], L"-hashfile") || _wcsicmp(words[3], L"SHA256")) return 2;
    file = CreateFileW(words[2], GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return 3;
    if (!CryptAcquireContextW(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)) return 4;
    CryptCreateHash(provider, CALG_SHA_256, 0, 0, &hash);
    while (ReadFile(file, buffer, sizeof buffer, &got, NULL) && got) CryptHashData(hash, buffer, got, 0);
    CryptGetHashParam(hash, HP_HASHVAL, sum, &size, 0);
    printf("SHA256-Hash von %ls:\r\n", words[2]);
    for (index = 0; index < size; index++) printf(!strncmp(mode, "old", 3) && index ? " %02x" : "%02x", sum[index]);
    printf("\r\nCertUtil: -hashfile-Befehl wurde erfolgreich ausgef\x81hrt.\r\n");
    return 0;
}
