import assert from 'node:assert/strict';
import type { Case, Stage } from '../case.ts';
import { ms } from '../case.ts';
import { codeOf } from '../configuration.ts';
import { goOn } from '../ready.ts';
import type { VirtualBox } from '../virtual-box.ts';

/** The hard maximum (rules.md 14), and what an emulated machine on a busy host may add to what is seen of it. */
const hardMaxUs = 1_000_000;
const slackUs = 500_000;
/** Of a pulse asked for 300 ms, on a machine that wakes in time whom it shall wake. */
const pulseUs = { least: 300_000, most: 320_000 } as const;

/**
 * A driver takes a key and brings it back, by the same code. The pulses of `cdev` have a small process of their own to time them; those of
 * `onoff` are timed by the daemon, of which every step is emulated, and are looked at without a bar.
 */
export async function story(box: VirtualBox, stage: Stage, driver: 'cdev' | 'onoff'): Promise<void> {
  await box.watch();
  for (const [way, moves] of [
    ['take', 'out'],
    ['return', 'in'],
  ] as const) {
    const { roseUs, fellUs, lateUs } = await box.strike(1, codeOf(1), null);
    const lastedUs = fellUs - roseUs;
    // Seen too late, its beginning makes a pulse look shorter; and its end, or a process that was to end it and was woken late, longer.
    const isAsAsked = lastedUs >= pulseUs.least - lateUs && lastedUs <= pulseUs.most + lateUs;
    const figure = `${ms(lastedUs)} on a machine that was ${ms(lateUs)} late`;
    stage.bar(`${way}: pulse asked 300 ms`, figure, driver === 'onoff' || isAsAsked);
    assert.ok(lastedUs > 280_000 - lateUs, 'the coil has no time to move');
    assert.ok(lastedUs < hardMaxUs + slackUs + lateUs, 'the lock is powered for too long');
    await box.door(1, 'open');
    await box.seesEvent('door-opened', 1, way === 'take' ? 1 : 2);
    await box.key(1, moves);
    await box.seesEvent(way === 'take' ? 'key-taken' : 'key-returned', 1, 1);
    await box.door(1, 'shut');
    await box.seesEvent('door-closed', 1, way === 'take' ? 1 : 2);
  }
  const way = ['granted', 'pulsed', 'door-opened'];
  assert.deepEqual(await box.events(1), [
    ...[...way, 'key-taken', 'door-closed'],
    ...[...way, 'key-returned', 'door-closed'],
  ]);
}

export const codeByCdev: Case = {
  name: 'code-cdev',
  what: 'a code typed on the tty opens the line by cdev, for a take and a return',
  minutes: null,
  async run(stage) {
    const { box } = await goOn(await stage.ready(), stage.work);
    try {
      assert.match(await box.sh('smartbox doctor || true'), /driver cdev, chosen by auto/);
      await story(box, stage, 'cdev');
    } finally {
      await box.off();
    }
  },
};

export const codeByOnoff: Case = {
  name: 'code-onoff',
  what: 'the same by onoff, through sysfs under the unit’s hardening',
  minutes: 2,
  async run(stage) {
    const { box } = await goOn(await stage.ready(), stage.work);
    try {
      await box.drivenBy('onoff');
      await story(box, stage, 'onoff');
    } finally {
      await box.off();
    }
  },
};
