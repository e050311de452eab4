import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineCutter } from '../../src/wire/lines.ts';

test('however a text is cut into chunks, its lines are the same', () => {
  const bytes = Buffer.from('één\n\ntwee\nrest');
  for (let size = 1; size <= bytes.length; size += 1) {
    const cutter = new LineCutter(100);
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) lines.push(...cutter.push(bytes.subarray(at, at + size)));
    assert.deepEqual([...lines, cutter.rest()], ['één', '', 'twee', 'rest']);
  }
});

test('a line of the longest length passes, one byte more does not, in one chunk or in many', () => {
  assert.deepEqual(new LineCutter(4).push(Buffer.from('abcd\n')), ['abcd']);
  assert.throws(() => new LineCutter(4).push(Buffer.from('abcde\n')), { code: 'line-too-long' });
  const slow = new LineCutter(4);
  slow.push(Buffer.from('abcd'));
  assert.throws(() => slow.push(Buffer.from('e')), { code: 'line-too-long' });
});
