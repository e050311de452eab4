import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { millis } from '../../../../src/base/brand.ts';
import { type Log, silent } from '../../../../src/base/log.ts';
import { type Guard, guardScript, startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { realTime as time } from './fake-time.ts';

/** For what only has to happen at all; a busy machine takes its time. */
export const everMs = 10_000;
/** The promise: a lock is off so soon after the daemon's end. */
export const offMs = 1_000;
/** Goes with the tests of the file that uses it. */
export const dir = mkdtempSync(join(tmpdir(), 'smartbox-guard-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** Processes that run the guard script over our folder. Their arguments name it, and nobody else's do. */
export function guardsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[1] === guardScript && words.some(word => word.startsWith(`${folder}/`));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The one that there is: a signal to 0 would go to everything that runs with this test. */
export const guardOf = (folder: string): number => guardsOf(folder)[0] ?? assert.fail('there is no guard');

/** Whether this process ignores SIGPIPE and SIGTERM, the last of those that the guard's first line names. */
export function isDeaf(pid: number): boolean {
  const [, ignored = '0'] = /^SigIgn:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  const asked = (1n << 12n) | (1n << 14n);
  return (BigInt(`0x${ignored}`) & asked) === asked;
}

/** Milliseconds until `done`, asked every few. Fails after `withinMs`. */
export async function until(done: () => boolean, withinMs: number, what: string): Promise<number> {
  const from = performance.now();
  while (!done()) {
    assert.ok(performance.now() - from < withinMs, `${what} within ${withinMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  return performance.now() - from;
}

/** The guard has a few processes to start where the other shell has one. */
export function assertSoon(tookMs: number, limitMs: number, lateMs: number): void {
  const boundMs = limitMs + 150 + 3 * lateMs;
  assert.ok(tookMs <= boundMs, `off after ${tookMs} ms; limit ${limitMs} ms, machine ${lateMs} ms late`);
}

export interface Alone {
  readonly guard: Guard;
  readonly path: (line: number) => string;
  readonly folder: string;
  readonly errors: object[];
}

/** A guard over three outputs that are on, started by the first pulse it hears of. */
export function guardAlone(): Alone {
  const folder = mkdtempSync(join(dir, 'lines-'));
  const path = (line: number): string => join(folder, String(line));
  for (const line of [0, 1, 2]) writeFileSync(path(line), '1\n');
  const errors: object[] = [];
  const log: Log = { ...silent, error: fields => errors.push(fields) };
  const paths = [0, 1, 2].map(line => ({ path: path(line), text: line === 1 ? '5\n' : '0\n' }));
  const guard = startGuard({ paths, time, log });
  guard.begin(0, millis(1), () => {});
  guard.end();
  return { guard, path, folder, errors };
}
