import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digitsNeeded, isTrivial } from '../../src/base/code-strength.ts';

test('a code is as long as the number of codes asks for: 8 digits for up to 34 slots', () => {
  assert.deepEqual([1, 3, 4, 34, 35, 347, 348, 100_000].map(digitsNeeded), [8, 8, 8, 8, 9, 9, 10, 10]);
});

const trivial = [
  '0000',
  '11111111',
  '12121212',
  '123123',
  '1234',
  '34567890',
  '98765432',
  '8901',
  '210987',
  '6767',
];
const fine = ['70935824', '12345679', '1123', '98765431', '24681357', '1357'];

test('repeats and runs are trivial, in both directions and past the nine', () => {
  assert.deepEqual(
    trivial.filter(code => !isTrivial(code)),
    [],
  );
  assert.deepEqual(fine.filter(isTrivial), []);
});
