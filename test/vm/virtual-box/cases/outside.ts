/** What is wrong around the box: its disk, its clock, its network. */
import assert from 'node:assert/strict';
import type { Case, Stage } from '../case.ts';
import { codeOf } from '../configuration.ts';
import { goOn } from '../ready.ts';
import type { VirtualBox } from '../virtual-box.ts';

/** A driver takes the key of this slot. */
async function takes(box: VirtualBox, slot: number): Promise<void> {
  await box.watch();
  await box.strike(slot, codeOf(slot), null);
  await box.door(slot, 'open');
  await box.seesEvent('door-opened', slot, 1);
  await box.key(slot, 'out');
  await box.seesEvent('key-taken', slot, 1);
  await box.door(slot, 'shut');
  await box.seesEvent('door-closed', slot, 1);
}

/** With root's reserve too, and whatever the box frees later. */
const filling = `cat >/run/brought/fill <<'SH'
while :; do dd if=/dev/zero bs=4k oflag=append conv=notrunc of=/var/lib/smartbox/filled 2>/dev/null; sleep 0.05; done
SH
setsid bash /run/brought/fill >/dev/null 2>&1 &
echo $! >/run/brought/filler`;

const degraded = `[ "$(smartbox status --json | tr -d ' \\n' | grep -o '"storage":"[a-z]*"')" = '"storage":"degraded"' ]`;

async function onFullDisk(box: VirtualBox, stage: Stage): Promise<void> {
  await takes(box, 1);
  await box.sh(filling);
  // Each opening is a record; the first ones still find the reserve.
  await box.until(
    'the disk to refuse',
    `smartbox open 2 --why "filling the log" >/dev/null 2>&1; ${degraded}`,
  );
  await box.type(`${codeOf(3)}#`);
  await box.said('out-of-service', 1);
  assert.equal(await box.lock(3), 0, 'a take on a full disk');
  await box.strike(1, codeOf(1), null);
  stage.figure('disk full', 'takes refused, the return opened');
  await box.sh('kill $(cat /run/brought/filler); rm /var/lib/smartbox/filled');
  await box.until('a disk that takes writes', `! ${degraded}`);
  await box.strike(4, codeOf(4), null);
  await box.verifies();
}

export const diskFull: Case = {
  name: 'disk-full',
  what: 'the disk of the box is full: no take, but the return; then it is emptied',
  minutes: 3,
  run: stage => onReady(stage, onFullDisk),
};

export const networkGone: Case = {
  name: 'network-gone',
  what: 'no network at all, not even the loopback: the service starts and a code opens',
  minutes: 3,
  run: stage =>
    onReady(stage, async box => {
      await box.sh(
        'for name in $(ls /sys/class/net); do ip link set $name down; done; systemctl restart smartboxd',
      );
      await box.strike(1, codeOf(1), null);
    }),
};

/** What chrony and ntpd tell the kernel once they have heard the time: adjtimex(2) of x86-64, its maximum error 1 ms, no STA_UNSYNC. */
const steered = `perl -e 'my $timex = pack("L x4 q4 l x4", 0x1c, 0, 0, 1000, 1000, 0) . "\\0" x 200; exit(syscall(159, $timex) < 0)'`;

/** Nothing keeps time in a Raspberry Pi that is without power. */
export const clock1970: Case = {
  name: 'clock-1970',
  what: 'switched on in 1970, without a network to ask: READY, and a code opens; then a time service comes',
  minutes: 3,
  async run(stage) {
    const { box } = await goOn(await stage.ready(), stage.work, { switchedOn: '1970-01-01T00:00:10' });
    try {
      await box.until('READY', '[ $(systemctl show -P ActiveState smartboxd) = active ]');
      stage.figure('the clock says', (await box.sh('date --iso-8601=seconds')).trim());
      await box.strike(1, codeOf(1), null);
      // The kernel takes no time before it was switched on, as it counts.
      await box.sh('date -u -s @$(($(cut -d. -f1 /proc/uptime) + 60)) && systemctl restart smartboxd');
      stage.figure('and set back', (await box.sh('date --iso-8601=seconds')).trim());
      await box.strike(2, codeOf(2), null);
      assert.match(await box.sh('smartbox doctor || true'), /clock: behind/);
      await box.verifies();
      // Through the whole hardening of the unit, which forbids the daemon to ask the kernel itself.
      await box.sh(`date -u -s '${new Date().toISOString()}' && ${steered}`);
      await box.clockIs('synced');
    } finally {
      await box.off();
    }
  },
};

async function onReady(stage: Stage, run: (box: VirtualBox, stage: Stage) => Promise<void>): Promise<void> {
  const { box } = await goOn(await stage.ready(), stage.work);
  try {
    await run(box, stage);
  } finally {
    await box.off();
  }
}
