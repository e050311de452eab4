/** Many seeds on several cores. */
import { Worker } from 'node:worker_threads';
import type { SeedResult } from './seed-worker.ts';

/** The results as they come, by seed. */
export function liveThrough(
  seeds: readonly number[],
  threads: number,
): ReadonlyMap<number, Promise<SeedResult>> {
  const waiting = [...seeds];
  const settle = new Map<number, (result: SeedResult) => void>();
  const results = new Map(
    seeds.map(seed => [seed, new Promise<SeedResult>(resolve => settle.set(seed, resolve))]),
  );
  for (let at = 0; at < threads; at += 1) live(waiting, settle);
  return results;
}

function live(waiting: number[], settle: ReadonlyMap<number, (result: SeedResult) => void>): void {
  const worker = new Worker(new URL('./seed-worker.ts', import.meta.url));
  let seed: number | undefined;
  const next = (): void => {
    seed = waiting.shift();
    if (seed === undefined) void worker.terminate();
    else worker.postMessage(seed);
  };
  worker.on('message', (result: SeedResult) => {
    settle.get(result.seed)?.(result);
    next();
  });
  // What nobody waits for ends the worker, and with it this seed; the others go on in another one.
  worker.on('error', error => {
    if (seed === undefined) return;
    settle.get(seed)?.({ seed, failure: `seed ${seed}: ${error.stack}`, tally: new Map(), minutes: 0 });
    live(waiting, settle);
  });
  next();
}
