/** Waits that are as exact as a tenth of a millisecond, and leave the processor to whoever is measured. */
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';

const cell = new Int32Array(new SharedArrayBuffer(4));
const napMs = 0.1;

export const nap = (ms = napMs): void => void Atomics.wait(cell, 0, 0, ms);

/** Milliseconds until `seen`; NaN when it does not come within `withinMs`. What else is to happen here gets its turns. */
export async function timeUntil(seen: () => boolean, withinMs = 10_000): Promise<number> {
  const from = performance.now();
  while (!seen()) {
    if (performance.now() - from > withinMs) return Number.NaN;
    await turn();
    nap();
  }
  return performance.now() - from;
}
