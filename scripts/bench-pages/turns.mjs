/**
 * Loaded into the relay by `--import`: on SIGUSR2 it writes what the relay did since the last time, the event loop's longest turn
 * and how long each request took within the server.
 */
import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

const begun = new WeakMap();
let servedMs = [];
subscribe('http.server.request.start', ({ request }) => begun.set(request, performance.now()));
subscribe('http.server.response.finish', ({ request }) =>
  servedMs.push(performance.now() - (begun.get(request) ?? 0)),
);

process.on('SIGUSR2', () => {
  const file = process.env.SMARTBOX_TURNS_FILE ?? '';
  // The timer itself comes after a millisecond at the earliest.
  const longestMs = Math.max(0, delay.max / 1e6 - resolutionMs);
  delay.reset();
  writeFileSync(`${file}.new`, JSON.stringify({ longestMs, servedMs }));
  renameSync(`${file}.new`, file);
  servedMs = [];
});
