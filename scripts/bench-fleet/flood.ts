/** Events of all boxes as fast as the relay takes them; each box keeps four batches ahead of what is acknowledged, as boxes do. */
import { performance } from 'node:perf_hooks';
import { cpuMs, peakMb, residentMb } from '../bench/proc.ts';
import { until } from '../rig/until.ts';
import type { Fleet } from './fleet.ts';

export interface Flood {
  readonly perSecond: number;
  readonly events: number;
  /** Rows that are in the database afterwards beyond, or short of, what was sent. */
  readonly wrong: number;
  readonly cpuMsEach: number;
  readonly residentMb: number;
  readonly peakMb: number;
}

const withinMs = 180_000;
const windowBatches = 4;

export async function flood(fleet: Fleet, size: number, batchesEach: number): Promise<Flood> {
  const count = fleet.reader.prepare<[], number>('SELECT count(*) FROM event').pluck();
  const before = count.get() ?? 0;
  const all = fleet.boxes.map(({ light }) => ({ light, batches: light.batches(batchesEach, size) }));
  const cpuFrom = cpuMs(fleet.pid);
  const from = performance.now();
  for (const { light, batches } of all) {
    let next = 0;
    const send = (acked: number): void => {
      const flying = batches.slice(0, next).filter(({ to }) => to > acked).length;
      for (const batch of batches.slice(next, next + windowBatches - flying)) light.send(batch.payload);
      next += windowBatches - flying;
    };
    light.onAck = send;
    send(0);
  }
  const done = (): boolean => all.every(({ light }) => light.acked === light.seq);
  await until('all events to be acknowledged', done, withinMs);
  const seconds = (performance.now() - from) / 1_000;
  for (const { light } of all) light.onAck = () => {};
  const events = all.length * size * batchesEach;
  return {
    ...{ events, perSecond: events / seconds, wrong: (count.get() ?? 0) - before - events },
    ...{ cpuMsEach: (cpuMs(fleet.pid) - cpuFrom) / events },
    ...{ residentMb: residentMb(fleet.pid), peakMb: peakMb(fleet.pid) },
  };
}
