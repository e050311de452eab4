import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

export { pause };

/** Every few milliseconds at first; then less often, since whoever looks takes the processor from those who are waited for. */
export const lookAgainMs = { first: 2, most: 20 } as const;

/** Looks until `seen` is true. @throws AssertionError naming `what` after `withinMs` */
export async function until(
  what: string,
  seen: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  for (let ms: number = lookAgainMs.first; !(await seen()); ms = Math.min(lookAgainMs.most, ms + 1)) {
    if (performance.now() > end) assert.fail(`waited ${withinMs} ms in vain for: ${what}`);
    await pause(ms);
  }
}
