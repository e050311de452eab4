/*
 * Preloaded into a daemon: while the file FROZEN_DISK_MARK is there, whatever is written below FROZEN_DISK_FOLDER waits, and so does
 * each sync of it, as on a card that stands still.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void wait_for_the_disk(int fd) {
  const char *mark = getenv("FROZEN_DISK_MARK"), *folder = getenv("FROZEN_DISK_FOLDER");
  char link[64], path[512];
  if (!mark || !folder || access(mark, F_OK)) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0 || strncmp(path, folder, strlen(folder))) return;
  while (!access(mark, F_OK)) usleep(2000);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return wait_for_the_disk(fd), REAL(fsync)(fd); }
int fdatasync(int fd) { return wait_for_the_disk(fd), REAL(fdatasync)(fd); }
ssize_t write(int fd, const void *from, size_t size) { return wait_for_the_disk(fd), REAL(write)(fd, from, size); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { return wait_for_the_disk(fd), REAL(pwrite)(fd, from, size, at); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { return wait_for_the_disk(fd), REAL(pwrite64)(fd, from, size, at); }
