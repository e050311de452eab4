import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calendarDay } from '../../../src/relay/domain/calendar-day.ts';

const hourMs = 3_600_000;
const textOf = (at: string, zone: string): string => {
  const { from, until } = calendarDay(Date.parse(at), zone);
  return `${new Date(from).toISOString().slice(0, 16)} ${(until - from) / hourMs} h`;
};

test('a day lasts from midnight to midnight there, also when the clocks change', () => {
  const cases = [
    ['2026-11-30T18:00:00Z', 'UTC', '2026-11-30T00:00 24 h'],
    ['2026-11-30T23:30:00Z', 'Europe/Amsterdam', '2026-11-30T23:00 24 h'],
    ['2026-03-29T00:30:00Z', 'Europe/Amsterdam', '2026-03-28T23:00 23 h'],
    ['2026-03-29T12:00:00Z', 'Europe/Amsterdam', '2026-03-28T23:00 23 h'],
    ['2026-10-25T22:59:59Z', 'Europe/Amsterdam', '2026-10-24T22:00 25 h'],
    ['2026-07-01T01:00:00Z', 'America/Los_Angeles', '2026-06-30T07:00 24 h'],
    ['2026-07-01T12:00:00.123Z', 'Asia/Kathmandu', '2026-06-30T18:15 24 h'],
  ] as const;
  for (const [at, zone, expected] of cases) assert.equal(textOf(at, zone), expected, `${at} in ${zone}`);
});

test('its first instant is in it, its last is the next one', () => {
  const zone = 'Europe/Amsterdam';
  const { from, until } = calendarDay(Date.parse('2026-10-25T12:00:00Z'), zone);
  assert.equal(calendarDay(from, zone).from, from);
  assert.equal(calendarDay(until - 1, zone).from, from);
  assert.equal(calendarDay(until, zone).from, until);
});
