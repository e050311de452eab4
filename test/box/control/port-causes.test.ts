import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelyCauses } from '../../../src/box/control/port-causes.ts';
import { port } from './fake-box.ts';

interface Counts {
  readonly bytes?: number;
  readonly highBits?: number;
  readonly passed?: Readonly<Record<string, number>>;
  readonly rejected?: Readonly<Record<string, number>>;
}

function said(counts: Counts): string {
  const base = { bytes: 30, decoded: 30, passed: {}, highBits: 0, rejected: {} };
  const causes = likelyCauses({ ...port('keypad'), counters: { ...base, ...counts } });
  return causes.map(({ what, hint, isSure }) => `${isSure ? '!' : ''}${what} ${hint}`).join('\n');
}

const table: readonly (readonly [string, Counts, RegExp])[] = [
  ['all well', { passed: { digit: 24, enter: 3, 'carriage-return': 3 } }, /^$/],
  ['an entry that is being typed', { passed: { digit: 8 } }, /^$/],
  [
    'CR is enter',
    { passed: { digit: 8, 'carriage-return': 1 } },
    /^!digits come, no enter key does, CR does .*enter: \[CR\]/,
  ],
  ['LF is enter', { passed: { digit: 8, 'line-feed': 1 } }, /^!.*LF does .*enter: \[LF\]/],
  [
    'E is enter',
    { passed: { digit: 8 }, rejected: { 'not-a-key': 1 } },
    /^!.*1 bytes of no key do .*serial record keypad/,
  ],
  ['no enter at all', { passed: { digit: 40 } }, /^!digits come, no enter key does /],
  ['even parity', { bytes: 9, highBits: 5 }, /^!56 % of the bytes have bit 7 set: parity\? .*7E1/],
  ['one odd byte', { bytes: 100, highBits: 1 }, /^$/],
  ['frames', { rejected: { 'frame-mark': 4 } }, /^!frames come \(STX … ETX\)/],
  [
    'a byte of no key after each key',
    { passed: { digit: 8, enter: 1 }, rejected: { 'not-a-key': 9, 'after-noise': 8 } },
    /^!a byte of no key comes with each key.*one byte a key/,
  ],
  [
    'a greeting now and then',
    { passed: { digit: 40, enter: 5 }, rejected: { 'not-a-key': 30, 'after-noise': 9 } },
    /^$/,
  ],
  [
    'single keys where lines are meant',
    { passed: { entry: 0, empty: 0, cleared: 0 }, rejected: { silence: 1 } },
    /^!bytes come, no end of a line .*protocol: ascii/,
  ],
  ['lines', { passed: { entry: 3, empty: 0, cleared: 0 } }, /^$/],
  ['lines of letters', { passed: { entry: 0, empty: 0, cleared: 0 }, rejected: { 'not-digits': 3 } }, /^$/],
  ['a worn key', { passed: { digit: 9, enter: 1, 'same-key-fast': 2 } }, /^!2 pairs of one key .*debounceMs/],
  [
    'a program that types',
    { passed: { digit: 9, enter: 1, 'same-key-fast': 2, 'other-key-fast': 7 } },
    /^2 pairs/,
  ],
  [
    'one that is seen to',
    { passed: { digit: 9, enter: 1, 'same-key-fast': 2 }, rejected: { bounce: 2 } },
    /^$/,
  ],
];

for (const [what, counts, expected] of table)
  test(`a keypad with ${what}`, () => assert.match(said(counts), expected));
