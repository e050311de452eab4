/*
 * Looks at simulated lines five thousand times a second, and prints each change as it is seen: NAME LEVEL SEEN UNSEEN, the moment in
 * microseconds of CLOCK_MONOTONIC, and the one at which the line was looked at before, which is long ago on a busy machine.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long long monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  int fds[64], levels[64];
  if (argc > 64) return 2;
  for (int n = 1; n < argc; n++) {
    if ((fds[n] = open(argv[n], O_RDONLY)) < 0) return perror(argv[n]), 1;
    levels[n] = -1;
  }
  for (long long before_us = 0, now_us;; before_us = now_us, usleep(200)) {
    now_us = monotonic_us();
    for (int n = 1; n < argc; n++) {
      char text = '?';
      if (pread(fds[n], &text, 1, 0) != 1 || text == levels[n]) continue;
      levels[n] = text;
      printf("%s %c %lld %lld\n", argv[n], text, monotonic_us(), before_us);
      fflush(stdout);
    }
  }
}
