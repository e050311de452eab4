/** Lives the lives of the seeds that it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import { simulate } from './sim.ts';

export interface SeedResult {
  readonly seed: number;
  /** Null: everybody agreed. */
  readonly failure: string | null;
  readonly tally: ReadonlyMap<string, number>;
  readonly minutes: number;
}

parentPort?.on('message', (seed: number) => {
  void simulate(seed).then(
    life => parentPort?.postMessage({ seed, failure: null, ...life }),
    (error: unknown) =>
      parentPort?.postMessage({ seed, failure: String(error), tally: new Map(), minutes: 0 }),
  );
});
