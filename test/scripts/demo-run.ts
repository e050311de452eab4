/** `./scripts/demo` after its build, with a temporary folder of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { node, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'scripts/demo.ts');
/** On a machine that does much else as well, a demo takes most of a minute to start. */
export const startMs = 180_000;

/** With the build where there is one, which starts in a fraction of the time. */
export const built = existsSync(join(root, 'dist/smartbox-relay.js')) ? { SMARTBOX_DIST: 'dist' } : {};

export interface Demo {
  readonly folder: string;
  readonly run: Running;
}

/** The demo with a temporary folder of its own, in which nothing may be left. */
export function demo(
  t: TestContext,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Demo {
  const folder = temporary(t);
  return { folder, run: new Running([node, script, ...args], { TMPDIR: folder, ...built, ...env }) };
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-demo-test-'));
  t.after(() => {
    for (const pid of processesIn(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Whoever was started below the demo has its temporary folder in the environment. */
export function processesIn(folder: string): readonly number[] {
  const mark = `TMPDIR=${folder}`;
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => environmentOf(pid).split('\0').includes(mark))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

export async function nothingLeft(folder: string): Promise<void> {
  assert.deepEqual(readdirSync(folder), []);
  try {
    await until('its processes to be gone', () => processesIn(folder).length === 0);
  } catch {
    assert.deepEqual(processesIn(folder).map(commandOf), [], 'its processes are gone');
  }
}

/** Parts are parted by NUL. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** The demo in a terminal of its own, once its cabinet is drawn. */
export async function inTerminal(t: TestContext) {
  const folder = temporary(t);
  const terminal = spawn('socat', ['-', `EXEC:${node} ${script},pty,setsid,ctty`], {
    env: { ...process.env, TMPDIR: folder, ...built },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let drawn = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    drawn += text;
  });
  await until('the cabinet', () => /Ann {3}\d{4} \d{4} .*on-box/.test(drawn), startMs);
  return { folder, terminal, drawn: () => drawn };
}
