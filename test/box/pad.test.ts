import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../src/base/secret.ts';
import { Pad } from '../../src/box/pad.ts';
import type { PadKey } from '../../src/box/ports.ts';
import { FakeTime } from '../fake-time.ts';

function padOf() {
  const time = new FakeTime();
  const heard: string[] = [];
  const pad = new Pad(time, {
    entry: (digits, overflow) => heard.push(`${digits.reveal()}${overflow ? ' overflow' : ''}`),
    touched: held => heard.push(`(${held.length})`),
  });
  /** Keys, and pauses in ms between angle brackets. */
  const type = (script: string): string[] => {
    heard.length = 0;
    for (const [, pause, key] of script.matchAll(/<(\d+)>|(.)/g)) {
      if (pause !== undefined) time.advance(Number(pause));
      else pad.press(key as PadKey);
    }
    return [...heard];
  };
  return { pad, time, type, heard };
}

const ones = '1'.repeat(16);
const upTo = (length: number): string[] => Array.from({ length }, (_, at) => `(${at + 1})`);

const table: readonly (readonly [what: string, script: string, heard: readonly string[]])[] = [
  ['an entry is judged on #', '123#', ['(1)', '(2)', '(3)', '123']],
  ['nothing is judged before #', '12345678', upTo(8)],
  ['* clears', '12*34#', ['(1)', '(2)', '(0)', '(1)', '(2)', '34']],
  ['* on an empty pad is still a press', '*', ['(0)']],
  ['# alone is no entry', '#', ['(0)']],
  ['# after * is no entry', '1*#', ['(1)', '(0)', '(0)']],
  ['## judges once', '7##', ['(1)', '7', '(0)']],
  ['two entries, one after the other', '1#2#', ['(1)', '1', '(1)', '2']],
  ['10 s of silence clear, and say so', '12<10000>', ['(1)', '(2)', '(0)']],
  ['just under 10 s do not', '12<9999>3#', ['(1)', '(2)', '(3)', '123']],
  ['each press begins the silence anew', '1<9000>2<9000>3<9000>#', ['(1)', '(2)', '(3)', '123']],
  ['silence after the last press, not after the first', '1<9000>2<9999>', ['(1)', '(2)']],
  [
    'digits from before a silence are not in the next entry',
    '12<10000>34#',
    ['(1)', '(2)', '(0)', '(1)', '(2)', '34'],
  ],
  ['silence on an empty pad says nothing', '1#<60000>', ['(1)', '1']],
  ['silence after * says nothing', '1*<60000>', ['(1)', '(0)']],
  ['16 digits are an entry', `${ones}#`, [...upTo(16), ones]],
  ['17 name nothing, and show no more than 16', `${ones}2#`, [...upTo(16), '(16)', `${ones} overflow`]],
  ['* clears an overflow', `${ones}23*4#`, [...upTo(16), '(16)', '(16)', '(0)', '(1)', '4']],
  ['silence clears an overflow', `${ones}2<10000>4#`, [...upTo(16), '(16)', '(0)', '(1)', '4']],
  [
    'the entry after an overflow is whole',
    `${ones}2#3#`,
    [...upTo(16), '(16)', `${ones} overflow`, '(1)', '3'],
  ],
];

for (const [what, script, heard] of table)
  test(`pad: ${what}`, () => {
    assert.deepEqual(padOf().type(script), heard);
  });

test('pad: a million digits and no # hold sixteen', () => {
  const { pad, heard, time } = padOf();
  for (let press = 0; press < 1_000_000; press += 1) {
    pad.press('5');
    heard.length = 0;
  }
  assert.equal(time.armed, 1);
  pad.press('#');
  assert.deepEqual(heard, [`${'5'.repeat(16)} overflow`]);
  assert.equal(time.armed, 0);
});

test('pad: a line is an entry by itself and clears what was typed', () => {
  const { pad, type, heard } = padOf();
  type('99');
  pad.line(new Secret('1234'));
  assert.deepEqual(heard, ['(1)', '(2)', '1234']);
  assert.deepEqual(type('5#'), ['(1)', '5']);
});

test('pad: a line that is too long names nothing', () => {
  const { pad, heard } = padOf();
  pad.line(new Secret('1'.repeat(17)));
  assert.deepEqual(heard, [`${ones} overflow`]);
});

test('pad: a late timer joins no two entries', () => {
  const time = new FakeTime();
  let now = 0;
  const entries: string[] = [];
  const late = {
    mono: () => now as ReturnType<FakeTime['mono']>,
    wall: () => time.wall(),
    at: () => () => {},
  };
  const pad = new Pad(late, { entry: digits => entries.push(digits.reveal()), touched: () => {} });
  pad.press('1');
  now = 10_000;
  pad.press('2');
  pad.press('#');
  assert.deepEqual(entries, ['2']);
});

test('pad: closed, it holds nothing and wakes nobody; printed, it shows nothing', () => {
  const { pad, type, time } = padOf();
  type('4711');
  assert.ok(!inspect(pad, { depth: 9, showHidden: true }).includes('4711'));
  assert.ok(!JSON.stringify(pad).includes('4711'));
  pad.close();
  assert.equal(time.armed, 0);
});
