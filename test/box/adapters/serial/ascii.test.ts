import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millis } from '../../../../src/base/brand.ts';
import { ascii, usualKeys } from '../../../../src/box/adapters/serial/ascii.ts';
import { push, wake } from './decoded.ts';

test('each key is a byte; ends of lines mean nothing; the rest is counted', () => {
  const decoder = ascii.decoder();
  assert.deepEqual(push(decoder, '0123456789*#'), [...'0123456789*#']);
  assert.deepEqual(push(decoder, '1\r\n2\n'), ['1', '2']);
  assert.deepEqual(push(decoder, 'a 3\x00\xff\x7fB'), ['!']);
  assert.deepEqual(push(decoder, ''), []);
  assert.deepEqual([decoder.tally.rejected['not-a-key'], decoder.tally.rejected['high-bit']], [5, 1]);
  assert.deepEqual([decoder.tally.passed['carriage-return'], decoder.tally.passed['line-feed']], [1, 2]);
  assert.equal(decoder.tally.decoded, 14);
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

const greetings = ['Keypad 4x4 v1.2\r\n', 'READY 12#\r\n', '\x00\xfe12345678', '\x0240718265\x0325', 'OK\n#'];

for (const greeting of greetings) {
  test(`${JSON.stringify(greeting)} clears what was typed, and leaves nothing of its own`, () => {
    const decoder = ascii.decoder();
    assert.deepEqual(push(decoder, `12${greeting}`), ['1', '2', '!']);
    assert.deepEqual(push(decoder, '9#', 299), []);
    assert.deepEqual(push(decoder, '40718265#', 599), [...'40718265#']);
  });
}

test('a greeting in pieces is one greeting, and a * behind it counts at once', () => {
  const decoder = ascii.decoder();
  const heard = [...(greetings[0] ?? '')].flatMap((byte, at) => push(decoder, byte, at * 10));
  assert.deepEqual(heard, ['!']);
  assert.deepEqual(push(decoder, '*', 170), ['*']);
  assert.deepEqual(push(decoder, '4', 480), ['4']);
});

test('the rest of an entry that noise has spoilt is no shorter entry', () => {
  const decoder = ascii.decoder();
  assert.deepEqual(push(decoder, '4071\x13'), [...'4071!']);
  for (const [at, key] of [...'8265#'].entries()) assert.deepEqual(push(decoder, key, 200 * (at + 1)), []);
  assert.deepEqual(push(decoder, '40718265#', 1_300), [...'40718265#']);
});

test('keys count from the first byte on: a start is no greeting', () => {
  assert.deepEqual(push(ascii.decoder(), '40718265#'), [...'40718265#']);
});

test('a byte of no key in a flood takes what was kept of it along', () => {
  const decoder = ascii.decoder();
  push(decoder, `${'1'.repeat(60)}*123`);
  assert.deepEqual(push(decoder, 'x', 10), []);
  assert.deepEqual(wake(decoder, 500), []);
});

test('a key that bounces is pressed once, where the keypad is said to be worn; pairs are counted in any case', () => {
  const worn = ascii.decoder({ ...usualKeys, debounceMs: millis(40) });
  const heard = [0, 15, 30, 200, 215, 300].flatMap(at => push(worn, '4', at));
  assert.deepEqual(heard, ['4', '4', '4']);
  assert.deepEqual(push(worn, '45', 400), ['4', '5']);
  assert.equal(worn.tally.rejected.bounce, 3);
  const good = ascii.decoder();
  assert.deepEqual(
    [0, 15].flatMap(at => push(good, '4', at)),
    ['4', '4'],
  );
  assert.deepEqual([good.tally.passed['same-key-fast'], good.tally.passed['other-key-fast']], [1, 0]);
  push(good, '5', 20);
  assert.equal(good.tally.passed['other-key-fast'], 1);
});

test('a keypad may call its keys otherwise, several bytes one key', () => {
  const keys = { enter: [0x0d, 0x45], clear: [0x1b, 0x43] };
  const decoder = ascii.decoder({ ...usualKeys, keys });
  assert.deepEqual(push(decoder, '12\r\n34E5C\x1b'), [...'12#34#5**']);
  assert.deepEqual(push(decoder, '#', 10), ['!']);
});
