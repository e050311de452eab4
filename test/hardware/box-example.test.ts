/** The files that `config new` writes, the example and the guide for whoever wires a box: they say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type BoxConfig, parseConfig } from '../../src/box/config/box-config.ts';
import { boardNames, boardOf } from '../../src/cli/boards.ts';
import { boxFile } from '../../src/cli/box-file.ts';

const root = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const names = { keypads: ['ascii', 'line'], readers: ['em4100-ascii'] };
const guide = readFileSync(root('hardware/README.md'), 'utf8');

const lineOf = (line: { readonly line: number } | null): number =>
  line?.line ?? assert.fail('not configured');

const sorted = (lines: readonly number[]): readonly number[] => lines.toSorted((a, b) => a - b);

/** Lines that config.txt sets so. */
const firmware = (mode: string): number[] =>
  [...guide.matchAll(/^gpio=([\d,]+)=(.+)$/gm)]
    .filter(match => match[2] === mode)
    .flatMap(match => (match[1] ?? '').split(',').map(Number));

/** GPIO by what the guide's table calls it; `slot 2 door`. */
function named({ slots, indicators, inputs }: BoxConfig): ReadonlyMap<string, number> {
  return new Map([
    ...slots.flatMap(({ id, lock, door, presence }): [string, number][] => [
      [`slot ${id} lock`, lock.line],
      [`slot ${id} door`, door.line],
      [`slot ${id} presence`, lineOf(presence)],
    ]),
    ['green lamp', lineOf(indicators.green)],
    ['red lamp', lineOf(indicators.red)],
    ['buzzer', lineOf(indicators.buzzer)],
    ['tamper', lineOf(inputs.tamper)],
    ['power low', lineOf(inputs.powerLow)],
  ]);
}

/** Header pins of GPIO0–27 on every Raspberry Pi with 40 of them. */
const pins = [
  27, 28, 3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13,
];
/** What the guide keeps free: I2C with the EEPROM of a HAT, SPI, the serial port. */
const keptFree = [0, 1, 2, 3, 7, 8, 9, 10, 11, 14, 15];

for (const name of boardNames)
  describe(`the file for ${name}`, () => {
    const text = boxFile(boardOf(name));
    const parsed = parseConfig(text, names);
    const config = 'config' in parsed ? parsed.config : assert.fail(JSON.stringify(parsed));
    const lines = named(config);
    const outputs = [...lines].filter(([what]) => /lock|lamp|buzzer/.test(what)).map(([, line]) => line);
    const sensors = [...lines.values()].filter(line => !outputs.includes(line));

    test('is one of four slots by the driver that is chosen by itself', () => {
      assert.equal(config.slots.length, 4);
      assert.equal(config.gpio.driver, 'auto');
    });

    test('has its rules at their defaults, as it says', () => {
      const without = text.replace(/^rules:.*\n(?: .*\n)+/m, '');
      assert.notEqual(without, text);
      const bare = parseConfig(without, names);
      assert.ok('config' in bare);
      assert.deepEqual(config.rules, bare.config.rules);
    });

    test('names one chip throughout: the one that the guide says this computer has', () => {
      const row = guide.split('\n').find(line => line.startsWith(`| \`${name}\` |`)) ?? '';
      const [, , , chip = ''] = row.split('|').map(cell => cell.trim().replaceAll('`', ''));
      assert.deepEqual(
        new Set([...text.matchAll(/^[^#]*chip: ([\w-]+)/gm)].map(match => match[1])),
        new Set([chip]),
      );
    });

    test('is what the guide wires: each line of its table, at its pin', () => {
      const table = [...guide.matchAll(/^\| ([^|]+) \| GPIO(\d+) \| (\d+) \|/gm)];
      assert.deepEqual(new Map(table.map(([, what = '', line]) => [what, Number(line)])), lines);
      for (const [, what, line, pin] of table) assert.equal(Number(pin), pins[Number(line)], what);
      assert.equal(new Set(lines.values()).size, lines.size, 'no line twice');
    });

    test('is what the guide tells the firmware: outputs low, inputs pulled up, and pulls them up itself', () => {
      assert.deepEqual(sorted(firmware('op,dl')), sorted(outputs));
      assert.deepEqual(sorted(firmware('ip,pu')), sorted(sensors));
      const inputs = [
        ...config.slots.flatMap(({ door, presence }) => [door, presence]),
        ...Object.values(config.inputs),
      ];
      assert.deepEqual(new Set(inputs.map(input => input?.pull)), new Set(['up']));
    });

    test('powers nothing by a line that is pulled up from reset, and keeps the buses and the serial port free', () => {
      for (const line of outputs) assert.ok(line >= 9 && line <= 27, `GPIO${line}`);
      for (const line of lines.values()) assert.ok(!keptFree.includes(line), `GPIO${line}`);
    });
  });

test('the example in hardware/ is the file for a Raspberry Pi 4', () => {
  const example = readFileSync(root('hardware/box.example.yaml'), 'utf8');
  assert.equal(
    example,
    boxFile(boardOf('pi4-4')),
    'smartbox config new --board pi4-4 --out hardware/box.example.yaml --replace',
  );
});

test('the file that a package brings says nothing yet, and names every board', () => {
  const text = readFileSync(root('packaging/smartbox/box.yaml'), 'utf8');
  for (const line of text.split('\n')) assert.match(line, /^(?:#.*)?$/);
  for (const name of boardNames) assert.ok(text.includes(name), name);
});
