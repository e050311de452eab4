import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mono } from '../../../../src/base/brand.ts';
import { Readings, readingLimits } from '../../../../src/box/adapters/gpio/holder-readings.ts';

const { debouncedMs, freshMs } = readingLimits;

function reader() {
  const readings = new Readings();
  const asked: number[] = [];
  const read = (): number => {
    const mark = readings.next();
    asked.push(mark);
    return mark;
  };
  return { readings, asked, read, caughtUp: (ms: number) => readings.caughtUp(mono(ms), read) };
}

test('a reading counts that was asked for after the debounce of what had moved by then', () => {
  const { readings, asked, caughtUp } = reader();
  assert.deepEqual([0, debouncedMs - 1].map(caughtUp), [false, false]);
  assert.deepEqual(asked, [], 'the kernel would show the level of before');
  assert.deepEqual([debouncedMs, debouncedMs + 20].map(caughtUp), [false, false]);
  assert.deepEqual(asked, [1], 'nobody asks twice for the same');
  readings.answered(1, mono(50));
  assert.equal(caughtUp(51), true);
});

test('an answer to a reading of before says nothing, however late it comes', () => {
  const { readings, asked, read, caughtUp } = reader();
  const routine = read();
  caughtUp(0);
  readings.answered(routine, mono(1));
  assert.equal(caughtUp(debouncedMs), false);
  readings.answered(routine, mono(20));
  assert.equal(caughtUp(30), false, 'the world may have moved after that one was read');
  assert.deepEqual(asked, [1, 2]);
  readings.answered(2, mono(31));
  assert.equal(caughtUp(32), true);
});

test('a later reading answers too, as after answers that were lost', () => {
  const { readings, read, caughtUp } = reader();
  caughtUp(0);
  caughtUp(debouncedMs);
  readings.answered(read(), mono(20));
  assert.equal(caughtUp(20), true);
});

test('an answer is good once, and for a moment', () => {
  const { readings, asked, caughtUp } = reader();
  caughtUp(0);
  caughtUp(20);
  readings.answered(1, mono(21));
  assert.equal(caughtUp(21 + freshMs), true);
  assert.equal(caughtUp(22 + freshMs), false, 'the next one who asks wants levels of his own time');
  caughtUp(50 + freshMs);
  readings.answered(2, mono(200));
  assert.equal(caughtUp(201 + freshMs), false);
  assert.equal(caughtUp(230 + freshMs), false);
  assert.deepEqual(asked, [1, 2, 3]);
});

test('a question that nobody went on asking is none: the next one waits for the debounce of its own time', () => {
  const { asked, caughtUp } = reader();
  caughtUp(0);
  assert.equal(caughtUp(60_000), false);
  assert.deepEqual(asked, []);
});

test('what is waited for of a helper that is gone is asked of the next one', () => {
  const { readings, asked, caughtUp } = reader();
  caughtUp(0);
  caughtUp(20);
  readings.forget();
  caughtUp(30);
  assert.equal(
    readings.caughtUp(mono(50), () => null),
    false,
    'none is there',
  );
  assert.equal(caughtUp(60), false);
  readings.answered(2, mono(61));
  assert.equal(caughtUp(61), true);
  assert.deepEqual(asked, [1, 2]);
});
