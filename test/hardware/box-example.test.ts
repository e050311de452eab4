import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseConfig, readConfig } from '../../src/box/config.ts';

const inHardware = (name: string): string =>
  fileURLToPath(new URL(`../../hardware/${name}`, import.meta.url));
const names = { keypads: ['ascii', 'line'], readers: ['em4100-ascii'] };
const config = readConfig(inHardware('box.example.yaml'), names);
const guide = readFileSync(inHardware('README.md'), 'utf8');

const { indicators, inputs, slots } = config;
const lineOf = (line: { readonly line: number } | null): number =>
  line?.line ?? assert.fail('not configured');
const locks = slots.map(slot => slot.lock.line);
const lamps = [indicators.green, indicators.red, indicators.buzzer].map(lineOf);
const sensors = [
  ...slots.flatMap(slot => [slot.door.line, lineOf(slot.presence)]),
  ...[inputs.tamper, inputs.powerLow].map(lineOf),
];

const sorted = (lines: readonly number[]): readonly number[] => lines.toSorted((a, b) => a - b);

/** Lines that config.txt sets so. */
const firmware = (mode: string): number[] =>
  [...guide.matchAll(/^gpio=([\d,]+)=(.+)$/gm)]
    .filter(match => match[2] === mode)
    .flatMap(match => (match[1] ?? '').split(',').map(Number));

describe('the example configuration', () => {
  test('is valid as it stands', () => {
    assert.equal(slots.length, 4);
    assert.equal(config.gpio.driver, 'onoff');
  });

  test('has its rules at their defaults, as it says', () => {
    const text = readFileSync(inHardware('box.example.yaml'), 'utf8');
    const without = text.replace(/^rules:.*\n(?: .*\n)+/m, '');
    assert.notEqual(without, text);
    const parsed = parseConfig(without, names);
    assert.ok('config' in parsed);
    assert.deepEqual(config.rules, parsed.config.rules);
  });

  test('is what the guide wires: each line once in its table', () => {
    const table = [...guide.matchAll(/^\| [^|]+ \| GPIO(\d+) \| (\d+) \|/gm)];
    const wired = table.map(row => Number(row[1]));
    assert.deepEqual(sorted(wired), sorted([...locks, ...lamps, ...sensors]));
    assert.equal(new Set(table.map(row => row[2])).size, table.length, 'no header pin twice');
  });

  test('is what the guide tells the firmware: outputs low, inputs pulled up', () => {
    assert.deepEqual(sorted(firmware('op,dl')), sorted([...locks, ...lamps]));
    assert.deepEqual(sorted(firmware('ip,pu')), sorted(sensors));
  });

  test('has no lock on a line that is pulled up from reset', () => {
    for (const line of locks) assert.ok(line >= 9 && line <= 27, `GPIO${line}`);
  });
});
