/** The life of the helper of cdev: replaced when it dies or is stuck, whatever it held; files stand for lines. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';
import { millis } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { type HolderNews, LineHolder } from '../../../../src/box/adapters/gpio/line-holder.ts';
import { realTime as time } from './fake-time.ts';
import { type FileChip, holderProgram } from './holder-program.ts';

const childrenOf = (pid: number): readonly number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text
      .split(' ')
      .map(Number)
      .filter(child => child > 0);
  } catch {
    return [];
  }
};

interface Held {
  readonly holder: LineHolder;
  readonly chip: FileChip;
  readonly news: HolderNews['type'][];
  /** Levels of the input, as they were told. */
  readonly told: (0 | 1 | null)[];
  /** The guard and the process that holds the lines. */
  pair(): readonly [number, number];
  readyAgain(times: number): Promise<void>;
}

async function held(t: TestContext): Promise<Held> {
  const { program } = made;
  const chip = made.chip();
  chip.drive(2, 0);
  const specs = [`lock,0,0,${chip.label}`, `lamp,0,1,${chip.label}`, `in,0,2,${chip.label}`];
  const before = childrenOf(process.pid);
  const holder = new LineHolder({ program, specs, time, log: silent, readMs: 20 });
  t.after(() => holder.close());
  const news: HolderNews['type'][] = [];
  const told: (0 | 1 | null)[] = [];
  holder.onNews(({ type }) => news.push(type));
  holder.onLevel(2, () => told.push(holder.line(2).level));
  const readyAgain = (times: number): Promise<void> =>
    until('ready', () => news.filter(type => type === 'ready').length === times);
  await readyAgain(1);
  const pair = (): readonly [number, number] => {
    const guard =
      childrenOf(process.pid)
        .filter(pid => !before.includes(pid))
        .at(-1) ?? 0;
    return [guard, childrenOf(guard)[0] ?? 0];
  };
  return { holder, chip, news, told, pair, readyAgain };
}

const made = holderProgram();
const skip = made.missing;

test('one that dies is replaced at once, outputs idle, and what moved meanwhile is news', {
  skip,
}, async t => {
  const { holder, chip, news, told, pair, readyAgain } = await held(t);
  holder.set(1, 1);
  holder.pulse(0, millis(1_000), millis(5_000));
  await until('begun', () => news.includes('begun'));
  process.kill(pair()[1], 'SIGKILL');
  chip.drive(2, 1);
  await until('gone', () => news.includes('gone'));
  assert.equal(holder.ready, false);
  await readyAgain(2);
  assert.deepEqual([chip.measure(0), chip.measure(1)], [0, 0]);
  assert.deepEqual(told, [0, 1]);
});

test('one that is frozen is found out and replaced', { skip }, async t => {
  const { chip, told, pair, readyAgain } = await held(t);
  const [guard, child] = pair();
  process.kill(child, 'SIGSTOP');
  chip.drive(2, 1);
  await readyAgain(2);
  await until('the frozen one gone', () => childrenOf(guard).length === 0);
  assert.deepEqual(told, [0, 1]);
});

test('one that is frozen together with its guard is ended by force', { skip }, async t => {
  const { pair, readyAgain } = await held(t);
  const [guard, child] = pair();
  process.kill(guard, 'SIGSTOP');
  process.kill(child, 'SIGSTOP');
  await readyAgain(2);
  await until('both gone', () => !childrenOf(process.pid).includes(guard));
});

test('whoever asks whether all was heard hears so only of levels that were read since', { skip }, async t => {
  const { holder, chip, told } = await held(t);
  await until('heard', () => holder.caughtUp());
  chip.drive(2, 1);
  assert.equal(holder.caughtUp(), false, 'an answer of before says nothing of now');
  await until('heard', () => holder.caughtUp());
  assert.deepEqual(told, [0, 1]);
});

test('closed, it leaves no process and no output on', { skip }, async t => {
  const { holder, chip, pair } = await held(t);
  const [guard, child] = pair();
  holder.set(1, 1);
  await until('lit', () => chip.measure(1) === 1);
  await holder.close();
  await holder.close();
  assert.equal(chip.measure(1), 0);
  for (const pid of [guard, child]) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});
