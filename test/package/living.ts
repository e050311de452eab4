/** A box and a relay as services of a real systemd: process 1 of namespaces of its own, on this very system with a layer over it. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporary } from './built.ts';

/** What comes from the host is of no concern: its own services, its terminals. */
const boot = (folder: string): string => `set -e
mount --bind '${folder}' '${folder}'
mkdir '${folder}/layer'
mount -t tmpfs tmpfs '${folder}/layer'
cd '${folder}/layer'
mkdir upper work system
mount -t overlay overlay -o lowerdir=/,upperdir="$PWD/upper",workdir="$PWD/work" system
mkdir -p system/packages system/result system/old
for deb in "$@"; do cp "$deb" system/packages/; done
cat >system/packages/run
mount --bind '${folder}' system/result
mount -t proc proc system/proc
mount --rbind /dev system/dev
mount --rbind /sys system/sys
mount -t cgroup2 cgroup system/sys/fs/cgroup
mount -t tmpfs tmpfs system/run
mount -t tmpfs tmpfs system/tmp
units=system/etc/systemd/system
rm -rf $units/*.wants system/usr/sbin/policy-rc.d system/var/lib/man-db/auto-update
for unit in getty@ serial-getty@ console-getty systemd-logind systemd-udevd systemd-networkd systemd-resolved systemd-timesyncd; do
  ln -sf /dev/null $units/$unit.service
done
printf '%s\\n' '[Service]' Type=oneshot 'ExecStart=/bin/bash /packages/run' 'ExecStopPost=/bin/systemctl poweroff --force' \\
  'StandardOutput=file:/result/said' 'StandardError=inherit' >$units/story.service
mkdir -p $units/multi-user.target.wants
ln -s ../story.service $units/multi-user.target.wants/
ln -sf /lib/systemd/system/multi-user.target $units/default.target
cd system
pivot_root . old
cd /
umount -l /old
# As a machine's own first process finds it: systemd hands credentials over by a mount that must be seen here.
mount --make-rshared /
container=other exec /lib/systemd/systemd`;

/** Installs the packages, lives through it all, and answers with what was written down on the way, \`name value\` a line. */
export async function live(debs: readonly string[]): Promise<{
  readonly told: ReadonlyMap<string, string>;
  readonly said: string;
}> {
  const folder = temporary('living');
  try {
    const namespaces = ['-m', '-p', '-f', '-C', '--kill-child', '--propagation', 'private'];
    const args = [...namespaces, '/bin/sh', '-c', boot(folder), 'sh', ...debs];
    const { stderr } = await run(['unshare', ...args], { input: story });
    const read = (name: string): string =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
    const told = read('told')
      .split('\n')
      .map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
    return { told: new Map(told), said: `${stderr}${read('said')}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for a condition and not for a time: the machine may be busy. */
const story = `set -x
cd /packages
tell() { echo "$@" >>/result/told; }
show() { systemctl show --property="$2" --value "$1"; }
exposure() { systemd-analyze security --no-pager "$1" | sed -n 's/.*exposure level[^:]*: \\([0-9.]*\\).*/\\1/p'; }
soon() { for ((tries = 0; tries < 600; tries++)); do if "$@"; then return 0; fi; sleep 0.2; done; return 1; }
runs() { [ "$(show smartboxd ActiveState)" = active ] && [ "$(show smartboxd MainPID)" != "\${1:-0}" ]; }
relays() { [ "$(show smartbox-relay ActiveState)" = active ]; }
dpkg -i ./smartbox_*.deb </dev/null
tell unconfigured "$(show smartboxd ActiveState)" "$(show smartboxd Result)"
cat >/etc/smartbox/box.yaml <<'YAML'
box: { id: lives, timezone: UTC, region: NL }
keypad: { path: /var/lib/smartbox/keypad }
gpio: { driver: sim, dir: /var/lib/smartbox/gpio }
slots: [ { id: 1, lock: { chip: c, line: 0 }, door: { chip: c, line: 1 } } ]
YAML
systemctl start smartboxd
tell started "$(show smartboxd ActiveState)" "$(show smartboxd Type)"
tell exposed "$(exposure smartboxd)"
tell caught "$(grep CapEff /proc/$(show smartboxd MainPID)/status | tr -dc 0-9a-f | tail -c 16)"
smartbox doctor >/result/doctor
tell doctor "$(grep -c 'guard process holds the locks safe' /result/doctor)"
# Frozen: only the watchdog notices.
first=$(show smartboxd MainPID)
kill -STOP "$first"
soon runs "$first" && tell frozen started anew "$(journalctl -u smartboxd | grep -c 'Watchdog timeout')"
# Killed with all that belongs to it.
second=$(show smartboxd MainPID)
systemctl kill --kill-whom=all --signal=SIGKILL smartboxd
soon runs "$second" && tell killed started anew
tell boot "$(grep -c "$(tr -d - </proc/sys/kernel/random/boot_id)" /var/lib/smartbox/run.json)"
# An upgrade while nobody is there.
third=$(show smartboxd MainPID)
dpkg -i ./smartbox_*.deb </dev/null
soon runs "$third" && tell upgraded "$(show smartboxd ActiveState)"
dpkg -i ./smartbox-relay_*.deb </dev/null
soon relays && tell relay "$(show smartbox-relay ActiveState)"
tell relayexposed "$(exposure smartbox-relay)"
tell hindered "$(journalctl -u smartboxd | grep -c ERR_SYSTEM_ERROR)"
systemctl stop smartboxd && tell stopped "$(show smartboxd Result)"
journalctl -u smartboxd -u smartbox-relay --no-pager | tail -60
`;
