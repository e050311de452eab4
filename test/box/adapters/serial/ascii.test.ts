import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ascii } from '../../../../src/box/adapters/serial/ascii.ts';
import { push, wake } from './decoded.ts';

test('each key is a byte; ends of lines mean nothing; the rest is counted', () => {
  const decoder = ascii.decoder();
  assert.deepEqual(push(decoder, '0123456789*#'), [...'0123456789*#']);
  assert.deepEqual(push(decoder, '1\r\n2\n'), ['1', '2']);
  assert.deepEqual(push(decoder, 'a 3\x00\xff\x7fB'), ['3']);
  assert.deepEqual(push(decoder, ''), []);
  assert.equal(decoder.tally.rejected['not-a-key'], 6);
  assert.equal(decoder.tally.passed['line-end'], 3);
  assert.equal(decoder.tally.decoded, 15);
});

test('an entry at once, one after the other at the pace of a quick script, is never a flood', () => {
  const decoder = ascii.decoder();
  for (let entry = 0; entry < 50; entry += 1)
    assert.equal(push(decoder, '*12345678#', entry * 100).length, 10);
  assert.equal(decoder.tally.rejected.flood, 0);
});

test('a flood clears what was typed, is not judged, and what follows its last * counts when it is over', () => {
  const decoder = ascii.decoder();
  const first = push(decoder, '1'.repeat(1_000));
  assert.deepEqual(first, [...'1'.repeat(40), '*']);
  assert.deepEqual(push(decoder, '999#*777#*12345678#', 50), []);
  assert.deepEqual(wake(decoder, 149), []);
  assert.equal(decoder.wakeAt, 150);
  assert.deepEqual(wake(decoder, 150), [...'*12345678#']);
  assert.equal(decoder.wakeAt, null);
  assert.deepEqual(push(decoder, '5', 151), ['5']);
  assert.equal(decoder.tally.rejected.flood, 1_000 - 40 + 9);
});

test('a flood without * leaves nothing, and the next key is heard', () => {
  const decoder = ascii.decoder();
  push(decoder, '1'.repeat(100));
  assert.deepEqual(push(decoder, '2', 100), ['2']);
  assert.equal(decoder.tally.passed['tail-none'], 1);
});

test('what follows a * without end is not kept', () => {
  const decoder = ascii.decoder();
  push(decoder, `${'1'.repeat(100)}*${'2'.repeat(100)}`);
  assert.equal(decoder.held, 0);
  assert.deepEqual(wake(decoder, 100), []);
  assert.equal(decoder.tally.rejected.flood, 60 + 101);
});
