import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hours, keyName, millis, mono, slotId, wall } from '../../../src/base/brand.ts';
import { clockLevel, estimate } from '../../../src/box/core/clock.ts';
import type { RelayedUse } from '../../../src/box/core/input.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, t0 } from './bench-site.ts';

const a = booking('a', 1, { end: null });

const now = (box: BenchBox) => ({ mono: mono(box.mono), wall: box.wall });

const vouches = (box: BenchBox, told: number, tripMs = 40, newest = true): void =>
  box.feed({ type: 'vouched', wall: wall(told), tripMs: millis(tripMs), newest });

const enrolled = (maxSyncAgeH: number | null = null): BenchBox => {
  const box = new BenchBox({ rules: { maxSyncAgeMs: maxSyncAgeH === null ? null : hours(maxSyncAgeH) } });
  box.feed({ type: 'enrolled', enrolled: true, who: 'ada', why: 'test' });
  box.heard();
  return box;
};

describe('23. the relay’s signed time', () => {
  const table: readonly (readonly [string, { skewH: number; synced: boolean; toldH: number }, number])[] = [
    ['a clock that agrees is kept', { skewH: 0, synced: false, toldH: 0 }, 0],
    ['a clock that is years back is corrected', { skewH: -24 * 900, synced: false, toldH: 0 }, 0],
    ['a clock that is a year ahead is corrected', { skewH: 24 * 365, synced: false, toldH: 0 }, 0],
    ['a clock that timesyncd set half a minute away is kept', { skewH: 0, synced: true, toldH: 1 / 120 }, 0],
    ['a clock that timesyncd set an hour away is corrected', { skewH: 0, synced: true, toldH: 1 }, 1],
  ];
  for (const [name, { skewH, synced, toldH }, expectedH] of table) {
    test(name, () => {
      const box = enrolled();
      box.wall = wall(box.wall + hours(skewH));
      if (synced) box.feed({ type: 'clock-synced', synced: true });
      vouches(box, at(toldH));
      assert.equal(clockLevel(box.state, now(box)), 'synced');
      assert.ok(Math.abs(estimate(box.state, now(box)) - at(expectedH)) <= 1_000 + 40);
    });
  }

  test('a long trip is met in the middle', () => {
    const box = enrolled();
    box.wall = wall(t0 - hours(100));
    vouches(box, t0, 20_000);
    assert.equal(estimate(box.state, now(box)) - t0, 10_000);
  });

  test('what was denied for its clock opens', () => {
    const box = enrolled();
    box.wall = wall(box.wall - hours(24 * 400));
    const later = booking('b', 2, { start: at(30), end: at(40) });
    box.types(later);
    assert.equal(box.heard().at(-1)?.reason, 'clock-untrusted');
    vouches(box, at(31));
    box.types(later);
    assert.equal(box.heard().at(-1)?.type, 'pulsed');
  });
});

describe('25. how old the bookings are', () => {
  test('the relay’s word makes them new, but not where they are behind; the limit stops takes only', () => {
    const box = enrolled(2);
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'stale');
    vouches(box, t0, 40, false);
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'stale');
    vouches(box, t0);
    box.types(a);
    box.takesFrom(1);
    box.after(3 * 3_600);
    box.types(booking('b', 2, { end: null }));
    assert.equal(box.heard().at(-1)?.reason, 'stale');
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'return');
  });

  test('a boot may make them ten minutes older, never newer', () => {
    const box = enrolled();
    vouches(box, t0);
    box.after(500);
    vouches(box, t0 + 500_000);
    const before = box.state.sync.vouchedAt ?? 0;
    box.reboots();
    const after = box.state.sync.vouchedAt ?? 0;
    assert.ok(after <= before && before - after < 600_000);
    assert.equal(box.state.sync.enrolled, true);
  });

  test('a relay that is left takes its rules along', () => {
    const box = enrolled();
    const rules = { leadMs: millis(0) };
    box.feed({
      type: 'command',
      id: 1,
      by: 'remote',
      who: 'mira',
      why: 'x',
      command: { verb: 'rules', rules },
    });
    assert.equal(box.state.rules.leadMs, 0);
    box.reboots();
    assert.equal(box.state.rules.leadMs, 0);
    box.feed({ type: 'enrolled', enrolled: false, who: 'ada', why: 'sold' });
    assert.deepEqual(box.state.rules, box.site.rules);
    assert.deepEqual(
      box
        .heard()
        .map(({ type, what, by }) => [type, what, by])
        .filter(([, what]) => what !== undefined),
      [
        ['technician', 'rules', 'remote'],
        ['technician', 'unenrolled', 'technician'],
      ],
    );
  });
});

const told = (life: RelayedUse['life'], more: Partial<RelayedUse> = {}): RelayedUse => ({
  ...{ booking: a.booking, key: keyName('slot-1'), life, who: a.driver, end: null, reuse: false },
  ...more,
});

describe('a life that a new database has lost', () => {
  const feed = (box: BenchBox, ...lives: readonly RelayedUse[]): void =>
    box.feed({ type: 'synced', count: 1, keys: null, renamed: [], ends: [], lives });

  test('out, and its slot is empty: the code brings the key back', () => {
    const box = new BenchBox({ empty: [1] });
    feed(box, told('out'));
    box.types(a);
    assert.equal(box.heard().at(-1)?.type, 'pulsed');
    assert.equal(box.slot(1).opening?.for, 'return');
  });

  test('out, without a sensor: the last that was heard of its slot is that the key went', () => {
    const box = new BenchBox({ unsensed: 'all' });
    feed(box, told('out'));
    box.types(a);
    assert.deepEqual([box.slot(1).opening?.for, box.slot(1).opening?.key], ['return', 'slot-1']);
  });

  test('out, but a sensor sees the key: it came back, and the code is used', () => {
    const box = new BenchBox();
    feed(box, told('out'));
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('used, unless the booking takes again', () => {
    const box = new BenchBox();
    feed(box, told('used'));
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'used');
    const again = booking('b', 2, { reuse: true });
    feed(box, told('used', { booking: again.booking, key: keyName('slot-2'), reuse: true }));
    box.types(again);
    assert.equal(box.heard().at(-1)?.type, 'pulsed');
  });

  test('what is under way here goes before what the relay tells', () => {
    const box = new BenchBox();
    box.types(a);
    feed(box, told('used'));
    box.takesFrom(1);
    assert.equal(box.key('slot-1').place.at, 'out');
    assert.deepEqual(
      box.state.uses.map(({ booking: id, life }) => [id, life]),
      [[a.booking, 'out']],
    );
  });
});

describe('remote commands', () => {
  test('open: by remote, with who and why, in lock-down too', () => {
    const box = enrolled();
    box.command({ verb: 'lockdown', on: true, until: null });
    box.heard();
    const command = { verb: 'open', slot: slotId(2) } as const;
    box.feed({ type: 'command', id: 7, by: 'remote', who: 'mira', why: 'she rang', command });
    assert.deepEqual(box.heard().slice(0, 2), [
      { type: 'technician', what: 'open', by: 'remote', who: 'mira', reason: 'she rang', slot: 2 },
      { type: 'granted', for: 'remote', slot: 2, by: 'remote', who: 'mira' },
    ]);
  });
});

describe('message-rejected', () => {
  test('the first at once, the others once a minute with their count, then silence', () => {
    const box = enrolled();
    for (let n = 0; n < 100; n += 1) box.feed({ type: 'message-rejected', reason: 'bad-signature' });
    assert.deepEqual(box.heard(), [{ type: 'message-rejected', reason: 'bad-signature' }]);
    box.after(61);
    assert.deepEqual(box.heard(), [{ type: 'message-rejected', reason: 'bad-signature', count: 99 }]);
    box.after(600);
    assert.deepEqual(box.heard(), []);
    box.feed({ type: 'message-rejected', reason: 'not-json' });
    assert.deepEqual(box.heard(), [{ type: 'message-rejected', reason: 'not-json' }]);
  });
});
