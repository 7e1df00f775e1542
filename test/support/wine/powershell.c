/* Stands in for powershell.exe: prints the file that RECORDED names, whatever it is asked. */
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <io.h>

int main(void) {
  const char *path = getenv("RECORDED");
  FILE *file = path ? fopen(path, "rb") : NULL;
  int c;
  if (!file) return 1;
  _setmode(1, _O_BINARY);
  while ((c = getc(file)) != EOF) putchar(c);
  return 0;
}
