import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wall } from '../../src/base/brand.ts';
import { instantText, parseDuration, parseInstant, parsePlanned } from '../../src/base/instant.ts';

const read = (text: string): string => {
  const found = parseInstant(text);
  return 'at' in found ? instantText(found.at) : found.problem;
};

test('a time with its offset is an instant', () => {
  assert.equal(read('2026-03-01T08:00:00Z'), '2026-03-01T08:00:00.000Z');
  assert.equal(read('2026-03-01T08:00+01:00'), '2026-03-01T07:00:00.000Z');
  assert.equal(read('2026-03-01T08:00:00.1234567-05:30'), '2026-03-01T13:30:00.123Z');
  assert.equal(read('2024-02-29T23:59:59,5+14'), '2024-02-29T09:59:59.500Z');
});

for (const text of [
  '',
  'now',
  '2026-03-01',
  '2026-03-01 08:00Z',
  '20260301T080000Z',
  '2026-3-1T08:00Z',
  ' 2026-03-01T08:00Z',
]) {
  test(`“${text}” is no ISO 8601 time`, () => assert.match(read(text), /no ISO 8601/));
}

for (const text of [
  '2026-13-01T08:00Z',
  '2026-02-29T08:00Z',
  '2026-04-31T08:00Z',
  '2026-00-10T08:00Z',
  '2026-01-01T24:00Z',
  '2026-01-01T08:60Z',
  '2026-01-01T08:00:60Z',
]) {
  test(`${text} does not exist`, () => assert.match(read(text), /does not exist/));
}

test('a missing offset, one of nowhere, and times before 1970 are said', () => {
  assert.match(read('2026-03-01T08:00:00'), /lacks its offset/);
  assert.match(read('2026-03-01T08:00:00+14:01'), /no place has/);
  assert.match(read('2026-03-01T08:00:00+01:60'), /no place has/);
  assert.match(read('1969-12-31T23:59:59Z'), /before 1970/);
  assert.match(read('0050-01-01T00:00:00Z'), /does not exist|before 1970/);
});

test('what is planned ends before the year 2200, what is read before the year 10000', () => {
  assert.deepEqual(parsePlanned('2199-12-31T23:59:59.999Z'), parseInstant('2199-12-31T23:59:59.999Z'));
  for (const text of ['2200-01-01T00:00Z', '2199-12-31T23:00-02:00', '9999-12-31T00:00Z'])
    assert.deepEqual(parsePlanned(text), { problem: 'lies after the year 2199' });
  assert.equal(read('9999-12-31T23:59:59.999Z'), '9999-12-31T23:59:59.999Z');
  assert.match(read('9999-12-31T23:59:59-00:01'), /after the year 9999/);
});

test('durations have one unit', () => {
  assert.deepEqual(
    ['30s', '90m', '24h', '7d'].map(parseDuration),
    [30_000, 5_400_000, 86_400_000, 604_800_000],
  );
  assert.deepEqual(
    ['', '1', 'h', '-1h', '1h30m', '1.5h', '1 h'].filter(text => parseDuration(text) !== null),
    [],
  );
  assert.equal(instantText(wall(0)), '1970-01-01T00:00:00.000Z');
});
