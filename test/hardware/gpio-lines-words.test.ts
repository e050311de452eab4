/** What the helper of gpio driver cdev understands, and what it refuses. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import { forever, Held, lock, lowLock, made } from './held-lines.ts';

const skip = made.missing;

test('says what it holds, every output idle, and why it does not hold the rest', { skip }, async t => {
  const held = await Held.start(t);
  assert.deepEqual(held.said.slice(0, 7), [
    ...['line 0 ok', 'line 1 ok', 'line 2 ok', 'line 3 no-edges', 'line 4 dead no chip with this label'],
    ...['levels 0 0100x', 'ready'],
  ]);
  assert.deepEqual([held.chip.measure(lock), held.chip.measure(lowLock)], [0, 1]);
});

test('what is no command is answered, and moves nothing', { skip }, async t => {
  const held = await Held.start(t);
  const wrong = [
    ...['', ' ', 'pulse', 'pulse 0', 'pulse 0 300', `pulse 0 300 ${forever} now`, `pulse x 300 ${forever}`],
    ...[
      `pulse 0 0 ${forever}`,
      `pulse 0 1001 ${forever}`,
      `pulse 0 -1 ${forever}`,
      `pulse -1 300 ${forever}`,
    ],
    ...[`pulse 2 300 ${forever}`, `pulse 3 300 ${forever}`, `pulse 5 300 ${forever}`, 'pulse 0 300 '],
    ...[`pulse 0 4294967596 ${forever}`, `pulse 4294967296 300 ${forever}`, `pulse 0 3e2 ${forever}`],
    ...[
      'set 0 1',
      'set 1 0',
      'set 2 2',
      'set 2',
      'set 2 1 1',
      'set 3 1',
      'read',
      'read ',
      'read x',
      'read 1 2',
      'READ',
      'idle',
      'pulse\0 0 300',
    ],
    `pulse 0 300 ${'9'.repeat(300)}`,
  ];
  for (const text of wrong) held.say(text);
  held.say('read 7');
  await until('the levels', () => held.said.filter(line => line.startsWith('levels')).length === 2);
  const answers = held.said.slice(7, -1);
  assert.deepEqual(answers, [...wrong.map(() => 'error malformed'), 'levels 7 0100x']);
});

test('arguments that are no lines are refused before anything is touched', { skip }, () => {
  const { path, label } = made.chip();
  for (const spec of [
    '',
    'lock',
    'lock,2,1,c',
    'lock,,1,c',
    'lock,0,-1,c',
    'lock,0,70000,c',
    'in,left,1,c',
    'door,0,1,c',
    'lamp,0,1,',
  ])
    assert.throws(
      () => execFileSync(made.program, ['hold', `lock,0,1,${label}`, spec], { stdio: 'pipe' }),
      /argument 3 is no line/,
      spec,
    );
  assert.equal(existsSync(`${path}/1`), false);
});

test('one lock at a time, not too late, and none that it does not hold', { skip }, async t => {
  const held = await Held.start(t);
  await held.pulses(0, 200);
  held.say(`pulse 1 200 ${forever}`);
  held.say(`pulse 0 200 ${forever}`);
  await held.says('ended 0');
  held.say('pulse 1 200 1');
  await held.says('refused 1 late');
  assert.deepEqual(held.said.slice(7, -1), [
    ...['begun 0', 'refused 1 busy', 'refused 0 busy', 'ended 0', 'refused 1 late'],
  ]);
  assert.deepEqual([held.chip.measure(lock), held.chip.measure(lowLock)], [0, 1]);
});

test('makes outputs idle as a command, whatever becomes of one of them', { skip }, () => {
  const { label, drive, measure } = made.chip();
  drive(lock, 1);
  drive(lowLock, 0);
  execFileSync(made.program, ['idle', `lock,0,${lock},${label}`, `lock,1,${lowLock},${label}`]);
  assert.deepEqual([measure(lock), measure(lowLock)], [0, 1]);
  drive(lock, 1);
  const idle = (...specs: readonly string[]) =>
    execFileSync(made.program, ['idle', ...specs], { stdio: 'pipe' });
  assert.throws(() => idle('lock,0,1,no-such-chip', `lock,0,${lock},${label}`), { status: 1 });
  assert.equal(measure(lock), 0);
  assert.throws(() => idle(`lock,0,${lowLock},${label}`, 'lock,2,1,c'), { status: 2 });
  assert.equal(measure(lowLock), 1, 'nothing is touched where one of them is no line');
});
