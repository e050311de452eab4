/*
 * strike FILE KEYS AFTER_MS SIGNAL PID...   types KEYS at the keypad, waits until the simulated line FILE is powered, sends SIGNAL to
 * these processes AFTER_MS later, and watches until the line is off. Signal 0 is none, and nobody is struck.
 *
 * Prints ROSE STRUCK FELL LATE. The first three are microseconds of CLOCK_MONOTONIC, each - where it did not come to pass within 30 s.
 * LATE is by how many microseconds this machine woke sleepers too late while the line was powered, at worst: whatever is timed on an
 * emulated processor, whose host has other work too, can be later by as much.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_US = 30000000, KEYS_APART_US = 2000, LOOK_US = 200, SLEEP_US = 10000, CPUS_MAX = 8 };

/* Shared by the processes that sleep: when it woke last, and by how much it was late at worst. */
struct sleeper {
  _Atomic long long woke_us, late_us;
};

/* The first is the process that watches the line; one more for each processor. */
static struct sleeper *sleepers;
static int cpus;

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void sleep_once(struct sleeper *sleeper, int us) {
  long long due_us = now_us() + us;
  usleep(us);
  sleeper->woke_us = now_us();
  if (sleeper->woke_us - due_us > sleeper->late_us) sleeper->late_us = sleeper->woke_us - due_us;
}

/* On each processor a process that looks at the time as often as one that times a pulse, and comes before nobody either. */
static void start_sleepers(void) {
  cpus = sysconf(_SC_NPROCESSORS_ONLN) < CPUS_MAX ? sysconf(_SC_NPROCESSORS_ONLN) : CPUS_MAX;
  sleepers = mmap(NULL, (cpus + 1) * sizeof *sleepers, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int cpu = 0; cpu < cpus; cpu++) {
    cpu_set_t here;
    if (fork()) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    CPU_ZERO(&here);
    CPU_SET(cpu, &here);
    sched_setaffinity(0, sizeof here, &here);
    for (;;) sleep_once(&sleepers[cpu + 1], SLEEP_US);
  }
}

/* From now on the worst counts anew. */
static void forget_late(void) {
  for (int n = 0; n <= cpus; n++) sleepers[n].late_us = 0;
}

/* The worst of all sleepers, each of which has been awake since that moment. */
static long long late_until(long long us) {
  long long worst_us = 0;
  for (int n = 0; n <= cpus; n++) {
    while (sleepers[n].woke_us < us) sleep_once(&sleepers[0], LOOK_US);
    if (sleepers[n].late_us > worst_us) worst_us = sleepers[n].late_us;
  }
  return worst_us;
}

/* When the line is seen at this level; -1: in vain. */
static long long sees(int fd, char level) {
  char text = '?';
  for (long long end = now_us() + PATIENCE_US; now_us() < end; sleep_once(&sleepers[0], LOOK_US))
    if (pread(fd, &text, 1, 0) == 1 && text == level) return now_us();
  return -1;
}

static void tell(long long us, char end) {
  if (us < 0) printf("-%c", end);
  else printf("%lld%c", us, end);
}

int main(int argc, char **argv) {
  if (argc < 5) return fprintf(stderr, "usage: strike FILE KEYS AFTER_MS SIGNAL PID...\n"), 2;
  int line = open(argv[1], O_RDONLY), pad = open("/dev/ttyS3", O_WRONLY | O_NOCTTY);
  if (line < 0 || pad < 0) return perror("strike"), 1;
  start_sleepers();
  /* Whoever measures comes before whoever is measured. */
  struct sched_param first = { .sched_priority = 10 };
  sched_setscheduler(0, SCHED_FIFO, &first);
  for (const char *key = argv[2]; *key; key++, usleep(KEYS_APART_US))
    if (write(pad, key, 1) != 1) return perror("keypad"), 1;
  long long rose = sees(line, '1'), struck = -1, fell;
  forget_late();
  if (rose >= 0 && atoi(argv[4]) != 0) {
    while (now_us() < rose + atoi(argv[3]) * 1000LL) usleep(LOOK_US);
    for (int n = 5; n < argc; n++)
      if (kill(atoi(argv[n]), atoi(argv[4]))) perror(argv[n]);
    struck = now_us();
  }
  tell(rose, ' ');
  tell(struck, ' ');
  tell(fell = rose < 0 ? -1 : sees(line, '0'), ' ');
  tell(late_until(fell), '\n');
  return 0;
}
