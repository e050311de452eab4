import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { millis } from '../../../src/base/brand.ts';
import { Secret } from '../../../src/base/secret.ts';
import { KeypadEntry } from '../../../src/box/panel/keypad-entry.ts';
import type { KeypadKey } from '../../../src/box/ports.ts';
import { FakeTime } from '../../fake-time.ts';

function padOf() {
  const time = new FakeTime();
  const heard: string[] = [];
  const pad = new KeypadEntry(time, {
    entry: (digits, overflow) => heard.push(`${digits.reveal()}${overflow ? ' overflow' : ''}`),
    touched: length => heard.push(`(${length})`),
    cleared: (by, length) => heard.push(`${by} clears ${length}`),
  });
  /** Keys, and pauses in ms between angle brackets. */
  const type = (script: string): string[] => {
    heard.length = 0;
    for (const [, pause, key] of script.matchAll(/<(\d+)>|(.)/g)) {
      if (pause !== undefined) time.advance(Number(pause));
      else pad.press(key as KeypadKey);
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
  ['* clears', '12*34#', ['(1)', '(2)', 'key clears 2', '(1)', '(2)', '34']],
  ['* on an empty pad is still a press', '*', ['key clears 0']],
  ['# alone is no entry', '#', ['(0)']],
  ['# after * is no entry', '1*#', ['(1)', 'key clears 1', '(0)']],
  ['## judges once', '7##', ['(1)', '7', '(0)']],
  ['two entries, one after the other', '1#2#', ['(1)', '1', '(1)', '2']],
  ['10 s of silence clear, and say so', '12<10000>', ['(1)', '(2)', 'silence clears 2']],
  ['just under 10 s do not', '12<9999>3#', ['(1)', '(2)', '(3)', '123']],
  ['each press begins the silence anew', '1<9000>2<9000>3<9000>#', ['(1)', '(2)', '(3)', '123']],
  ['silence after the last press, not after the first', '1<9000>2<9999>', ['(1)', '(2)']],
  [
    'digits from before a silence are not in the next entry',
    '12<10000>34#',
    ['(1)', '(2)', 'silence clears 2', '(1)', '(2)', '34'],
  ],
  ['silence on an empty pad says nothing', '1#<60000>', ['(1)', '1']],
  ['silence after * says nothing', '1*<60000>', ['(1)', 'key clears 1']],
  ['16 digits are an entry', `${ones}#`, [...upTo(16), ones]],
  ['17 name nothing, and show no more than 16', `${ones}2#`, [...upTo(16), '(16)', `${ones} overflow`]],
  ['* clears an overflow', `${ones}23*4#`, [...upTo(16), '(16)', '(16)', 'key clears 16', '(1)', '4']],
  ['silence clears an overflow', `${ones}2<10000>4#`, [...upTo(16), '(16)', 'silence clears 16', '(1)', '4']],
  [
    'the second half of a code after a silence is no whole one unheard',
    '4071<11000>8265#',
    [...upTo(4), 'silence clears 4', ...upTo(4), '8265'],
  ],
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

test('pad: what was typed too long ago clears all, is told though nothing was held, and leaves no timer', () => {
  const { pad, time, heard } = padOf();
  pad.outdated();
  pad.press('4');
  pad.outdated();
  assert.deepEqual(heard, ['stall clears 0', '(1)', 'stall clears 1']);
  assert.equal(time.armed, 0);
});

test('pad: the silence after a key that waited is counted from when it may have been pressed', () => {
  const { pad, time, heard } = padOf();
  pad.press('4', millis(7_000));
  time.advance(2_999);
  pad.press('0', millis(7_000));
  time.advance(3_000);
  pad.press('#');
  assert.deepEqual(heard, ['(1)', '(2)', 'silence clears 2', '(0)']);
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
  const pad = new KeypadEntry(late, {
    entry: digits => entries.push(digits.reveal()),
    touched: () => {},
    cleared: (by, length) => entries.push(`${by} clears ${length}`),
  });
  pad.press('1');
  now = 10_000;
  pad.press('2');
  pad.press('#');
  assert.deepEqual(entries, ['silence clears 1', '2']);
});

test('pad: noise in a half entry is told, so that the second half is not typed as a whole one; on an empty pad it is nothing', () => {
  const { pad, type, heard, time } = padOf();
  pad.noise();
  assert.deepEqual(heard, []);
  type('4071');
  pad.noise();
  assert.deepEqual(heard, [...upTo(4), 'noise clears 4']);
  assert.equal(time.armed, 0);
  assert.deepEqual(type('#'), ['(0)']);
});

test('pad: a whole entry that is none is told, whatever spoilt it', () => {
  const { pad, heard } = padOf();
  pad.spoilt('noise');
  pad.spoilt('silence');
  assert.deepEqual(heard, ['noise clears 1', 'silence clears 1']);
});

test('pad: closed, it holds nothing and wakes nobody; printed, it shows nothing', () => {
  const { pad, type, time } = padOf();
  type('4711');
  assert.ok(!inspect(pad, { depth: 9, showHidden: true }).includes('4711'));
  assert.ok(!JSON.stringify(pad).includes('4711'));
  pad.close();
  assert.equal(time.armed, 0);
});
