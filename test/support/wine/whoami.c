/* Stands for whoami.exe: prints C:\whoami.txt, whatever it is asked. Without the file it fails, as in Windows PE. */
#include <stdio.h>

int main(void)
{
    FILE *file = fopen("C:\\whoami.txt", "rb");
    int character;

    if (!file) return 1;
    while ((character = getc(file)) != EOF) putchar(character);
    fclose(file);
    return 0;
}
