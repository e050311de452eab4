import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Fault } from '../base/fault.ts';

/** Beside this program: in the bundle, or in a checkout. */
const places = ['smartboxd.js', '../box/app/main.ts'];

export function daemonProgram(): string | null {
  const paths = places.map(place => fileURLToPath(new URL(place, import.meta.url)));
  return paths.find(path => existsSync(path)) ?? null;
}

/** Output of a daemon that was run for its answer: at most this many characters are kept. */
const outputMax = 1_000_000;

/**
 * Runs `smartboxd ARGS` to its end: what needs the daemon's own code is done by the daemon's own program.
 * @throws Fault `no-daemon`
 */
export function runDaemon(
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const program = daemonProgram();
  if (program === null)
    throw new Fault('no-daemon', 'smartboxd is not installed here', 'Install smartbox anew.');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer): void => {
      if (output.length < outputMax) output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', error =>
      reject(new Fault('no-daemon', error.message, 'Install smartbox anew.', error)),
    );
    child.on('close', code => resolve({ code: code ?? 1, output }));
  });
}
