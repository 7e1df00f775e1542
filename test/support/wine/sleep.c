/* Waits as many milliseconds as it is told. */
#include <windows.h>
#include <stdlib.h>

int main(int count, char **words)
{
    Sleep(count > 1 ? atoi(words[1]) : 0);
    return 0;
}
