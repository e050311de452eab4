import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const readyMaxMs = 10_000;
/** Modules that load late have loaded after this time. */
const settledMs = 500;

/**
 * Starts the daemon once on a simulated box and ends it, so that Node keeps its compiled code: without, the first start of a
 * box takes a third longer. Says nothing and harms nothing when that fails; the first real run does the same.
 */
export async function warm(daemon: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-warm-'));
  const socket = join(folder, 'control.sock');
  const config = join(folder, 'box.yaml');
  writeFileSync(
    config,
    `box: { id: warm, timezone: UTC, region: NL }
data: ${join(folder, 'data')}
control: ${socket}
keypad: { path: ${join(folder, 'keypad')} }
gpio: { driver: sim, dir: ${join(folder, 'gpio')} }
slots: [ { id: 1, lock: { chip: c, line: 0 }, door: { chip: c, line: 1 }, presence: { chip: c, line: 2 } } ]
`,
  );
  const child = spawn(process.execPath, [daemon, '--config', config], { stdio: 'ignore' });
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const giveUp = performance.now() + readyMaxMs;
  while (!existsSync(socket) && child.exitCode === null && performance.now() < giveUp) await pause(20);
  if (child.exitCode === null) await pause(settledMs);
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), readyMaxMs);
  await ended;
  clearTimeout(late);
  rmSync(folder, { recursive: true, force: true });
}
