import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { minutes } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking } from './bench-site.ts';

const a = booking('a', 1, { end: at(1) });
const whose = { key: 'slot-1', booking: 'a', who: 'driver-a' };

function out(more: ConstructorParameters<typeof BenchBox>[0] = {}): BenchBox {
  const box = new BenchBox(more);
  box.types(a);
  box.takesFrom(1);
  box.heard();
  return box;
}

describe('16. due-soon and overdue, raised by the box itself', () => {
  test('due-soon 15 min before the end, overdue at the end, once each', () => {
    const box = out();
    box.after(2_690);
    assert.deepEqual(box.told(), []);
    box.after(10);
    assert.deepEqual(box.heard(), [{ type: 'due-soon', ...whose }]);
    box.after(890);
    assert.deepEqual(box.told(), []);
    box.after(10);
    assert.deepEqual(box.heard(), [{ type: 'overdue', ...whose }]);
    box.after(3_600 * 24);
    assert.deepEqual(box.told(), []);
  });

  test('a take shortly before the end tells its story first; a door that is held hushes nothing', () => {
    const box = new BenchBox({ rules: { dueSoonMs: minutes(120) } });
    box.types(a);
    box.takesFrom(1);
    const story = ['granted', 'pulsed', 'door-opened', 'key-taken', 'door-closed', 'due-soon'];
    assert.deepEqual(
      box.told().filter(type => type !== 'booted'),
      story,
    );
    const other = new BenchBox({ rules: { dueSoonMs: minutes(120) } });
    other.types(a);
    other.after(0.4);
    other.opensDoor(1);
    other.keyGone(1);
    other.after(61);
    assert.deepEqual(other.told().slice(-2), ['door-held', 'due-soon']);
  });

  test('dueSoonMin and overdueGraceMin are heeded', () => {
    const box = out({ rules: { dueSoonMs: minutes(5), overdueGraceMs: minutes(10) } });
    box.after(3_600 - 300 - 10);
    assert.deepEqual(box.told(), []);
    box.after(10);
    assert.deepEqual(box.told(), ['due-soon']);
    box.after(890);
    assert.deepEqual(box.told(), []);
    box.after(10);
    assert.deepEqual(box.told(), ['overdue']);
  });

  test('returned in time: neither', () => {
    const box = out();
    box.types(a);
    box.bringsTo(1);
    box.heard();
    box.after(7_200);
    assert.deepEqual(box.told(), []);
  });

  test('never taken: neither', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(7_200);
    assert.ok(!box.told().some(type => type === 'due-soon' || type === 'overdue'));
  });

  test('the box was off over both: overdue only, once', () => {
    const box = out();
    box.wall = at(3);
    box.reboots();
    box.after(60);
    assert.deepEqual(box.told(), ['booted', 'overdue']);
    box.reboots();
    box.after(60);
    assert.deepEqual(box.told(), ['booted']);
  });

  test('reuse: the next round is reminded of anew', () => {
    const box = new BenchBox();
    const often = { ...a, reuse: true };
    for (let round = 0; round < 2; round += 1) {
      box.types(often);
      box.takesFrom(1);
      box.after(round === 0 ? 2_800 : 60);
      box.types(often);
      box.bringsTo(1);
    }
    assert.equal(box.told().filter(type => type === 'due-soon').length, 2);
  });

  test('prolonged while it is out: reminded by the new end', () => {
    const box = out();
    const ends = [
      { booking: a.booking, end: at(3) },
      { booking: booking('b', 2).booking, end: at(0) },
    ];
    box.feed({ type: 'bookings-changed', count: 2, who: 'ada', what: 'import', ends });
    box.heard();
    box.after(3_600 * 2.7);
    assert.deepEqual(box.told(), []);
    box.after(3_600 * 0.1);
    assert.deepEqual(box.told(), ['due-soon']);
    box.after(3_600 * 0.3);
    assert.deepEqual(box.told(), ['overdue']);
  });

  test('prolonged without end after it was overdue: not reminded any more', () => {
    const box = out();
    box.after(4_000);
    const ends = [{ booking: a.booking, end: null }];
    box.feed({ type: 'bookings-changed', count: 1, who: 'ada', what: 'import', ends });
    box.heard();
    box.after(90_000);
    assert.deepEqual(box.told(), []);
  });
});
