/** A box comes back after a week without its relay, with ten thousand events, while drivers stand at its doors. */
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Samples } from '../bench/figures.ts';
import type { Fleet } from './fleet.ts';
import type { RealBox } from './real-box.ts';

const eventsEach = 10_000;
const settleMs = 2_000;
const withinMs = 30_000;

export interface Dark {
  readonly idle: Samples;
  readonly busy: Samples;
  /** Seconds from the first word of the box to the last event stored, of each time. */
  readonly seconds: Samples;
  readonly missed: number;
}

/** The relay stands still, so that the box is connecting; then it runs on, and all comes at once. */
export async function weekDark(fleet: Fleet, box: RealBox, times: number): Promise<Dark> {
  const dark = {
    idle: new Samples('last key → lock, relay away'),
    busy: new Samples('last key → lock, catching up'),
    seconds: new Samples('10,000 events, in seconds'),
  };
  let missed = 0;
  const press = async (into: Samples): Promise<void> => {
    const tookMs = await box.press();
    if (Number.isNaN(tookMs)) missed += 1;
    else into.add(tookMs);
  };
  for (let time = 0; time < times; time += 1) {
    await box.rig.stop();
    const last = await box.growJournal(eventsEach);
    process.kill(fleet.pid, 'SIGSTOP');
    try {
      await box.rig.start();
      await pause(settleMs);
      for (let n = 0; n < 24; n += 1) await press(dark.idle);
    } finally {
      process.kill(fleet.pid, 'SIGCONT');
    }
    dark.seconds.add(await catchUp(fleet, box.id, last, () => press(dark.busy)));
    await pause(settleMs);
  }
  return { ...dark, missed };
}

async function catchUp(
  fleet: Fleet,
  id: string,
  last: number,
  meanwhile: () => Promise<void>,
): Promise<number> {
  const seqOf = fleet.reader.prepare<[string], number>('SELECT seq FROM box WHERE id = ?').pluck();
  const began = seqOf.get(id) ?? 0;
  const giveUp = performance.now() + withinMs;
  let from: number | null = null;
  let to: number | null = null;
  // Looks between the presses too, so that both instants are exact to some milliseconds.
  const looking = setInterval(() => {
    const seq = seqOf.get(id) ?? 0;
    if (seq > began) from ??= performance.now();
    if (seq >= last) to ??= performance.now();
  }, 2);
  while (to === null && performance.now() < giveUp) await meanwhile();
  clearInterval(looking);
  return from === null || to === null ? Number.NaN : (to - from) / 1_000;
}
