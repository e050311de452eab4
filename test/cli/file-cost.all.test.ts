/** No file that the command line reads costs more than its length: journals, rows, configurations, recordings, backups. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { type Finished, programOf, Running } from '../../scripts/rig/program.ts';
import { allLongTexts, longJson, withOneReplaced, withRawReplaced } from '../long-texts.ts';

const dir = mkdtempSync(join(tmpdir(), 'smartbox-files-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, 'file');

const run = (args: readonly string[]): Promise<Finished> =>
  new Running([...programOf('smartbox'), ...args], { SMARTBOX_SOCKET: join(dir, 'none.sock') }).finished;

/** Processor time of all programs that this process has started and that have ended, milliseconds. */
function spentMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

const time = '2026-03-02T15:00:00Z';
const hex = 'a'.repeat(64);
const event = {
  ...{ at: time, box: 'depot-a', clock: 'synced', epoch: 1, hash: hex, mono: 1, prev: hex, seq: 1 },
  ...{ type: 'granted', for: 'take', slot: 1, key: 'van-1', booking: 'b-1', who: 'd-1', by: 'code' },
};
const checkpoint = {
  type: 'checkpoint',
  box: 'depot-a',
  from: 1,
  to: 1,
  count: 1,
  head: hex,
  sig: hex + hex,
};
const booking = {
  ...{ id: 'b-1', code: '70935824', slot: 1, start: time, end: time, driver: 'Jan', reuse: true },
  ...{ phone: '0612345678', pin: '8254', badge: '0A1B2C3D4E' },
};
const config = {
  box: { id: 'depot-a', name: 'A', timezone: 'Europe/Amsterdam' },
  data: '/x',
  slots: [{ id: 1 }],
};

interface Kind {
  readonly name: string;
  readonly args: readonly string[];
  /** What is replaced in, and the file around it. */
  readonly good: object;
  readonly whole: (json: string) => string;
}

const line = (json: string): string => `${json}\n`;
const kinds: readonly Kind[] = [
  { name: 'a journal', args: ['events', 'verify', file], good: event, whole: line },
  {
    name: 'a checkpoint',
    args: ['events', 'verify', file],
    good: checkpoint,
    whole: json => `${JSON.stringify(event)}\n${json}\n`,
  },
  { name: 'bookings', args: ['bookings', 'import', file], good: booking, whole: json => `[${json}]` },
  {
    name: 'keys',
    args: ['keys', 'import', file],
    good: { name: 'V', slot: 1, tag: '0' },
    whole: json => `[${json}]`,
  },
  { name: 'a configuration', args: ['config', 'check', file], good: config, whole: json => json },
  {
    name: 'a recording',
    args: ['serial', 'replay', file, '-'],
    good: { atMs: 0, bytes: 'AA==' },
    whole: line,
  },
];

/** What a program costs before it has read anything, and how much more it may cost for these files. */
async function startMs({ args, good, whole }: Kind): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    writeFileSync(file, whole(JSON.stringify(good)));
    const from = spentMs();
    await run(args);
    least = Math.min(least, spentMs() - from);
  }
  return least;
}
/**
 * The most that a program may cost, by what it costs with a short file on this machine just now: its start is some 80 ms here, and
 * what is quadratic at 300,000 characters costs minutes.
 */
const mostOf = (restMs: number): number => 8 * restMs + 200;

async function mustBeCheap(what: string, { args }: Kind, text: string, restMs: number): Promise<void> {
  writeFileSync(file, text);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const from = spentMs();
    const { code, stderr, stdout } = await run(args);
    assert.ok(code !== null && code <= 2, `${what}: ${code} ${stderr.slice(0, 300)}`);
    assert.doesNotMatch(stderr, /^\s+at |RangeError|internal/m, what);
    assert.ok(stderr.length < 20_000 && stdout.length < 600_000, `${what}: it is said back`);
    least = Math.min(least, spentMs() - from);
    if (least < mostOf(restMs)) return;
  }
  assert.fail(`${what}: ${least} ms of processor time, ${restMs} ms for a short file`);
}

const length = 300_000;
/** Each member has its turn with some shapes: a program starts for each. */
const everyNth = 4;

for (const kind of kinds)
  test(`${kind.name} may hold anything anywhere`, async () => {
    const restMs = await startMs(kind);
    const asked: (readonly [what: string, text: string])[] = [];
    for (const [turn, [shape, long]] of Object.entries(allLongTexts(length)).entries()) {
      asked.push([`${shape} alone`, long]);
      for (const [at, [path, value]] of [...withOneReplaced(kind.good, long)].entries())
        if ((at + turn) % everyNth === 0)
          asked.push([`${path}, ${shape}`, kind.whole(JSON.stringify(value))]);
    }
    for (const [turn, [shape, json]] of Object.entries(longJson(length)).entries()) {
      asked.push([`${shape} alone`, kind.whole(json)]);
      for (const [at, [path, text]] of [...withRawReplaced(kind.good, json)].entries())
        if ((at + turn) % everyNth === 0) asked.push([`${path}, ${shape}`, kind.whole(text)]);
    }
    if (kind.name === 'a configuration')
      asked.push(['YAML', stringify({ ...config, data: 'a'.repeat(length) })]);
    for (const [what, text] of asked) await mustBeCheap(`${kind.name}: ${what}`, kind, text, restMs);
  });
