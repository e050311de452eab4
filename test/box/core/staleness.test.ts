import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hours, type WallMs } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking } from './bench-site.ts';

const ever = booking('a', 1, { end: null });

/** A box whose bookings the relay vouched for at that instant. */
function vouched(vouchedAt: WallMs | null, maxSyncAgeH: number | null, enrolled = true): BenchBox {
  const maxSyncAgeMs = maxSyncAgeH === null ? null : hours(maxSyncAgeH);
  const box = new BenchBox({ rules: { maxSyncAgeMs } });
  box.remembers({ sync: { enrolled, vouchedAt } });
  return box;
}

describe('25. staleness', () => {
  const table: readonly [string, BenchBox, string | undefined][] = [
    ['no limit: years', vouched(at(-24 * 800), null), undefined],
    ['exactly at the limit', vouched(at(-24), 24), undefined],
    ['over the limit', vouched(at(-24.01), 24), 'stale'],
    ['never vouched for', vouched(null, 24), 'stale'],
    ['a box that runs alone is never stale', vouched(null, 24, false), undefined],
  ];
  for (const [name, box, reason] of table) {
    test(`${name}: ${reason ?? 'opens'}`, () => {
      box.types(ever);
      assert.equal(box.heard().find(entry => entry.type === 'denied')?.reason, reason);
    });
  }

  test('returns never', () => {
    const box = vouched(at(0), 24);
    box.types(ever);
    box.takesFrom(1);
    box.after(3_600 * 48);
    box.heard();
    box.types(booking('b', 2, { end: null }));
    assert.equal(box.heard().at(-1)?.reason, 'stale');
    box.types(ever);
    assert.equal(box.heard()[0]?.for, 'return');
  });
});
