import type { MonoMs, WallMs } from '../../base/brand.ts';
import type { InputBody } from '../core/input.ts';

/** The two clocks and one-shot timers. The only source of time in the daemon; tests pass a fake. */
export interface Time {
  mono(): MonoMs;
  wall(): WallMs;
  /** Calls back once at or after `at`; the returned function cancels. */
  at(at: MonoMs, wake: () => void): () => void;
}

/** Where adapters put what happened; the loop stamps it. */
export type Report = (input: InputBody) => void;
