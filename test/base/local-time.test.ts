import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../scripts/rig/prng.ts';
import { instantOfLocal, localTime } from '../../src/base/local-time.ts';
import { type TimeZone, utc } from '../../src/base/time-zone.ts';

const amsterdam = 'Europe/Amsterdam' as TimeZone;
const at = (text: string): number => Date.parse(text);

test('a clock time of a place is the instant that people there mean', () => {
  const cases = [
    ['2026-01-10T08:00', amsterdam, '2026-01-10T07:00:00Z'],
    ['2026-07-10T08:00', amsterdam, '2026-07-10T06:00:00Z'],
    ['2026-07-10T08:00:30', utc, '2026-07-10T08:00:00Z'],
    ['2026-03-28T23:30', 'America/St_Johns' as TimeZone, '2026-03-29T02:00:00Z'],
    ['2026-01-01T00:15', 'Pacific/Kiritimati' as TimeZone, '2025-12-31T10:15:00Z'],
    ['2026-06-01T12:00', 'Asia/Kathmandu' as TimeZone, '2026-06-01T06:15:00Z'],
  ] as const;
  for (const [text, zone, instant] of cases)
    assert.equal(instantOfLocal(text, zone), at(instant), `${text} ${zone}`);
});

test('an hour that comes twice is its first one; a time that is left out counts on from before', () => {
  assert.equal(instantOfLocal('2026-10-25T02:30', amsterdam), at('2026-10-25T00:30:00Z'));
  assert.equal(instantOfLocal('2026-03-29T02:30', amsterdam), at('2026-03-29T01:30:00Z'));
  assert.equal(instantOfLocal('2199-12-31T23:59', amsterdam), at('2199-12-31T22:59:00Z'));
  assert.equal(instantOfLocal('1970-01-01T00:00', utc), 0);
});

test('what is no date and time is none', () => {
  for (const text of [
    '',
    '2026-02-31T08:00',
    '2026-13-01T08:00',
    '2026-01-01T24:00',
    '2026-01-01 08:00',
    'x',
    '2026-01-01T08:00Z',
    // A year of which two digits were typed, and years that nobody means: some have no text that is read again.
    '0026-01-01T08:00',
    '0001-01-01T00:00',
    '1969-12-31T23:59',
    '2200-01-01T00:00',
    '9999-12-31T23:59',
  ])
    assert.equal(instantOfLocal(text, amsterdam), null, text);
});

test('what is written is read again, in any zone and at any minute', () => {
  const prng = new Prng(5);
  const zones = Intl.supportedValuesOf('timeZone');
  for (let round = 0; round < 500; round += 1) {
    const zone = zones[prng.int(0, zones.length - 1)] as TimeZone;
    const instant = at('2026-01-01T00:00:00Z') + prng.int(0, 4 * 365 * 24 * 60) * 60_000;
    const text = localTime(instant, zone);
    const again = instantOfLocal(text, zone);
    // Of the two that a repeated hour has, the other one may have been meant.
    assert.ok(
      again !== null && localTime(again, zone) === text && Math.abs(again - instant) <= 7_200_000,
      `${text} ${zone}`,
    );
  }
});
