import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import {
  type BookingFacts,
  type BoxKnowledge,
  bookingLife,
  isInSet,
  isOut,
  lifeOnWire,
  needsCode,
  nextInstant,
} from '../../../src/relay/core/booking-life.ts';

const facts = (more: Partial<BookingFacts> = {}): BookingFacts => ({
  ...{ start: 100, end: 200, reuse: false, updated: 10, rev: 5, sent: null, onBox: null },
  ...{ cancelled: null, ended: null, taken: null, returned: null, overdue: null },
  ...more,
});

const box = (more: Partial<BoxKnowledge> = {}): BoxKnowledge => ({
  ...{ relayEpoch: 1, knownEpoch: 1, knownRev: 4, knownAt: 40, link: 'up', linkSince: 30 },
  ...more,
});

test('what a booking has come to, and since when', () => {
  const knows = box({ knownRev: 5 });
  const table: readonly (readonly [BookingFacts, BoxKnowledge, string, number])[] = [
    [facts(), box(), 'not-sent', 10],
    [facts(), box({ link: 'never', linkSince: null }), 'not-sent', 10],
    [facts({ sent: 12 }), box(), 'sent', 12],
    [facts({ sent: 12 }), box({ link: 'lost' }), 'box-unreachable', 30],
    [facts({ onBox: 41 }), knows, 'on-box', 41],
    [facts(), knows, 'on-box', 40],
    [facts(), box({ knownRev: 9, link: 'lost' }), 'on-box', 40],
    [facts({ sent: 12 }), box({ knownRev: 9, relayEpoch: 2 }), 'sent', 12],
    [facts({ rev: 0 }), knows, 'not-sent', 10],
    [facts({ taken: 120 }), knows, 'taken', 120],
    [facts({ taken: 120, cancelled: 130 }), knows, 'taken', 120],
    [facts({ taken: 120, overdue: 200, ended: 200 }), knows, 'overdue', 200],
    [facts({ taken: 120, returned: 150 }), knows, 'returned', 150],
    [facts({ taken: 120, returned: 150, cancelled: 130 }), knows, 'returned', 150],
    [facts({ taken: 120, returned: 150, cancelled: 160, reuse: true }), knows, 'cancelled', 160],
    [facts({ cancelled: 130 }), knows, 'cancelled', 130],
    [facts({ ended: 200 }), knows, 'ended', 200],
  ];
  for (const [row, known, state, since] of table)
    assert.deepEqual(bookingLife(row, known), { state, since }, JSON.stringify(row));
});

test('what the box is to have, when it changes by itself, and whether the code is needed', () => {
  const hour = 3_600_000;
  const table: readonly (readonly [BookingFacts, number, boolean, number | null, boolean])[] = [
    [facts(), 50, true, 200, true],
    [facts({ end: null }), 50, true, null, true],
    [facts({ ended: 200 }), 250, true, 200 + hour, false],
    [facts({ ended: 200 }), 200 + hour, false, null, false],
    [facts({ taken: 120 }), 150, true, 200, true],
    [facts({ taken: 120, ended: 200 }), 9 * hour, true, null, true],
    [facts({ taken: 120, returned: 130 }), 150, false, null, false],
    [facts({ taken: 120, returned: 130, reuse: true }), 150, true, 200, true],
    [facts({ cancelled: 50 }), 60, false, null, false],
    // Nothing happens at its end any more: it is over when the key is back, and is never late.
    [facts({ cancelled: 50, taken: 40 }), 60, true, null, true],
    [facts({ cancelled: 50, taken: 40 }), 250, true, null, true],
  ];
  for (const [row, now, inSet, next, code] of table)
    assert.deepEqual(
      [isInSet(row, now), nextInstant(row, now), needsCode(row)],
      [inSet, next, code],
      JSON.stringify(row),
    );
});

test('whatever happened, a key that is out keeps booking and code, and nothing used is ever fresh', () => {
  const prng = new Prng(3);
  const maybe = (): number | null => (prng.chance(0.5) ? prng.int(1, 300) : null);
  for (let round = 0; round < 5_000; round += 1) {
    const row = facts({
      ...{ taken: maybe(), returned: maybe(), cancelled: maybe(), ended: maybe(), overdue: maybe() },
      ...{ reuse: prng.chance(0.3), end: maybe(), sent: maybe() },
    });
    const now = prng.int(1, 10_000_000);
    const { state } = bookingLife(row, box());
    if (isOut(row)) {
      assert.ok(isInSet(row, now) && needsCode(row) && lifeOnWire(row) === 'out');
      assert.ok(state === 'taken' || state === 'overdue');
    } else if (row.returned !== null && !row.reuse) {
      assert.ok(!isInSet(row, now) && !needsCode(row) && lifeOnWire(row) === 'used');
    }
    const next = nextInstant(row, now);
    if (!isInSet(row, now)) assert.equal(next, null);
    // An instant that has come must change something, else it would come for ever: the end of what has not ended.
    if (next !== null && next <= now) assert.deepEqual([row.ended, row.cancelled], [null, null]);
  }
});
