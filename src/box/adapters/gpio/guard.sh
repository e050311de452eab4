#!/bin/sh
# The guard of a SmartBox: the daemon starts it with a pipe on standard input and it outlives every way in which the
# daemon can die. It forces the outputs to their idle levels when the pipe closes, and when a pulse is not ended in time
# (a frozen daemon). POSIX shell and `sleep` with fractions (coreutils, busybox); no Node, so that a broken Node cannot
# take it along. Started in a session of its own, so Ctrl-C at the daemon's terminal never reaches it.
#
#   guard.sh PATH TEXT [PATH TEXT]...     TEXT written into PATH, in place, makes that output safe
#
# Lines on standard input:
#   pulse N S I   output N (counted from 0 in the arguments) is powered now; force everything safe unless `end` comes within
#                 S seconds, written d.ddd and at most 1.000, the hard maximum of a pulse
#   ask - - I     does this process live?
#   end           the pulse is over
# I, a number, is written to standard output in a line of its own once the order is carried out: from then on a timer of its own
# watches over the pulse, whatever becomes of this process.

trap '' HUP INT QUIT TERM PIPE
timer=
active=0

# A batch process takes the processor from nobody when it is woken: told of a pulse, it lets the daemon power the lock first.
# It keeps its full share of a busy machine, which a nice one would not. Where there is no chrt a driver waits 2 ms longer.
chrt -b -p 0 $$ >/dev/null 2>&1

# `<>` opens without truncating: nobody ever sees the file of a simulated line empty.
write_safe() {
  printf '%s' "$2" 1<>"$1"
}

# The output that is powered comes first: an expander that hangs must not keep the one that matters waiting.
force_safe() {
  first=$(($1 * 2))
  shift
  if [ "$first" -gt 0 ] && [ "$first" -lt "$#" ]; then
    (
      shift "$first"
      write_safe "$1" "$2"
    )
  fi
  while [ "$#" -gt 1 ]; do
    write_safe "$1" "$2"
    shift 2
  done
}

# USR1 is never ignored here: it ends the timer at any moment of its life, also before its trap is set.
arm() {
  (
    nap=
    trap '[ -n "$nap" ] && kill -9 "$nap"; exit 0' USR1
    sleep "$1" &
    nap=$!
    wait "$nap"
    shift
    force_safe "$@"
  ) &
  timer=$!
}

disarm() {
  [ -n "$timer" ] && kill -USR1 "$timer"
  timer=
}

while read -r verb line limit order; do
  case $verb in
    pulse)
      case $line in 0 | [1-9] | [1-9][0-9] | [1-9][0-9][0-9]) active=$line ;; *) active=0 ;; esac
      case $limit in 0.[0-9][0-9][0-9]) ;; *) limit=1.000 ;; esac
      disarm
      arm "$limit" "$active" "$@"
      printf '%s\n' "$order"
      ;;
    ask) printf '%s\n' "$order" ;;
    end) disarm ;;
  esac
done

disarm
force_safe "$active" "$@"
