/* gpio-lines SPEC...   takes the GPIO lines of a box, does what standard input says until it ends, and times every
 * pulse. Exit 1: some output was not to be had, or would not go off. docs/contracts.md §2 has its words.
 * Two processes have every line. The child works, and switches outputs off at the end of its input, on a signal,
 * without its guard, or when the daemon dies in a pulse. The parent, the guard, kills a child that is late to end a
 * pulse or has no daemon any more, and switches off what it left. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The last moments of the hard maximum of a pulse belong to the guard: the child ends one after CUT_MS at most. */
enum { MAX_MS = 1000, CUT_MS = 980, LATE_MS = 250, PROMISE_MS = 100, COMMAND = 32 };
#define PULLS (GPIO_V2_LINE_FLAG_BIAS_PULL_UP | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN | GPIO_V2_LINE_FLAG_BIAS_DISABLED)
#define EDGES (GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING)
#define DEBOUNCED { .attr = { .id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE, .debounce_period_us = 5000 }, .mask = 1 }

/* `fd` is -1 where the line could not be taken, `edges` where it tells none. */
static struct line { char kind[5]; int fd, edges; } *lines;
static int count, other, powered = -1;
static long long ends_us;

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static int is(long long n, const char *kind) { return n >= 0 && n < count && !strcmp(lines[n].kind, kind); }

/* The one chip of this label, or label@device. -1: errno says why there is none. */
static int open_chip(const char *wanted) {
  int chip = -1, why = ENODEV;
  for (int n = 0; n < 64; n++) { /* A new chip gets the lowest number that is free. */
    struct gpiochip_info info;
    char path[60], place[4096], label[4200];
    snprintf(path, sizeof path, "/dev/gpiochip%d", n);
    int fd = open(path, O_RDWR | O_NOFOLLOW); /* A link is the second name of one, as on a Raspberry Pi 5. */
    if (fd < 0 && (errno == EACCES || errno == EPERM)) why = EACCES;
    snprintf(path, sizeof path, "/sys/bus/gpio/devices/gpiochip%d/..", n);
    if (fd < 0 || ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) || !realpath(path, place)) continue;
    snprintf(label, sizeof label, "%s@%s", info.label, basename(place));
    if (strcmp(wanted, info.label) && strcmp(wanted, label)) close(fd);
    else if (chip < 0) chip = fd;
    else why = EMLINK;
  }
  errno = why;
  return why == EMLINK ? -1 : chip;
}

/* Takes the line of a SPEC, an output off without a moment on, and tells of it. */
static void take(const char *spec) {
  static int tries = 50; /* Of all lines together: who holds one may be on the way out for half a second. */
  char wanted[100];
  unsigned flag = 0, offset = 0;
  int n = count++, words = sscanf(spec, "%4[a-z],%4u,%5u,%99[^\n]", lines[n].kind, &flag, &offset, wanted);
  int is_input = is(n, "in"), is_spec = words == 4 && (is_input || is(n, "lock") || is(n, "lamp"));
  struct gpio_v2_line_request ask = { .fd = -1, .num_lines = 1, .offsets = { offset }, .consumer = "smartbox" };
  if (is_input) ask.config = (struct gpio_v2_line_config){ .num_attrs = 1, .attrs = { DEBOUNCED } };
  ask.config.flags = flag | (is_input ? GPIO_V2_LINE_FLAG_INPUT | EDGES : GPIO_V2_LINE_FLAG_OUTPUT);
  errno = EINVAL;
  int chip = is_spec && !(flag & ~(is_input ? PULLS : GPIO_V2_LINE_FLAG_ACTIVE_LOW)) ? open_chip(wanted) : -1;
  while (chip >= 0 && ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &ask)) {
    if (errno == EBUSY ? tries-- <= 0 : errno == EPERM || !ask.config.num_attrs) break;
    if (errno == EBUSY) usleep(10000);
    else ask.config = (struct gpio_v2_line_config){ .flags = ask.config.flags & ~EDGES }; /* It has no interrupt. */
  }
  lines[n].fd = ask.fd;
  lines[n].edges = ask.config.num_attrs ? ask.fd : -1;
  dprintf(1, "line %d %d\n", n, ask.fd < 0 ? errno : 0);
  close(chip);
}

static int put(int n, int on) {
  struct gpio_v2_line_values values = { .bits = on, .mask = 1 };
  return ioctl(lines[n].fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) ? errno : 0;
}

/* How many outputs would not go off. */
static int all_off(void) {
  int failed = 0;
  for (int n = 0; n < count; n++) failed += !is(n, "in") && put(n, 0);
  return failed;
}

/* The end of the child. A signal finds it anywhere: nothing that was under way goes on. */
static void stop(int signal) {
  all_off();
  _exit(signal);
}

/* Whatever else is to be done waits for this. A line that will not go off is for the guard. */
static void end_due_pulse(void) {
  if (powered < 0 || now_us() < ends_us) return;
  int why = put(powered, 0), over_ms = -1;
  dprintf(1, "ended %d %d\n", powered, why);
  if (why) _exit(1);
  send(other, &over_ms, sizeof over_ms, MSG_DONTWAIT);
  powered = -1;
}

/* One at a time, not too late, and watched by a guard that has promised it. */
static void begin_pulse(int n, int ms, long long by_ms) {
  int watched_ms = ms + LATE_MS < MAX_MS ? ms + LATE_MS : MAX_MS;
  int why = powered >= 0 ? EALREADY : lines[n].fd < 0 ? EBADF : 0;
  struct pollfd promise = { .fd = other, .events = POLLIN };
  if (!why) {
    send(other, &watched_ms, sizeof watched_ms, MSG_DONTWAIT);
    if (poll(&promise, 1, PROMISE_MS) != 1 || recv(other, &watched_ms, sizeof watched_ms, 0) < 1) stop(1);
    why = now_us() / 1000 > by_ms ? ETIME : put(n, 1);
    /* From now on, since a slow chip may have taken its time: the coil gets power for all that was asked. */
    ends_us = why ? 0 : now_us() + (ms < CUT_MS ? ms : CUT_MS) * 1000LL;
    powered = n;
  }
  dprintf(1, "begun %d %d\n", n, why);
}

static void tell_levels(long long mark) {
  char levels[count];
  for (int n = 0; n < count; n++) {
    struct gpio_v2_line_values values = { .mask = 1 };
    end_due_pulse(); /* Expanders are slow. */
    levels[n] = ioctl(lines[n].fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) ? 'x' : values.bits & 1 ? '1' : '0';
  }
  dprintf(1, "levels %lld %.*s\n", mark, count, levels);
}

/* Does what the next command says. False: there is none any more. */
static int obey(void) {
  char text[COMMAND + 1] = "", verb[6] = "", more;
  long long n, to, by;
  if (read(0, text, COMMAND) != COMMAND) return 0;
  int words = sscanf(text, "%5s %lld %lld %lld %c", verb, &n, &to, &by, &more);
  if (words == 4 && !strcmp(verb, "pulse") && is(n, "lock") && 0 < to && to <= MAX_MS) begin_pulse(n, to, by);
  else if (words == 3 && !strcmp(verb, "set") && is(n, "lamp") && (to == 0 || to == 1)) put(n, to);
  else if (words == 2 && !strcmp(verb, "read")) tell_levels(n);
  else dprintf(1, "malformed\n");
  return 1;
}

/* The child. Of a killed daemon the memory is gone at once, its pipe perhaps only 400 ms later. */
static void work(int memory) {
  struct pollfd polled[count + 2], *input = polled + count, *watch = input + 1;
  char size;
  *input = (struct pollfd){ .fd = 0, .events = POLLIN };
  *watch = (struct pollfd){ .fd = other };
  for (int n = 0; n < count; n++) polled[n] = (struct pollfd){ .fd = lines[n].edges, .events = POLLIN };
  tell_levels(0);
  while (poll(polled, count + 2, powered < 0 ? -1 : 1) >= 0 && !watch->revents) {
    end_due_pulse();
    if (powered >= 0 && (pread(memory, &size, 1, 0) == 1 ? size == '0' : errno == ESRCH)) break;
    for (int n = 0; n < count; n++) {
      struct gpio_v2_line_event edge;
      if (!polled[n].revents) continue;
      if (read(polled[n].fd, &edge, sizeof edge) != sizeof edge) polled[n].fd = -1; /* Its chip is gone. */
      else dprintf(1, "edge %d %d %lld\n", n, edge.id == GPIO_V2_LINE_EVENT_RISING_EDGE, (long long)edge.timestamp_ns);
    }
    if (input->revents && !obey()) break;
  }
  stop(0);
}

/* Hears how long a pulse may last from now on, -1 at its end. Ends when the child is gone and every output off. */
static int guard(pid_t child) {
  struct pollfd polled[2] = { { .fd = other, .events = POLLIN }, { .fd = 0, .events = POLLRDHUP } };
  int ms = -1;
  close(1); /* The daemon hears of the end of the child, not of this one. */
  while (poll(polled, 2, ms) > 0 && !polled[1].revents && recv(other, &ms, sizeof ms, 0) == sizeof ms)
    if (ms > 0) send(other, &ms, sizeof ms, MSG_DONTWAIT);
  kill(child, SIGKILL);
  all_off(); /* At once; and again when the child cannot write any more. */
  waitpid(child, NULL, 0);
  return all_off() != 0;
}

int main(int argc, char **argv) {
  static const int endings[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
  int pair[2] = { -1, -1 };
  char memory[40];
  for (int n = 0; n < 4; n++) signal(endings[n], SIG_IGN); /* The guard hears none. */
  fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK); /* An answer for which there is no room is lost. */
  lines = calloc(argc, sizeof *lines);
  for (int n = 1; lines && n < argc; n++) take(argv[n]); /* Before there are two: who is left waits for no line. */
  snprintf(memory, sizeof memory, "/proc/%d/statm", getppid());
  pid_t child = !count || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) ? -1 : fork();
  other = pair[child == 0];
  close(pair[child != 0]);
  if (child) return child < 0 || guard(child);
  for (int n = 0; n < 4; n++) signal(endings[n], stop);
  work(open(memory, O_RDONLY));
}
