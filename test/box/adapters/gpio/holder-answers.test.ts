import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { Answers, parseAnswer } from '../../../../src/box/adapters/gpio/holder-answers.ts';

test('each answer is read as the helper means it', () => {
  const { EALREADY, EIO, ENODEV } = constants.errno;
  const said = [
    ...['line 0 0', `line 3 ${ENODEV}`, 'levels 12 01x', 'begun 0 0', 'ended 0 0', `begun 1 ${EALREADY}`],
    ...[`ended 2 ${EIO}`, 'begun 3 9999', 'edge 4 1 123456789012', 'malformed'],
  ];
  assert.deepEqual(said.map(parseAnswer), [
    { type: 'line', n: 0, dead: null },
    { type: 'line', n: 3, dead: 'no chip with this label' },
    { type: 'levels', mark: 12, levels: [0, 1, null] },
    { type: 'begun', n: 0 },
    { type: 'ended', n: 0 },
    { type: 'refused', n: 1, reason: 'busy' },
    { type: 'stuck', n: 2, reason: 'i/o error' },
    { type: 'refused', n: 3, reason: 'Unknown system error -9999' },
    { type: 'edge', n: 4, level: 1, stampNs: 123456789012n },
    { type: 'malformed' },
  ]);
});

test('half a line, a line of another, and noise are no answers', () => {
  const noise = [
    '',
    ' ',
    'begun',
    'begun 1',
    'begun x 0',
    'begun -1 0',
    'begun 1 -1',
    'begun 1 10000',
    'begun 1 0 0',
    'line 1',
    'line 1 maybe',
    'refused 1 0',
    'levels',
    'levels 012',
    'levels 1 012',
    'levels x 01',
    'levels 1',
    'edge 1 2 3',
  ];
  assert.deepEqual(
    [...noise, 'edge 1 1', 'edge 1 1 x', 'edge 1 1 1 1', 'levels 1 01 1', 'ended 0x1 0', 'malformed 1']
      .map(parseAnswer)
      .filter(Boolean),
    [],
  );
});

test('answers come whole, however the pipe cuts them, and a line without end is bounded', () => {
  const answers = new Answers();
  const text = 'begun 3 0\nlevels 4 0101\n\nended 3 0\n';
  const types = [...text].flatMap(byte => answers.push(Buffer.from(byte))).map(answer => answer.type);
  assert.deepEqual(types, ['begun', 'levels', 'ended']);
  assert.deepEqual(answers.push(Buffer.alloc(1_000_000, 'x')), []);
  assert.deepEqual(answers.push(Buffer.from('\nmalformed\n')), [{ type: 'malformed' }]);
});

test('edges of several lines that waited together are in the order in which they happened, beside other answers', () => {
  const said = 'edge 1 1 300\nedge 2 1 100\nedge 2 0 200\nbegun 0 0\nedge 5 1 50\nedge 4 1 40\n';
  const heard = new Answers().push(Buffer.from(said));
  assert.deepEqual(
    heard.map(answer => ('n' in answer ? answer.n : answer.type)),
    [2, 2, 1, 0, 4, 5],
  );
});
