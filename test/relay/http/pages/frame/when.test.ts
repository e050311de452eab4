import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../../../scripts/rig/prng.ts';
import type { TimeZone } from '../../../../../src/base/time-zone.ts';
import { ageText, clockText, hourText, when } from '../../../../../src/relay/http/pages/frame/when.ts';

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

test('what was written before is what a clock of its own would write, in every zone and around each change of the clock', () => {
  const random = new Prng(7);
  const zones = [
    'Europe/Amsterdam',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'America/St_Johns',
  ];
  // The hours in which clocks change in 2026, and some days besides: each minute is asked for more than once.
  const starts = [
    Date.UTC(2026, 2, 29),
    Date.UTC(2026, 9, 24, 22),
    Date.UTC(2026, 3, 4, 12),
    Date.UTC(2027, 0, 1),
  ];
  for (let round = 0; round < 3_000; round += 1) {
    const zone = random.pick(zones) as TimeZone;
    const at = random.pick(starts) + random.int(0, 179) * 60_000 + random.int(0, 59_999);
    const clock = { now: at - 5 * 86_400_000, zone, language: 'en' } as const;
    const own = (shape: Intl.DateTimeFormatOptions): string =>
      new Intl.DateTimeFormat('en-GB', { ...shape, timeZone: zone }).format(at);
    const hour = own({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    assert.equal(hourText(at, clock), hour);
    const day = own({ weekday: 'short', day: 'numeric', month: 'short' });
    assert.ok(clockText(at, clock).startsWith(`${day} ${hour} `), `${zone} ${at}: ${clockText(at, clock)}`);
  }
});
