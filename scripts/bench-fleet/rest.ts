/** One booking change at a time, to a real box, with a thousand others connected and quiet. */
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Samples } from '../bench/figures.ts';
import type { Api } from './api.ts';
import type { Fleet } from './fleet.ts';
import type { CommitFloor } from './floor.ts';
import type { RealBox } from './real-box.ts';
import { timeUntil } from './waiting.ts';

/** Between a change and the commit of the floor, and between that and the next change. */
const restMs = 50;

export interface Rest {
  readonly floor: Samples;
  readonly answer: Samples;
  readonly receipt: Samples;
  readonly missed: number;
}

export async function atRest(
  { fleet, api, floor }: { readonly fleet: Fleet; readonly api: Api; readonly floor: CommitFloor },
  box: RealBox,
  rounds: number,
): Promise<Rest> {
  const known = fleet.reader.prepare<[string], number>('SELECT known_rev FROM box WHERE id = ?').pluck();
  const newest = fleet.reader.prepare<[string], number>('SELECT revision FROM box WHERE id = ?').pluck();
  const samples = {
    floor: new Samples('a commit, spaced alike'),
    answer: new Samples('change → answer'),
    receipt: new Samples('change → receipt'),
  };
  let missed = 0;
  for (let round = 0; round < rounds; round += 1) {
    await pause(restMs);
    samples.floor.add(floor.commit());
    await pause(restMs);
    const rev = (newest.get(box.id) ?? 0) + 1;
    const end = new Date(Date.now() + 24 * 3_600_000 + round * 1_000).toISOString();
    const booking = box.bookings[round % box.bookings.length] ?? '';
    let from = performance.now();
    const left = (): void => {
      from = performance.now();
    };
    const asked = api.ask('PATCH', `/bookings/${booking}`, { end }, left).then(() => {
      samples.answer.add(performance.now() - from);
    });
    const came = await timeUntil(() => (known.get(box.id) ?? 0) >= rev);
    if (Number.isNaN(came)) missed += 1;
    else samples.receipt.add(performance.now() - from);
    await asked;
  }
  return { ...samples, missed };
}
