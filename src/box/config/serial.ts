/** How a serial line is set up, and what the keys of a pad send (contracts.md §2). */
import {
  also,
  type Check,
  inside,
  list,
  mapping,
  optional,
  type Place,
  problem,
} from '../../base/config/check.ts';
import { shown } from '../../base/config/problem.ts';
import type { KeypadSettings, SerialFormat } from '../ports.ts';

export const usualFormat: SerialFormat = { dataBits: 8, parity: 'none', stopBits: 1 };

const parities = { N: 'none', E: 'even', O: 'odd' } as const;

/** YAML reads a bare 7E1 as the number 7 × 10¹. */
const asNumbers: Readonly<Record<number, string>> = { 70: '7E1', 700: '7E2', 80: '8E1', 800: '8E2' };

/** `8N1`, `7E1` and the like. */
export const serialFormat: Check<SerialFormat> = (value, at) => {
  const text = typeof value === 'number' ? asNumbers[value] : value;
  const match = typeof text === 'string' && text.length === 3 ? /^([78])([NEO])([12])$/i.exec(text) : null;
  if (match === null) return problem(at, `must be 8N1, 7E1, 7O1 or the like, not ${shown(value)}`);
  const [, bits, letter = 'N', stops] = match;
  return {
    dataBits: bits === '7' ? 7 : 8,
    parity: parities[letter.toUpperCase() as keyof typeof parities],
    stopBits: stops === '2' ? 2 : 1,
  };
};

type KeypadKeys = KeypadSettings['keys'];

const byteOf = (character: string): number => character.charCodeAt(0);

export const usualKeypadKeys: KeypadKeys = { enter: [byteOf('#')], clear: [byteOf('*')] };

/** Names of bytes that show nothing (ASCII). */
const named: Readonly<Record<string, number>> = {
  BS: 0x08,
  TAB: 0x09,
  LF: 0x0a,
  CR: 0x0d,
  ESC: 0x1b,
  SPACE: 0x20,
  DEL: 0x7f,
};
const bytesMax = 8;

/** A character, `0x0D`, or a name such as CR; never a digit. */
const keyByte: Check<number> = (value, at) => {
  const byte = typeof value === 'string' ? byteIn(value) : null;
  if (byte === null)
    return problem(
      at,
      `must be a character in quotes, 0x0D, or one of ${Object.keys(named).join(', ')}, not ${shown(value)}`,
    );
  return /^[0-9]$/.test(String.fromCharCode(byte)) ? problem(at, 'is a digit, which means itself') : byte;
};

function byteIn(text: string): number | null {
  if (text.length === 1) return byteOf(text) <= 0xff ? byteOf(text) : null;
  if (/^0x[0-9a-f]{1,2}$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  return Object.hasOwn(named, text.toUpperCase()) ? (named[text.toUpperCase()] ?? null) : null;
}

/** YAML reads a bare `0x0D` as the number 13. */
const anyKeyByte: Check<number> = (value, at: Place) =>
  keyByte(
    typeof value === 'number' && Number.isInteger(value) && value > 9 && value <= 0xff
      ? `0x${value.toString(16)}`
      : value,
    at,
  );

export const keypadKeys: Check<KeypadKeys> = also(
  mapping<KeypadKeys>({
    enter: optional<readonly number[]>(list(anyKeyByte, 1, bytesMax), usualKeypadKeys.enter),
    clear: optional<readonly number[]>(list(anyKeyByte, 0, bytesMax), usualKeypadKeys.clear),
  }),
  (keys, at) => {
    const twice = keys.clear.findIndex(byte => keys.enter.includes(byte));
    return twice < 0 ? keys : problem(inside(inside(at, 'clear'), twice), 'is a key of `enter` too');
  },
);
