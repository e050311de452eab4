import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NestedTooDeep, parseForeign } from '../../src/base/foreign-json.ts';
import { mustBeCheap } from '../long-texts.ts';

/** Nested `depth` times, in lists and objects by turns, with brackets in texts that are none. */
const nested = (depth: number): string => {
  const open = Array.from({ length: depth }, (_, at) => (at % 2 === 0 ? '["[{\\"[",' : '{"[\\\\":'));
  const shut = Array.from({ length: depth }, (_, at) => (at % 2 === 0 ? ']' : '}')).reverse();
  return `${open.join('')}"x"${shut.join('')}`;
};

for (const depth of [0, 1, 2, 63, 64])
  test(`a text nested ${depth} deep is read as JSON reads it`, () =>
    assert.deepEqual(parseForeign(nested(depth)), JSON.parse(nested(depth))));

for (const depth of [65, 66, 1_000, 100_000])
  test(`a text nested ${depth} deep is refused`, () =>
    assert.throws(() => parseForeign(nested(depth)), NestedTooDeep));

test('many levels beside each other are no depth', () =>
  assert.equal((parseForeign(`[${'[[[]]],'.repeat(1_000)}1]`) as unknown[]).length, 1_001));

for (const wrong of ['', '{', '"', '"\\', '[1', 'x', ']]]', '{"a":}', '\u0000'])
  test(`${JSON.stringify(wrong)} is no JSON`, () => assert.throws(() => parseForeign(wrong), SyntaxError));

for (const piece of ['[', '{"a":', '[[]', '"\\"', '{"a":[', '[{}'])
  test(`300,000 characters of ${piece} cost nothing`, async () => {
    await mustBeCheap(piece, () =>
      assert.throws(() => parseForeign(piece.repeat(300_000 / piece.length)), SyntaxError),
    );
  });
