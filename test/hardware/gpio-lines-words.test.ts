/** What the helper of gpio driver cdev understands, and what it refuses. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { test } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import { forever, Held, lock, lowLock, made } from './held-lines.ts';

const skip = made.missing;

test('says what it holds, every output idle, and why it does not hold the rest', { skip }, async t => {
  const held = await Held.start(t);
  assert.deepEqual(held.said, [
    ...['line 0 0', 'line 1 0', 'line 2 0', `line 3 0`, `line 4 ${constants.errno.ENODEV}`, 'levels 0 0000x'],
    '',
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
  ];
  for (const text of wrong) held.say(text);
  held.say('read 7');
  await until('the levels', () => held.said.filter(line => line.startsWith('levels')).length === 2);
  const answers = held.said.slice(6, -1);
  assert.deepEqual(answers, [...wrong.map(() => 'malformed'), 'levels 7 0000x']);
});

test('half a command is none: it moves nothing, and it is the last', { skip }, async t => {
  const held = await Held.start(t);
  held.saysHalf(`pulse 0 300 ${forever}`);
  assert.equal(await held.ended, 0);
  assert.deepEqual(held.said.slice(6), ['']);
});

test('one that is no line is not had, whatever it was meant to be, and harms no other', { skip }, () => {
  const { label, drive, measure } = made.chip();
  drive(lock, 1);
  const { EINVAL } = constants.errno;
  const wrong = [
    ...['', 'lock', `lock,1,1,${label}`, `lock,,1,${label}`, `lock,8,1,${label}`, `lock,256,1,${label}`],
    ...[`in,left,1,${label}`, `in,2,1,${label}`, `door,0,1,${label}`, 'lamp,0,1,', `lock,99999,1,${label}`],
  ];
  const { status, stdout } = spawnSync(made.program, [...wrong, `lock,0,${lock},${label}`], {
    encoding: 'utf8',
    input: '',
  });
  assert.equal(status, 1);
  assert.deepEqual(stdout.split('\n').slice(0, wrong.length + 1), [
    ...wrong.map((_, n) => `line ${n} ${EINVAL}`),
    `line ${wrong.length} 0`,
  ]);
  assert.equal(measure(lock), 0);
});

test('one lock at a time, not too late, and none that it does not hold', { skip }, async t => {
  const held = await Held.start(t);
  await held.pulses(0, 200);
  held.say(`pulse 1 200 ${forever}`);
  held.say(`pulse 0 200 ${forever}`);
  await held.says('ended 0 0');
  held.say('pulse 1 200 1');
  await held.says('ended 1 0');
  const { EALREADY, ETIME } = constants.errno;
  assert.deepEqual(held.said.slice(6, -1), [
    ...[
      'begun 0 0',
      `begun 1 ${EALREADY}`,
      `begun 0 ${EALREADY}`,
      'ended 0 0',
      `begun 1 ${ETIME}`,
      'ended 1 0',
    ],
  ]);
  assert.deepEqual([held.chip.measure(lock), held.chip.measure(lowLock)], [0, 1]);
});

test('with nothing to do it makes outputs idle and ends, whatever becomes of one of them', { skip }, () => {
  const { label, drive, measure } = made.chip();
  const ends = (...specs: readonly string[]) => spawnSync(made.program, specs, { input: '' }).status;
  drive(lock, 1);
  drive(lowLock, 0);
  assert.equal(ends(`lock,0,${lock},${label}`, `lock,2,${lowLock},${label}`), 0);
  assert.deepEqual([measure(lock), measure(lowLock)], [0, 1]);
  drive(lock, 1);
  assert.equal(ends('lock,0,1,no-such-chip', `lock,0,${lock},${label}`), 1);
  assert.equal(measure(lock), 0);
});
