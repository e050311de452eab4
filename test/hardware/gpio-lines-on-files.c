/*
 * The helper of gpio driver cdev for tests: each folder in CHIPS_FOLDER stands for a chip, with the folder's name for its label,
 * and files in it for lines. A file keeps its level, as a line of a Raspberry Pi does; it has no interrupt, as a line of
 * many expanders has none.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Lines that a low level switches on. */
static char is_low[4096];

/* Every chip stands at the same place. */
static char *realpath_of_files(const char *path, char *place) {
  return path[0] == '/' ? strcpy(place, "/sys/devices/place") : NULL;
}

static int open_of_files(const char *path, int flags) {
  char folder[4096];
  if (strncmp(path, "/dev/gpio", 9)) return open(path, flags);
  snprintf(folder, sizeof folder, "%s/%s", CHIPS_FOLDER, path + 9);
  return open(folder, O_RDONLY | O_DIRECTORY);
}

static int tell_label(int chip, struct gpiochip_info *info) {
  char path[40], folder[4096] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", chip);
  if (readlink(path, folder, sizeof folder - 1) < 0) return -1;
  snprintf(info->label, sizeof info->label, "%.31s", strrchr(folder, '/') + 1);
  return 0;
}

static int put_level(int fd, int on) {
  return fd >= 0 && pwrite(fd, on != is_low[fd] ? "1\n" : "0\n", 2, 0) == 2 ? 0 : -1;
}

static int give_line(int chip, struct gpio_v2_line_request *ask) {
  char name[20];
  snprintf(name, sizeof name, "%u", ask->offsets[0]);
  if (ask->config.flags & GPIO_V2_LINE_FLAG_EDGE_RISING) {
    errno = ENXIO;
    return -1;
  }
  /* As kernels do: what is not counted must not be there, and outputs cannot be debounced. */
  int is_output = (ask->config.flags & GPIO_V2_LINE_FLAG_OUTPUT) != 0;
  if (ask->config.attrs[ask->config.num_attrs].attr.id || (is_output && ask->config.num_attrs)) {
    errno = EINVAL;
    return -1;
  }
  int fd = openat(chip, name, O_RDWR | O_CREAT, 0644);
  if (fd < 0) return -1;
  ask->fd = fd;
  is_low[fd] = (ask->config.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0;
  return is_output ? put_level(fd, 0) : 0;
}

static int ioctl_of_files(int fd, unsigned long request, void *about) {
  struct gpio_v2_line_values *values = about;
  char text = '0';
  switch (request) {
  case GPIO_GET_CHIPINFO_IOCTL:
    return tell_label(fd, about);
  case GPIO_V2_GET_LINE_IOCTL:
    return give_line(fd, about);
  case GPIO_V2_LINE_SET_VALUES_IOCTL:
    return put_level(fd, values->bits & 1);
  case GPIO_V2_LINE_GET_VALUES_IOCTL:
    if (pread(fd, &text, 1, 0) < 0) return -1;
    values->bits = (text == '1') != is_low[fd];
    return 0;
  default:
    errno = ENOTTY;
    return -1;
  }
}

#define realpath realpath_of_files
#define open open_of_files
#define ioctl ioctl_of_files
#include "../../hardware/gpio-lines.c"
