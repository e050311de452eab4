/*
 * gpio-lines hold SPEC...   holds the GPIO lines of one box, does what standard input says, and times every pulse
 * gpio-lines idle SPEC...   makes each output idle; exit 1 when some line could not be had or written
 *
 * SPEC: lock,IDLE,LINE,CHIP | lamp,IDLE,LINE,CHIP | in,as-is|up|down|none,LINE,CHIP. CHIP is a label, or label@device.
 * Commands; N counts the SPECs from 0: pulse N MS BY (begun by BY milliseconds of CLOCK_MONOTONIC, or not at all) |
 * set N LEVEL | read MARK. Answers: line N ok|no-edges|dead WHY, ready | begun N, ended N, refused N WHY, stuck N WHY |
 * edge N LEVEL NANOSECONDS | levels MARK STRING (0, 1, x: cannot be read; MARK 0 before ready) | error malformed.
 *
 * Two processes, and both have every line. The child works, and makes outputs idle when its pipe ends, on a signal,
 * without its guard, or when the daemon dies in a pulse. The parent, the guard, kills a child that is late to end a
 * pulse, or that has no daemon any more, and makes idle what it left.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/gpio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The last moments of the hard maximum of a pulse belong to the guard: the child ends one after CUT_MS at most. */
enum { MAX_MS = 1000, CUT_MS = 980, LATE_MS = 250, ACK_MS = 100, LOOK_US = 10000 };

/* Shorter changes of an input are contacts that bounce. Who holds a line that is wanted may be on the way out. */
enum { DEBOUNCE_US = 5000, HELD_US = 500000 };

#define EDGES (GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING)
#define INPUT (GPIO_V2_LINE_FLAG_INPUT | EDGES)
#define OUTPUT GPIO_V2_LINE_FLAG_OUTPUT
#define DEBOUNCED { .id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE, .debounce_period_us = DEBOUNCE_US }
#define IDLE(level) { .id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, .values = level }

/* Kind and mode of a SPEC, and what they ask of the kernel. */
static const struct {
  const char *kind, *mode;
  __u64 flags;
  struct gpio_v2_line_attribute attribute;
} forms[] = {
  { "lock", "0", OUTPUT, IDLE(0) },
  { "lock", "1", OUTPUT, IDLE(1) },
  { "lamp", "0", OUTPUT, IDLE(0) },
  { "lamp", "1", OUTPUT, IDLE(1) },
  { "in", "as-is", INPUT, DEBOUNCED },
  { "in", "up", INPUT | GPIO_V2_LINE_FLAG_BIAS_PULL_UP, DEBOUNCED },
  { "in", "down", INPUT | GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN, DEBOUNCED },
  { "in", "none", INPUT | GPIO_V2_LINE_FLAG_BIAS_DISABLED, DEBOUNCED },
};

/* Its descriptor is `ask.fd`, -1 where it could not be taken. The flags say whether it has edges. */
static struct line {
  const char *kind, *chip;
  int idle;
  struct gpio_v2_line_request ask;
} *lines;
static int count, powered = -1, peer;
static long long ends_us;

/* CLOCK_MONOTONIC, which the daemon has too. */
static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Whether the text is a SPEC; with the line that it names. */
static int parse(const char *text, struct line *line) {
  char kind[5], mode[6];
  int chip = 0;
  unsigned offset;
  if (sscanf(text, "%4[^,],%5[^,],%5u,%n", kind, mode, &offset, &chip) != 3 || !text[chip]) return 0;
  for (size_t n = 0; n < sizeof forms / sizeof *forms; n++) {
    if (strcmp(kind, forms[n].kind) || strcmp(mode, forms[n].mode)) continue;
    *line = (struct line){ .kind = forms[n].kind, .chip = text + chip, .idle = forms[n].attribute.values };
    line->ask = (struct gpio_v2_line_request){ .num_lines = 1, .offsets = { offset }, .consumer = "smartbox" };
    line->ask.fd = -1;
    line->ask.config = (struct gpio_v2_line_config){ .flags = forms[n].flags, .num_attrs = 1 };
    line->ask.config.attrs[0] = (struct gpio_v2_line_config_attribute){ forms[n].attribute, .mask = 1 };
    return chip > 0 && offset <= 65535;
  }
  return 0;
}

/* Whether this is the number of a line of this kind. */
static int is(long long n, const char *kind) {
  return n >= 0 && n < count && !strcmp(lines[n].kind, kind);
}

/* The one chip of this label or label@device; -1, and why there is none. */
static int open_chip(const char *wanted, const char **why) {
  int chip = -1;
  DIR *chips = opendir("/sys/bus/gpio/devices");
  *why = "no chip with this label";
  for (struct dirent *entry; chips && (entry = readdir(chips));) {
    struct gpiochip_info info;
    char path[300], link[300] = "", label[340];
    snprintf(path, sizeof path, "/sys/bus/gpio/devices/%s", entry->d_name);
    if (readlink(path, link, sizeof link - 1) < 0) continue;
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    int fd = open(path, O_RDWR);
    if (fd < 0 && (errno == EACCES || errno == EPERM)) *why = "no right to open /dev/gpiochip*, see their group";
    if (fd < 0 || ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info)) continue;
    snprintf(label, sizeof label, "%s@%s", info.label, basename(dirname(link)));
    if (strcmp(wanted, info.label) && strcmp(wanted, label)) {
      close(fd);
    } else if (chip < 0) {
      chip = fd;
    } else {
      *why = "several chips have this label: name one as label@device";
      return -1;
    }
  }
  if (chips) closedir(chips);
  return chip;
}

/* Takes the line, an output at its idle level without a moment at the other. Null, or why it cannot be had. */
static const char *take(struct line *line) {
  static int tries = HELD_US / LOOK_US; /* Of all lines together. */
  const char *why;
  int chip = open_chip(line->chip, &why);
  while (chip >= 0 && ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &line->ask)) {
    if (errno == EBUSY && tries-- > 0) {
      usleep(LOOK_US);
    } else if (errno != EBUSY && errno != EPERM && line->ask.config.flags & EDGES) {
      line->ask.config.flags &= ~EDGES; /* No interrupt, as on many expanders: it is sampled. */
      line->ask.config.num_attrs = 0;
    } else {
      why = errno == EBUSY ? "another program or driver holds this line (gpioinfo)" : strerror(errno);
      break;
    }
  }
  close(chip);
  return line->ask.fd < 0 ? why : NULL;
}

/* 0: the line has this level now. */
static int put(int n, int level) {
  struct gpio_v2_line_values values = { .bits = level, .mask = 1 };
  return ioctl(lines[n].ask.fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);
}

/* Every output idle, in the order of the SPECs. How many would not be. */
static int all_idle(void) {
  int failed = 0;
  for (int n = 0; n < count; n++) failed += !is(n, "in") && put(n, lines[n].idle);
  return failed;
}

/* To the guard: how long a pulse may last; 0: it is over. */
static int announce(int ms) {
  return send(peer, &ms, sizeof ms, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof ms;
}

/* A line that will not go idle is for the guard, and for whoever takes the lines next. */
static void make_idle(int n) {
  if (put(n, lines[n].idle)) {
    dprintf(1, "stuck %d %s\n", n, strerror(errno));
    _exit(1);
  }
  announce(0);
}

/* Whatever else is to be done waits for this. */
static void end_due_pulse(void) {
  if (powered < 0 || now_us() < ends_us) return;
  make_idle(powered);
  dprintf(1, "ended %d\n", powered);
  powered = -1;
}

/* The guard promises to watch a pulse of this length. One that does not is stuck, and the child of no use any more. */
static void be_watched(int n, int ms) {
  struct pollfd answer = { .fd = peer, .events = POLLIN };
  char promise;
  if (announce(ms) && poll(&answer, 1, ACK_MS) == 1 && recv(peer, &promise, 1, 0) == 1) return;
  dprintf(1, "refused %d unguarded\n", n);
  all_idle();
  _exit(1);
}

/* Nothing is powered beside another, or too late. Null, or why it is not. */
static const char *begin_pulse(int n, int ms, long long by_ms) {
  if (powered >= 0) return "busy";
  if (lines[n].ask.fd < 0) return "dead";
  be_watched(n, ms + LATE_MS < MAX_MS ? ms + LATE_MS : MAX_MS);
  const char *no = now_us() / 1000 > by_ms ? "late" : NULL;
  if (!no && put(n, !lines[n].idle)) no = strerror(errno);
  if (no) {
    make_idle(n);
    return no;
  }
  /* From now on, since a slow chip may have taken its time: the coil gets power for all of the time that was asked. */
  ends_us = now_us() + (ms < CUT_MS ? ms : CUT_MS) * 1000LL;
  powered = n;
  return NULL;
}

/* Expanders are slow: the end of a pulse waits for no other line. */
static void tell_levels(long long mark) {
  char levels[count];
  for (int n = 0; n < count; n++) {
    struct gpio_v2_line_values values = { .mask = 1 };
    end_due_pulse();
    levels[n] = ioctl(lines[n].ask.fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) ? 'x' : values.bits & 1 ? '1' : '0';
  }
  dprintf(1, "levels %lld %.*s\n", mark, count, levels);
}

/* One at a time: what else has happened is still there to be read. */
static void tell_edge(int n) {
  struct gpio_v2_line_event edge;
  if (read(lines[n].ask.fd, &edge, sizeof edge) != sizeof edge) return;
  dprintf(1, "edge %d %d %lld\n", n, edge.id == GPIO_V2_LINE_EVENT_RISING_EDGE, (long long)edge.timestamp_ns);
}

/* Does what one line of standard input says. */
static void obey(const char *text) {
  long long n, ms, by_ms, level, mark;
  char more;
  if (sscanf(text, "pulse %lld %lld %lld%c", &n, &ms, &by_ms, &more) == 3 && is(n, "lock") && 0 < ms && ms <= MAX_MS) {
    const char *no = begin_pulse(n, ms, by_ms);
    if (no) dprintf(1, "refused %lld %s\n", n, no);
    else dprintf(1, "begun %lld\n", n);
  } else if (sscanf(text, "set %lld %lld%c", &n, &level, &more) == 2 && is(n, "lamp") && (level == 0 || level == 1)) {
    if (put(n, level)) dprintf(1, "refused %lld dead\n", n);
  } else if (sscanf(text, "read %lld%c", &mark, &more) == 1) {
    tell_levels(mark);
  } else {
    dprintf(1, "error malformed\n");
  }
}

/* Obeys whole lines of standard input; one that is too long is none. False: it has ended. */
static int hear(void) {
  static char text[128];
  static size_t length;
  char heard[128];
  ssize_t got = read(0, heard, sizeof heard);
  for (ssize_t i = 0; i < got; i++) {
    if (heard[i] == '\n') {
      text[length < sizeof text ? length : 0] = 0;
      obey(text);
      length = 0;
    } else if (length < sizeof text) {
      text[length++] = heard[i];
    }
  }
  return got > 0;
}

/* Whether this process has no memory any more: of a killed one the kernel may close the pipe only 400 ms later. */
static int is_gone(int memory) {
  char size;
  return memory >= 0 && (pread(memory, &size, 1, 0) != 1 || size == '0');
}

/* Works until its pipe ends, a signal comes, or guard or daemon are gone. */
static int hold(int signals, int daemon_memory) {
  struct pollfd polled[count + 3], *others = polled + count;
  for (int n = 0; n < count; n++) {
    int fd = lines[n].ask.config.flags & EDGES ? lines[n].ask.fd : -1;
    polled[n] = (struct pollfd){ .fd = fd, .events = POLLIN };
  }
  others[0] = (struct pollfd){ .fd = 0, .events = POLLIN };
  others[1] = (struct pollfd){ .fd = signals, .events = POLLIN };
  others[2] = (struct pollfd){ .fd = peer };
  tell_levels(0);
  dprintf(1, "ready\n");
  do {
    long long left_us = powered < 0 ? LOOK_US : ends_us - now_us();
    struct timespec look = { .tv_nsec = 1000 * (left_us < 0 ? 0 : left_us < LOOK_US ? left_us : LOOK_US) };
    if (ppoll(polled, count + 3, powered < 0 ? NULL : &look, NULL) < 0) break;
    end_due_pulse();
    if (powered >= 0 && is_gone(daemon_memory)) break;
    for (int n = 0; n < count; n++) {
      if (polled[n].revents & POLLIN) tell_edge(n);
      else if (polled[n].revents) polled[n].fd = -1; /* The chip is gone; its levels are unreadable from now on. */
    }
    if (others[0].revents && !hear()) break;
  } while (!others[1].revents && !others[2].revents);
  return all_idle() != 0;
}

/* Watches the child, and the daemon's end of the pipe. Ends when the child is gone and every output is idle. */
static int guard(pid_t child) {
  struct pollfd polled[2] = { { .fd = peer, .events = POLLIN }, { .fd = 0, .events = POLLRDHUP } };
  int ms = 0;
  close(1); /* The daemon hears of the end of the child, not of this one. */
  /* What was told while the guard stood still itself counts before the time that has passed. */
  while (poll(polled, 2, ms ? ms : -1) > 0) {
    if (polled[1].revents || recv(peer, &ms, sizeof ms, 0) != sizeof ms) break;
    if (ms) send(peer, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  kill(child, SIGKILL);
  all_idle(); /* At once; and again when the child cannot write any more. */
  waitpid(child, NULL, 0);
  return all_idle() != 0;
}

/* Takes them before there are two: the one that is left must not wait for the kernel to let go of a line. */
static void take_all(void) {
  for (int n = 0; n < count; n++) {
    const char *why = take(&lines[n]);
    if (why) dprintf(1, "line %d dead %s\n", n, why);
    else dprintf(1, "line %d %s\n", n, is(n, "in") && !(lines[n].ask.config.flags & EDGES) ? "no-edges" : "ok");
  }
}

int main(int argc, char **argv) {
  int pair[2];
  sigset_t endings;
  char memory[40];
  if (argc == 2 && !strcmp(argv[1], "--version")) return puts("gpio-lines 2") < 0;
  if (argc < 3 || (strcmp(argv[1], "hold") && strcmp(argv[1], "idle"))) {
    fprintf(stderr, "usage: gpio-lines hold|idle lock,IDLE,LINE,CHIP|lamp,IDLE,LINE,CHIP|in,PULL,LINE,CHIP...\n");
    return 2;
  }
  lines = calloc(argc, sizeof *lines);
  for (; lines && count < argc - 2; count++) {
    if (parse(argv[count + 2], &lines[count])) continue;
    fprintf(stderr, "gpio-lines: argument %d is no line\n", count + 2);
    return 2;
  }
  sigemptyset(&endings);
  sigaddset(&endings, SIGHUP);
  sigaddset(&endings, SIGINT);
  sigaddset(&endings, SIGTERM);
  sigprocmask(SIG_BLOCK, &endings, NULL);
  signal(SIGPIPE, SIG_IGN);
  /* A daemon that reads nothing must not hold up the end of a pulse: an answer for which there is no room is lost. */
  fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
  snprintf(memory, sizeof memory, "/proc/%d/statm", getppid());
  int daemon_memory = open(memory, O_RDONLY); /* Without it the end of the pipe has to do. */
  take_all();
  if (!strcmp(argv[1], "idle")) return all_idle() != 0;
  pid_t child = socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) ? -1 : fork();
  if (child < 0) return 1;
  peer = pair[child == 0];
  close(pair[child != 0]);
  return child ? guard(child) : hold(signalfd(-1, &endings, 0), daemon_memory);
}
