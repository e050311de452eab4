/** Loaded into the relay by `--import`: on SIGUSR2 it writes how long the event loop's longest turn was since the last time. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
process.on('SIGUSR2', () => {
  // The timer itself comes after a millisecond at the earliest.
  const longestMs = Math.max(0, delay.max / 1e6 - resolutionMs);
  delay.reset();
  writeFileSync(process.env.SMARTBOX_TURNS_FILE ?? '', String(longestMs));
});
