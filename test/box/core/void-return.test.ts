import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

/** A database that was lost: nobody knows where the key is, and its code is of the epoch before. */
const lost = (): BenchBox => new BenchBox({ empty: [1, 2, 3, 4] });
const returns = (box: BenchBox, slot: number): void => {
  box.after(1);
  box.bringsTo(slot);
};

describe('E4. after a damaged database', () => {
  test('a void code that brought its key back has had its take, also when the same file is imported again', () => {
    const box = lost();
    const a = booking('a', 1, { voided: true });
    box.types(a);
    assert.deepEqual(box.heard().find(({ type }) => type === 'granted')?.for, 'return');
    returns(box, 1);
    const use = box.uses.get(a.booking);
    assert.deepEqual([use?.life, use?.codeUsed], ['used', true]);
    box.heard();
    box.types({ ...a, voided: false, use: use ?? null });
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('one that was typed and brought nothing is as fresh as it was', () => {
    const box = lost();
    const a = booking('a', 1, { voided: true });
    box.types(a);
    box.after(200);
    assert.equal(box.uses.get(a.booking)?.codeUsed ?? false, false);
  });

  test('one that may be used again is fresh', () => {
    const box = lost();
    const a = booking('a', 1, { voided: true, reuse: true });
    box.types(a);
    returns(box, 1);
    assert.equal(box.uses.get(a.booking)?.codeUsed, false);
  });
});
