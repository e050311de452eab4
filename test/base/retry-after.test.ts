import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from '../../src/base/retry-after.ts';

const now = Date.parse('2026-12-01T08:00:00Z');

const cases: readonly (readonly [text: string, date: string | undefined, wait: number | null])[] = [
  ['0', undefined, 0],
  [' 120 ', undefined, 120_000],
  ['86400', undefined, 3_600_000],
  ['Tue, 01 Dec 2026 08:05:00 GMT', undefined, 300_000],
  // The two forms of before 1997, which readers must take.
  ['Tuesday, 01-Dec-26 08:05:00 GMT', undefined, 300_000],
  ['Tue Dec  1 08:05:00 2026', undefined, 300_000],
  // Their clock is a day ahead of ours: what counts is how far the two dates of theirs are apart.
  ['Wed, 02 Dec 2026 08:05:00 GMT', 'Wed, 02 Dec 2026 08:00:00 GMT', 300_000],
  ['Tue, 01 Dec 2026 07:00:00 GMT', undefined, 0],
  ['Fri, 01 Jan 2100 00:00:00 GMT', undefined, 3_600_000],
  ...['', '-5', '1.5', '1e9', '0x10', 'soon', '2026-12-01T08:05:00Z', '12345678901'].map(
    text => [text, undefined, null] as const,
  ),
];

test('how long a server asks to be left alone, however it writes that', () => {
  for (const [text, date, wait] of cases)
    assert.equal(retryAfterMs({ 'retry-after': text, date }, now), wait, text);
  assert.equal(retryAfterMs({}, now), null);
});
