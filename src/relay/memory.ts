/** Gives memory back after a rush, once the relay is quiet. */
import { performance } from 'node:perf_hooks';
import { after, seconds } from '../base/brand.ts';
import { giveBackMemory } from '../base/memory.ts';
import type { Time } from './ports.ts';

const everyMs = seconds(10);
/** Share of the time in which something ran: below it a pause of some ten milliseconds meets nobody. */
const quiet = 0.05;
/** So much more than after the last time is worth it. */
const worthBytes = 8 * 1024 * 1024;

/** @returns what ends it */
export function tidyMemory(time: Time): () => void {
  let cancel = (): void => {};
  let before = performance.eventLoopUtilization();
  let least = 0;
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization < quiet && process.memoryUsage.rss() > least + worthBytes) {
      giveBackMemory();
      least = process.memoryUsage.rss();
    }
    arm();
  };
  const arm = (): void => {
    cancel = time.at(after(time.mono(), everyMs), look);
  };
  arm();
  return () => cancel();
}
