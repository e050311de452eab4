/**
 * The whole daemon with `driver: auto` on a kernel that has the character device; runs inside the virtual machine of vm.all.test.ts.
 * Another process watches the lines, and a line that is let go keeps its level: what is off was switched off. Bounds are wide, since
 * all is emulated; the figures are printed.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pause, until } from '../../../scripts/rig/until.ts';
import { today } from '../../blackbox/box.ts';
import { watchLag } from '../../lag.ts';
import { KernelBox } from './kernel-box.ts';
import { type Change, LineWatch, nowUs } from './line-watch.ts';
import { patientMs } from './watch.ts';

const codes = ['40718253', '70935824', '58203617', '81640592', '26957140', '93518406', '61284930'] as const;
const hardMs = 1_000;

interface Seen {
  readonly box: KernelBox;
  readonly watch: LineWatch;
}

/** Types the code of a slot; resolves when its line rose. */
async function opens({ box, watch }: Seen, slot: number): Promise<Change> {
  const from = nowUs();
  box.rig.type(`${codes[slot - 1]}#`);
  return await watch.sees(box.lockFile(slot), 1, from);
}

/** For how long a line was powered, or from some moment on: not less and not more than this, in milliseconds. */
interface Span {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** From that change, or moment, until the line falls. It may have been seen late that it rose, or fell. */
async function fell({ box, watch }: Seen, slot: number, from: Change | number): Promise<Span> {
  const [atUs, unseenUs] = typeof from === 'number' ? [from, from] : [from.atUs, from.unseenUs];
  const end = await watch.sees(box.lockFile(slot), 0, atUs);
  return { leastMs: (end.unseenUs - atUs) / 1_000, mostMs: (end.atUs - unseenUs) / 1_000 };
}

function figure(what: string, span: Span): Span {
  console.error(`figure: ${what}: ${span.leastMs.toFixed(1)} to ${span.mostMs.toFixed(1)} ms`);
  return span;
}

/** Whoever only saw it late does not fail this. */
function lasted({ leastMs, mostMs }: Span, atLeastMs: number, belowMs: number): void {
  assert.ok(mostMs > atLeastMs && leastMs < belowMs, `${leastMs} to ${mostMs} ms`);
}

/** Another pair of processes than before holds the lines. */
async function replaced(box: KernelBox, before: number): Promise<void> {
  await until(
    'another helper',
    () => {
      const { guard, holder } = box.helper();
      return guard !== 0 && guard !== before && holder !== 0;
    },
    patientMs,
  );
}

test('a box whose lines a helper holds', async t => {
  const box = await KernelBox.make(t, codes.length, 300, 'auto');
  const watch = await LineWatch.on(codes.map((_, at) => box.lockFile(at + 1)));
  t.after(() => watch.end());
  const seen = { box, watch };
  await box.start();
  await box.rig.book(...codes.map((code, at) => ({ id: `b-${at + 1}`, code, slot: at + 1, ...today() })));
  await t.test('auto takes the character device, and says so', () => says(box));
  await t.test('a pulse of 300 ms is one', () => pulse(seen));
  await t.test('the daemon frozen in mid-pulse: the helper ends it in its time', () => frozen(seen));
  await t.test('the helper killed in mid-pulse: its guard switches the line off; the next code opens', () =>
    helperKilled(seen),
  );
  await t.test('the helper frozen in mid-pulse: its guard ends it; the next code opens', () =>
    helperFrozen(seen),
  );
  await t.test('the daemon killed in mid-pulse: the line is off at once', () => killed(seen));
  await t.test('daemon and helper killed together in mid-pulse: the guard switches the line off', () =>
    bothKilled(seen),
  );
  await t.test('SIGTERM in mid-pulse: the line is off when the daemon has ended, and no helper is left', () =>
    terminated(seen),
  );
});

async function says(box: KernelBox): Promise<void> {
  const doctor = await box.rig.cli(['doctor']);
  assert.match(doctor.stdout, /GPIO lines work \(driver cdev, chosen by auto/);
  const { guard, holder } = box.helper();
  for (const pid of [guard, holder]) {
    const kB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    console.error(`figure: RSS of the helper: ${kB} kB`);
    assert.ok(kB <= 2_048, `${kB} kB`);
  }
}

async function pulse(seen: Seen): Promise<void> {
  const from = await opens(seen, 1);
  lasted(figure('pulse asked 300', await fell(seen, 1, from)), 290, hardMs);
}

async function frozen(seen: Seen): Promise<void> {
  const from = await opens(seen, 2);
  seen.box.rig.daemon.child.kill('SIGSTOP');
  const span = figure('pulse asked 300, daemon frozen', await fell(seen, 2, from));
  await pause(500);
  seen.box.rig.daemon.child.kill('SIGCONT');
  lasted(span, 290, hardMs);
}

async function helperKilled(seen: Seen): Promise<void> {
  const { guard, holder } = seen.box.helper();
  await opens(seen, 3);
  const from = nowUs();
  process.kill(holder, 'SIGKILL');
  lasted(figure('helper killed: line off after', await fell(seen, 3, from)), 0, hardMs);
  await replaced(seen.box, guard);
  await opensAgain(seen, 3);
}

async function helperFrozen(seen: Seen): Promise<void> {
  const { guard, holder } = seen.box.helper();
  const from = await opens(seen, 4);
  process.kill(holder, 'SIGSTOP');
  lasted(figure('helper frozen: line off, since it rose', await fell(seen, 4, from)), 0, hardMs + 500);
  await replaced(seen.box, guard);
  await opensAgain(seen, 4);
}

/** The door was not opened: the same code may be presented again (rules.md 6), and nothing is wrong with the slot. */
async function opensAgain(seen: Seen, slot: number): Promise<void> {
  await pause(1_000);
  await opens(seen, slot);
}

async function killed(seen: Seen): Promise<void> {
  await opens(seen, 5);
  const lag = watchLag();
  const from = nowUs();
  const ended = seen.box.rig.stop('SIGKILL');
  const span = figure('daemon killed: line off after', await fell(seen, 5, from));
  await ended;
  lasted(span, 0, 250 + 3 * lag());
  await seen.box.start();
  assert.equal(seen.box.lock(5), 0);
}

async function bothKilled(seen: Seen): Promise<void> {
  await opens(seen, 6);
  const { holder } = seen.box.helper();
  const from = nowUs();
  process.kill(holder, 'SIGKILL');
  const ended = seen.box.rig.stop('SIGKILL');
  const span = figure('daemon and helper killed: line off after', await fell(seen, 6, from));
  await ended;
  lasted(span, 0, hardMs);
  await seen.box.start();
}

async function terminated(seen: Seen): Promise<void> {
  await opens(seen, 7);
  const { guard, holder } = seen.box.helper();
  const { code, stderr } = await seen.box.rig.stop('SIGTERM');
  assert.equal(code, 0, stderr);
  assert.equal(seen.box.lock(7), 0);
  for (const pid of [guard, holder]) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
}
