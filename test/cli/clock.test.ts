import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentFlag, zoneClock } from '../../src/cli/clock.ts';

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
