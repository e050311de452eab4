import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteLog } from '../../src/cabinet/byte-log.ts';
import { ShownText } from '../../src/cabinet/shown-text.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test('a display shows what came after its last form feed, in pieces or whole, and never more than fits', () => {
  const shown = new ShownText({ columns: 6, rows: 2 });
  assert.deepEqual(shown.rows, ['', '']);
  shown.push(bytes('\fold\r\nrow\fne'));
  shown.push(bytes('w\r\nsecond row\r\nthird'));
  assert.deepEqual(shown.rows, ['new', 'second']);
  shown.push(bytes('x'.repeat(100_000)));
  assert.deepEqual(shown.rows, ['new', 'second']);
});

test('the log of bytes names what cannot be printed, and is bounded in lines and in length', () => {
  const log = new ByteLog();
  log.add('front', 'in', bytes('\x020F\x03\xff'));
  assert.deepEqual([log.lines[0]?.device, log.lines[0]?.text], ['front', '‹STX›0F‹ETX›‹0xFF›']);
  for (let line = 0; line < 100; line += 1) log.add('keypad', 'in', bytes('5'.repeat(200)));
  assert.equal(log.lines.length, 40);
  assert.equal(log.lines[0]?.text.length, 97);
});
