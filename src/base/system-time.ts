import { type MonoMs, mono, wall } from './brand.ts';
import type { Time } from './time.ts';

/** Longest delay that a Node timer takes; a later wake is armed again. */
const timerMaxMs = 2_147_483_647;

/** The real clocks: CLOCK_MONOTONIC since the process began, and the system's UTC. */
export const systemTime: Time = {
  mono: () => mono(Math.floor(performance.now())),
  wall: () => wall(Date.now()),
  at: arm,
};

function arm(at: MonoMs, wake: () => void): () => void {
  let timer: NodeJS.Timeout;
  const set = (): void => {
    // One millisecond late rather than early: whoever is woken finds the instant past.
    const leftMs = Math.max(0, Math.ceil(at - performance.now()) + 1);
    timer = setTimeout(leftMs > timerMaxMs ? set : wake, Math.min(leftMs, timerMaxMs));
  };
  set();
  return () => clearTimeout(timer);
}
