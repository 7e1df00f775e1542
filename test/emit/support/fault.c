/*
 * Fails the n-th call of one kind on files whose path holds a word, for tests of what inplace does then.
 * Preload it and set FAULT="call|word|n|what": call is write, read, fsync, rename or direct (an open with O_DIRECT);
 * what is an errno by number, or "once" and an errno, or "short" (half of the bytes are taken), or "agains" (EAGAIN for
 * ten calls from the n-th on). All calls from the n-th on fail when `what` is an errno, as they do on a disk that is
 * full or gone. "kill" ends the process before the call, "tear" after half of its bytes, "slow" and ms
 * delays it. FAULT_CALLS names a file that gets the number of such calls and of the bytes they asked for at the end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int calls;
static atomic_llong bytes;

/* 0: do it; -1: fail with errno set; otherwise the number of bytes to do */
static long verdict(const char *call, const char *path, size_t count) {
  const char *fault = getenv("FAULT");
  char kind[16], word[128], what[16];
  int n;
  if (!fault || sscanf(fault, "%15[^|]|%127[^|]|%d|%15s", kind, word, &n, what) != 4) return 0;
  if (strcmp(kind, call) != 0 || !strstr(path, word)) return 0;
  int now = atomic_fetch_add(&calls, 1) + 1;
  atomic_fetch_add(&bytes, (long long)count);
  if (now < n) return 0;
  if (strncmp(what, "slow", 4) == 0) {
    usleep(1000 * (useconds_t)atoi(what + 4));
    return 0;
  }
  if (strcmp(what, "kill") == 0) raise(SIGKILL);
  if (strcmp(what, "tear") == 0) return (long)(count / 2 / 512 * 512);
  if (strcmp(what, "short") == 0) return now == n && count > 1 ? (long)(count / 2) : 0;
  if (strcmp(what, "agains") == 0) {
    if (now >= n + 10) return 0;
    errno = EAGAIN;
    return -1;
  }
  if (strncmp(what, "once", 4) == 0 && now > n) return 0;
  errno = atoi(strncmp(what, "once", 4) == 0 ? what + 4 : what);
  return -1;
}

/* half of a write is done: the rest never is */
static void die_torn(void) {
  const char *fault = getenv("FAULT");
  size_t length = fault ? strlen(fault) : 0;
  if (length > 5 && strcmp(fault + length - 5, "|tear") == 0) raise(SIGKILL);
}

__attribute__((destructor)) static void tell_calls(void) {
  const char *path = getenv("FAULT_CALLS");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%d %lld\n", atomic_load(&calls), atomic_load(&bytes));
  fclose(file);
}

static const char *path_of(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  path[length < 0 ? 0 : length] = 0;
  return path;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define JUDGE(call, fd, count)                                   \
  char path[4096];                                               \
  long judged = verdict(call, path_of(fd, path, sizeof path), count); \
  if (judged < 0) return -1;                                     \
  if (judged > 0) count = (size_t)judged

#define WRITE(fd, count, real)                                   \
  JUDGE("write", fd, count);                                     \
  ssize_t done = real;                                           \
  if (judged > 0) die_torn();                                    \
  return done

ssize_t write(int fd, const void *b, size_t n) { WRITE(fd, n, REAL(write)(fd, b, n)); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { WRITE(fd, n, REAL(pwrite)(fd, b, n, o)); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { WRITE(fd, n, REAL(pwrite64)(fd, b, n, o)); }
ssize_t read(int fd, void *b, size_t n) { JUDGE("read", fd, n); return REAL(read)(fd, b, n); }
ssize_t pread(int fd, void *b, size_t n, off_t o) { JUDGE("read", fd, n); return REAL(pread)(fd, b, n, o); }
ssize_t pread64(int fd, void *b, size_t n, off64_t o) { JUDGE("read", fd, n); return REAL(pread64)(fd, b, n, o); }
int fsync(int fd) { size_t n = 0; JUDGE("fsync", fd, n); return REAL(fsync)(fd); }
int rename(const char *from, const char *to) { return verdict("rename", from, 0) < 0 ? -1 : REAL(rename)(from, to); }

#define OPEN(name)                                                                      \
  int name(const char *path, int flags, ...) {                                          \
    va_list rest;                                                                       \
    va_start(rest, flags);                                                              \
    int mode = va_arg(rest, int);                                                       \
    va_end(rest);                                                                       \
    if ((flags & O_DIRECT) && verdict("direct", path, 0) < 0) return -1;                \
    return ((int (*)(const char *, int, int))dlsym(RTLD_NEXT, #name))(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
