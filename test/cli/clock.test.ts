import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationFlag, instantFlag, momentFlag, zoneClock } from '../../src/cli/clock.ts';

test('times are those of the site, with the abbreviation that its people know', () => {
  const said = (zone: string, iso: string): string => zoneClock(zone)(iso, 'second');
  assert.equal(said('Europe/Amsterdam', '2026-03-29T00:59:59Z'), '2026-03-29 01:59:59 CET');
  assert.equal(said('Europe/Amsterdam', '2026-03-29T01:00:00Z'), '2026-03-29 03:00:00 CEST');
  assert.equal(said('America/New_York', '2026-07-01T03:30:00Z'), '2026-06-30 23:30:00 EDT');
  assert.equal(said('UTC', '2026-07-01T00:00:00Z'), '2026-07-01 00:00:00 UTC');
  assert.match(said('Asia/Kolkata', '2026-07-01T00:00:00Z'), /^2026-07-01 05:30:00 (IST|GMT\+5:30)$/);
  assert.equal(zoneClock('UTC')('2026-07-01T00:00:59Z'), '2026-07-01 00:00 UTC');
});

test('a moment is a time with its offset, or so long ago', () => {
  assert.equal(momentFlag('2h', '--since', 7_200_000), '1970-01-01T00:00:00.000Z');
  assert.equal(momentFlag('2026-07-01T00:00:00Z', '--since', 0), '2026-07-01T00:00:00Z');
  assert.throws(() => momentFlag('2026-07-01', '--since', 0), { code: 'usage' });
});

/** Words of people who mistyped, read as each kind of flag: what is said names the flag, never what the wire calls it. */
const odd: readonly (readonly [(text: string) => unknown, readonly string[], RegExp])[] = [
  [
    text => durationFlag(text, '--for', 86_400_000),
    [
      '',
      '9999',
      '30',
      '1.5h',
      '-1h',
      '0s',
      '1e3s',
      '2h30m',
      '90 m',
      '1w',
      'Infinity',
      'NaN',
      '１h',
      '999999d',
    ],
    /^--for .* is no duration$/,
  ],
  [
    text => durationFlag(text, '--for', 86_400_000),
    ['25h', '99999d', '86401s', '2d'],
    /^--for .* is too long$/,
  ],
  [
    text => instantFlag(text, '--until'),
    ['', '9999', '0', '-1', '20260301', '1772352000000', '2026', 'tomorrow', '12:00', '+020000-01-01T00:00Z'],
    /^--until .* is no ISO 8601 time/,
  ],
  [
    text => instantFlag(text, '--until'),
    ['2200-01-01T00:00Z', '9999-12-31T23:59:59-14:00'],
    /^--until .* lies after/,
  ],
  [
    text => instantFlag(text, '--until'),
    ['1969-12-31T23:59Z', '0000-01-01T00:00Z'],
    /^--until .* (lies before|names a day)/,
  ],
  [text => momentFlag(text, '--since', 1), ['9999', 'yesterday', '0d0'], /^--since .* is no ISO 8601 time/],
  [text => momentFlag(text, '--since', 1), ['1s', '99999d'], /^--since .* reaches back to before 1970$/],
];

for (const [read, texts, message] of odd)
  test(`what is no ${message.source.slice(1, 8)} is refused by the name of its flag: ${message.source}`, () => {
    for (const text of texts) assert.throws(() => read(text), { code: 'usage', message });
  });

test('the longest that a flag takes is told as it is written', () => {
  assert.equal(durationFlag('366d', '--for', 366 * 86_400_000), 366 * 86_400_000);
  const hint = (mostMs: number): RegExp => new RegExp(`Give ${mostMs / 60_000}m at most`);
  assert.throws(
    () => durationFlag('9h', '--for', 3_600_000),
    (error: { hint?: string }) => hint(3_600_000).test(error.hint ?? ''),
  );
});
