import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from '../../../../src/box/adapters/serial/line.ts';
import { push, wake } from './decoded.ts';

test('a line is an entry, with or without #, whatever ends it', () => {
  const decoder = line.decoder();
  assert.deepEqual(push(decoder, '1234\n5678#\r\n90\r11#\n'), [
    'line 1234',
    'line 5678',
    'line 90',
    'line 11',
  ]);
  assert.equal(decoder.tally.passed.entry, 4);
});

test('a line in pieces is one line, however the pieces fall', () => {
  const text = '12345678#\r\n';
  for (let cut = 0; cut <= text.length; cut += 1) {
    const decoder = line.decoder();
    const seen = [...push(decoder, text.slice(0, cut)), ...push(decoder, text.slice(cut), 5)];
    assert.deepEqual(seen, ['line 12345678'], `cut at ${cut}`);
  }
});

test('what is not digits is nothing, which is said where digits began it; and blank lines are not wrong', () => {
  const decoder = line.decoder();
  assert.deepEqual(push(decoder, '12a4\n*a12\n1 2\n12##\n\x0012\n-1\n\n#\n'), ['!', '!', '!']);
  assert.equal(decoder.tally.rejected['not-digits'], 6);
  assert.equal(decoder.tally.passed.empty, 2);
  assert.deepEqual(push(decoder, '7\n'), ['line 7']);
});

test('spaces, tabs, STX and ETX around an entry are no part of it; in it they are', () => {
  const decoder = line.decoder();
  assert.deepEqual(push(decoder, ' 12\n34 \t\r\n\x0256\x03\r\n * 78 #\n'), [
    ...['line 12', 'line 34', 'line 56', '!'],
  ]);
  assert.equal(decoder.tally.rejected['not-digits'], 1);
  assert.deepEqual(push(decoder, '  \n', 5_000), []);
});

test('a * clears what stands before it, and leaves a prompt', () => {
  const decoder = line.decoder();
  assert.deepEqual(push(decoder, '40*4071#\r\n4071*\n**\n*12*34\n*#\n'), [
    ...['*', 'line 4071', '*', '*', '*', 'line 34', '*'],
  ]);
  assert.equal(decoder.tally.passed.cleared, 5);
  assert.deepEqual(push(decoder, '1#2*3\n', 5_000), ['!']);
  assert.equal(decoder.tally.rejected['not-digits'], 1);
});

test('a line of 64 bytes is heard; of 65 it is dropped whole, which is said, and the next one is heard', () => {
  const decoder = line.decoder();
  assert.deepEqual(push(decoder, `${'1'.repeat(64)}\n`), [`line ${'1'.repeat(64)}`]);
  assert.deepEqual(push(decoder, `${'1'.repeat(65)}\n22\n`), ['!', 'line 22']);
  for (let piece = 0; piece < 10_000; piece += 1) {
    assert.deepEqual(push(decoder, '3'.repeat(120)), []);
    assert.ok(decoder.held <= line.heldMax);
  }
  assert.deepEqual(push(decoder, '44\n55\n'), ['!', 'line 55']);
  assert.equal(decoder.tally.rejected['too-long'], 2);
});

test('ten seconds of silence forget a line and say so, also one that was too long', () => {
  const decoder = line.decoder();
  push(decoder, '123');
  assert.equal(decoder.wakeAt, 10_000);
  assert.deepEqual(wake(decoder, 9_999), []);
  assert.equal(decoder.held, 3);
  assert.deepEqual(wake(decoder, 10_000), ['!']);
  assert.equal(decoder.held, 0);
  assert.equal(decoder.wakeAt, null);
  assert.deepEqual(push(decoder, '45\n', 10_001), ['line 45']);
  push(decoder, '9'.repeat(100), 10_002);
  assert.deepEqual(push(decoder, '67\n', 20_002), ['!', 'line 67'], 'the silence itself, without a wake');
});

test('entries come at a person’s pace; the rest is a flood', () => {
  const decoder = line.decoder();
  assert.equal(push(decoder, '1\n'.repeat(1_000)).length, 8);
  assert.equal(decoder.tally.rejected.flood, 992);
  assert.deepEqual(push(decoder, '2\n', 250), ['line 2']);
});

test('a greeting is nobody’s entry, and nothing is said of it', () => {
  const decoder = line.decoder();
  assert.deepEqual(push(decoder, 'Keypad 4x4 v1.2\r\nready\r\n\x00\xff12'), []);
  assert.deepEqual(wake(decoder, 10_000), []);
  assert.equal(decoder.tally.decoded, 0);
});
