import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { digitsNeeded, isTrivial } from '../../../src/base/code-strength.ts';
import { drawCodes } from '../../../src/relay/core/code.ts';

const draws = (seed: number): ((bytes: number) => Uint8Array) => {
  const prng = new Prng(seed);
  return bytes => Uint8Array.from({ length: bytes }, () => prng.int(0, 255));
};

test('a box with up to 34 slots has codes of eight digits, a larger one longer ones', () => {
  const table = [
    [1, 8],
    [34, 8],
    [35, 9],
    [347, 9],
    [348, 10],
    [100_000, 10],
  ] as const;
  for (const [slots, digits] of table) assert.equal(digitsNeeded(slots), digits, `${slots}`);
});

test('codes have their length, leading zeros too; none is trivial, none comes twice', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const digits = 4 + (seed % 7);
    const codes = drawCodes(digits, 20, draws(seed));
    assert.equal(new Set(codes).size, 20);
    for (const code of codes)
      assert.ok(/^\d+$/.test(code) && code.length === digits && !isTrivial(code), code);
  }
});

test('every digit is as likely in every place', () => {
  const codes = drawCodes(8, 20_000, draws(1));
  for (let place = 0; place < 8; place += 1) {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const code of codes) counts[Number(code[place])] = (counts[Number(code[place])] ?? 0) + 1;
    const chi = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
    // 9 degrees of freedom: above 33 once in ten thousand.
    assert.ok(chi < 33, `place ${place}: ${chi}`);
  }
});

test('what lies beyond the last whole multiple is drawn again, and a trivial code is passed over', () => {
  const bytes = (value: number): readonly number[] =>
    Array.from({ length: 6 }, (_, at) => Math.floor(value / 256 ** (5 - at)) % 256);
  const script = [2 ** 48 - 1, 11_111_111, 12_345_678, 300_000_000 + 40_718_265].map(bytes);
  let used = 0;
  const codes = drawCodes(8, 1, () => {
    used += 1;
    return Uint8Array.from(script[used - 1] ?? []);
  });
  assert.deepEqual([codes, used], [['40718265'], 4]);
});
