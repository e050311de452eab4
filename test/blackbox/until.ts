import { setTimeout as pause } from 'node:timers/promises';

export { pause };

/** Looks every few milliseconds until `seen` is true. @throws Error naming `what` after `withinMs` */
export async function until(
  what: string,
  seen: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await seen())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await pause(2);
  }
}
