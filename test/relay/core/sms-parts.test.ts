import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smsParts, smsPieces } from '../../../src/relay/core/sms-parts.ts';

const cases: readonly (readonly [name: string, text: string, parts: number, isUnicode: boolean])[] = [
  ['nothing', '', 1, false],
  ['as many as one part holds', 'a'.repeat(160), 1, false],
  ['one more', 'a'.repeat(161), 2, false],
  ['two full parts, each with its head', 'é'.repeat(306), 2, false],
  ['a third', 'é'.repeat(307), 3, false],
  ['letters of two places', '€'.repeat(80), 1, false],
  ['one more of them', '€'.repeat(81), 2, false],
  ['one of two places that would be cut in two', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 3, false],
  ['one letter that the alphabet lacks', `ë${'a'.repeat(69)}`, 1, true],
  ['and one more', `ë${'a'.repeat(70)}`, 2, true],
  ['pictures, of two units each', '🚐'.repeat(35), 1, true],
  ['one more of them ', '🚐'.repeat(36), 2, true],
];

for (const [name, text, parts, isUnicode] of cases)
  test(`${name}: ${parts}`, () => {
    assert.deepEqual(smsParts(text), { parts, characters: [...text].length, isUnicode });
    const pieces = smsPieces(text);
    assert.deepEqual([pieces.length, pieces.join('')], [parts, text]);
  });
