import { after, type Millis } from './brand.ts';
import type { Time } from './time.ts';

/**
 * Runs `work` again and again, each time so long after it was done as it has said itself; the first time after `firstMs`, at once
 * where that is null. Returns what ends it. `work` must not reject: nobody is there to hear it.
 */
export function repeat(
  time: Time,
  work: () => Millis | Promise<Millis>,
  firstMs: Millis | null = null,
): () => void {
  let isOver = false;
  let cancel = (): void => {};
  const arm = (inMs: Millis): void => {
    if (!isOver) cancel = time.at(after(time.mono(), inMs), run);
  };
  function run(): void {
    const next = work();
    if (next instanceof Promise) void next.then(arm);
    else arm(next);
  }
  if (firstMs === null) run();
  else arm(firstMs);
  return () => {
    isOver = true;
    cancel();
  };
}

/** Runs `work` again and again, `everyMs` after it was done the last time; the first time after `firstMs`. Returns what ends it. */
export const every = (
  time: Time,
  everyMs: Millis,
  work: () => void,
  firstMs: Millis = everyMs,
): (() => void) => {
  const once = (): Millis => {
    work();
    return everyMs;
  };
  return repeat(time, once, firstMs);
};
