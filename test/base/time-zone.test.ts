import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryOfZone, readTimeZone } from '../../src/base/time-zone.ts';

test('a zone is an IANA name, in whatever capitals', () => {
  const table: readonly (readonly [string, string | null])[] = [
    ['Europe/Amsterdam', 'Europe/Amsterdam'],
    ['europe/amsterdam', 'Europe/Amsterdam'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['UTC', 'UTC'],
    ['utc', 'UTC'],
    ['CET', 'CET'],
    ['Etc/GMT-1', 'Etc/GMT-1'],
    ['+01:00', null],
    ['GMT+2', null],
    ['Amsterdam', null],
    ['Europe/Atlantis', null],
    [' Europe/Amsterdam', null],
    ['Europe/Amsterdam\n', null],
    ['', null],
    ['A'.repeat(300_000), null],
    ['a/'.repeat(150_000), null],
  ];
  for (const [text, expected] of table) assert.equal(readTimeZone(text), expected, text.slice(0, 40));
});

test('a zone that is named after a place lies in a country; an hour does not', () => {
  const country = (zone: string): string | null => {
    const read = readTimeZone(zone);
    return read === null ? 'no zone' : countryOfZone(read, ['BE', 'NL', 'IN', 'UA', 'US', 'CI', 'BJ']);
  };
  assert.deepEqual(
    [
      'Europe/Brussels',
      'Asia/Kolkata',
      'Europe/Kyiv',
      'US/Pacific',
      'Africa/Porto-Novo',
      'CET',
      'UTC',
      'Etc/GMT-1',
    ].map(country),
    ['BE', 'IN', 'UA', 'US', 'BJ', null, null, null],
  );
});
