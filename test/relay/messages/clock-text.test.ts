import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from '../../../src/relay/domain/notify-settings.ts';
import { catalogues } from '../../../src/relay/messages/catalogues.ts';
import { quietUntil, windowText, zoneName } from '../../../src/relay/messages/clock-text.ts';

const at = (text: string): number => Date.parse(text);
const now = at('2027-03-01T00:00:00Z');
const reader = { zone: 'Europe/Amsterdam', locale: 'en-GB', now };

const windows: readonly (readonly [start: string, end: string, text: string])[] = [
  ['2027-03-05T07:00:00Z', '2027-03-05T16:00:00Z', 'Fri 5 Mar, 08:00 – 17:00 CET'],
  ['2027-07-05T20:00:00Z', '2027-07-06T04:00:00Z', 'Mon 5 Jul, 22:00 – Tue 6 Jul, 06:00 CEST'],
  // The night in which clocks go forward, and the one in which an hour comes twice.
  ['2027-03-28T00:30:00Z', '2027-03-28T04:00:00Z', 'Sun 28 Mar, 01:30 CET – 06:00 CEST'],
  ['2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z', 'Sun 31 Oct, 02:30 CEST – 02:30 CET'],
  ['2028-01-05T07:00:00Z', '2028-01-05T16:00:00Z', 'Wed, 5 Jan 2028, 08:00 – 17:00 CET'],
];

test('windows in the zone of the place, over every edge', () => {
  for (const [start, end, text] of windows) assert.equal(windowText(at(start), at(end), reader), text);
});

test('zones have their abbreviation in every language', () => {
  for (const language of languages) {
    const { locale } = catalogues[language];
    for (const zone of [
      'Europe/Amsterdam',
      'America/New_York',
      'Europe/London',
      'America/Vancouver',
      'Europe/Madrid',
      'UTC',
    ])
      assert.match(zoneName(now, zone, locale), /^[A-Z]{3,4}$/, `${language} ${zone}`);
  }
  assert.match(zoneName(now, 'Asia/Kathmandu', 'en-GB'), /5:45/);
});

const night = { from: '22:00', to: '06:30' };
const quiets: readonly (readonly [
  at: string,
  zone: string,
  quiet: { from: string; to: string } | null,
  end: string | null,
])[] = [
  ['2027-01-15T20:59:59Z', 'Europe/Amsterdam', night, null],
  ['2027-01-15T21:00:00Z', 'Europe/Amsterdam', night, '2027-01-16T05:30:00Z'],
  ['2027-01-16T05:29:30Z', 'Europe/Amsterdam', night, '2027-01-16T05:30:00Z'],
  ['2027-01-16T05:30:00Z', 'Europe/Amsterdam', night, null],
  ['2027-01-15T21:00:00Z', 'Europe/London', night, null],
  ['2027-03-27T22:00:00Z', 'Europe/Amsterdam', night, '2027-03-28T04:30:00Z'],
  ['2027-10-30T21:00:00Z', 'Europe/Amsterdam', night, '2027-10-31T05:30:00Z'],
  // 02:30 does not exist that night.
  ['2027-03-28T00:00:00Z', 'Europe/Amsterdam', { from: '00:00', to: '02:30' }, '2027-03-28T01:30:00Z'],
  ['2027-06-01T10:30:00Z', 'Europe/Amsterdam', { from: '12:00', to: '13:00' }, '2027-06-01T11:00:00Z'],
  ['2027-06-01T10:30:00Z', 'Europe/Amsterdam', null, null],
  ['2027-06-01T10:30:00Z', 'Europe/Amsterdam', { from: '08:00', to: '08:00' }, null],
];

test('quiet hours end when the clock on the wall says so', () => {
  for (const [when, zone, quiet, end] of quiets) {
    const until = quietUntil(at(when), zone, quiet);
    assert.equal(
      until === null ? null : new Date(until).toISOString().replace('.000', ''),
      end,
      `${when} ${zone}`,
    );
  }
});
