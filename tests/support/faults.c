/* Makes the disk fail at a chosen moment, for tests: loaded with LD_PRELOAD, armed by fault_arm().
 * Only what is done below one folder counts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { FULL = 1, BAD_WRITE = 2, BAD_READ = 4, KILL = 8 };

static long at, counted;
static int kind;
static size_t length;
static char under[4096];

void fault_arm(long moment, int of_kind, const char *folder) {
  counted = 0;
  at = moment;
  kind = of_kind;
  length = strlen(strncpy(under, folder, sizeof under - 1));
}

long fault_count(void) { return counted; }

static int is_below(const char *path) { return length && !strncmp(path, under, length); }

static int is_open_below(int fd) {
  char name[64], path[4096];
  if (!length) return 0;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(name, path, sizeof path - 1);
  path[size > 0 ? size : 0] = 0;
  return is_below(path);
}

/* The error that this moment has for what may fail in some ways, 0 for none. */
static int error_now(int ways) {
  if (!(ways & kind)) return 0;
  long moment = __sync_add_and_fetch(&counted, 1);
  if (!at) return 0;
  if (kind == FULL) return moment >= at ? ENOSPC : 0; /* and full it stays */
  if (moment != at) return 0;
  if (kind == KILL) kill(getpid(), SIGKILL);
  return EIO;
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))
#define FAIL_IF(concerned, ways)                   \
  do {                                             \
    int error = (concerned) ? error_now(ways) : 0; \
    if (error) {                                   \
      errno = error;                               \
      return -1;                                   \
    }                                              \
  } while (0)

#define WRITING (FULL | BAD_WRITE | KILL)

ssize_t write(int fd, const void *data, size_t size) {
  FAIL_IF(is_open_below(fd), WRITING);
  return REAL(ssize_t, write, int, const void *, size_t)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t place) {
  FAIL_IF(is_open_below(fd), WRITING);
  return REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)(fd, data, size, place);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t place) {
  return pwrite64(fd, data, size, place);
}

ssize_t sendfile64(int to, int from, off64_t *place, size_t size) {
  FAIL_IF(is_open_below(to), WRITING);
  return REAL(ssize_t, sendfile64, int, int, off64_t *, size_t)(to, from, place, size);
}

ssize_t sendfile(int to, int from, off_t *place, size_t size) {
  return sendfile64(to, from, place, size);
}

ssize_t read(int fd, void *data, size_t size) {
  FAIL_IF(is_open_below(fd), BAD_READ);
  return REAL(ssize_t, read, int, void *, size_t)(fd, data, size);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t place) {
  FAIL_IF(is_open_below(fd), BAD_READ);
  return REAL(ssize_t, pread64, int, void *, size_t, off64_t)(fd, data, size, place);
}

ssize_t pread(int fd, void *data, size_t size, off_t place) {
  return pread64(fd, data, size, place);
}

int fsync(int fd) {
  FAIL_IF(is_open_below(fd), BAD_WRITE | KILL);
  return REAL(int, fsync, int)(fd);
}

int fdatasync(int fd) {
  FAIL_IF(is_open_below(fd), BAD_WRITE | KILL);
  return REAL(int, fdatasync, int)(fd);
}

int ftruncate64(int fd, off64_t size) {
  FAIL_IF(is_open_below(fd), WRITING);
  return REAL(int, ftruncate64, int, off64_t)(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int rename(const char *old, const char *new) {
  FAIL_IF(is_below(new), BAD_WRITE | KILL);
  return REAL(int, rename, const char *, const char *)(old, new);
}

int unlink(const char *path) {
  FAIL_IF(is_below(path), KILL);
  return REAL(int, unlink, const char *)(path);
}

int mkdir(const char *path, mode_t mode) {
  FAIL_IF(is_below(path), WRITING);
  return REAL(int, mkdir, const char *, mode_t)(path, mode);
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  FAIL_IF(is_below(path) && flags & O_CREAT, WRITING);
  return REAL(int, open64, const char *, int, ...)(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open64(path, flags, mode);
}
