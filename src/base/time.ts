import type { MonoMs, WallMs } from './brand.ts';

/** The two clocks and one-shot timers. The only source of time in a daemon; tests pass a fake. */
export interface Time {
  mono(): MonoMs;
  wall(): WallMs;
  /** Calls back once at or after `at`; the returned function cancels. */
  at(at: MonoMs, wake: () => void): () => void;
}
