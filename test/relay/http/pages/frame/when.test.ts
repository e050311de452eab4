import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeZone } from '../../../../../src/base/time-zone.ts';
import { ageText, clockText, when } from '../../../../../src/relay/http/pages/frame/when.ts';

const now = Date.UTC(2026, 10, 30, 22, 42);
const amsterdam = { now, zone: 'Europe/Amsterdam' as TimeZone, language: 'en' } as const;
const hours = (count: number): number => now + count * 3_600_000;

test('a day is named as it is called in the zone of the place', () => {
  assert.equal(clockText(now, amsterdam), 'today 23:42 CET');
  assert.equal(clockText(hours(1), amsterdam), 'tomorrow 00:42 CET');
  assert.equal(clockText(hours(-24), amsterdam), 'yesterday 23:42 CET');
  assert.equal(clockText(hours(-24 * 4), amsterdam), 'Thu 26 Nov 23:42 CET');
  assert.equal(clockText(Date.UTC(2025, 5, 1, 10), amsterdam), '1 Jun 2025 12:00 CEST');
  const auckland = { ...amsterdam, zone: 'Pacific/Auckland' as TimeZone };
  assert.match(clockText(hours(1), auckland), /^today 12:42 /);
});

test('an age is whole units, never rounded up, in the language of the viewer', () => {
  const dutch = { ...amsterdam, language: 'nl' } as const;
  assert.deepEqual(
    [-59, -60, -119 * 60, 3 * 3_600].map(seconds => ageText(now + seconds * 1_000, amsterdam)),
    ['59 seconds ago', '1 minute ago', '1 hour ago', 'in 3 hours'],
  );
  assert.equal(ageText(now - 12 * 60_000, dutch), '12 minuten geleden');
  assert.equal(clockText(now, dutch), 'vandaag 23:42 CET');
});

test('programs read the instant, people the clock and then the age', () => {
  assert.equal(
    when(hours(-1), amsterdam).text,
    '<span class="when"><time datetime="2026-11-30T21:42:00.000Z">today 22:42 CET</time> <span class="age">1 hour ago</span></span>',
  );
});
