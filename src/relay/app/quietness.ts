import { performance } from 'node:perf_hooks';

/** Share of the time in which something ran: below it a pause of some ten milliseconds meets nobody. */
const quiet = 0.05;

/** Whether little ran since it was asked the last time. */
export function quietness(): () => boolean {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization < quiet;
  };
}
