import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { millis, slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';
import { doesNothing } from './nothing.ts';

const one = slotId(1);
const two = slotId(2);

describe('14. one lock is powered at a time', () => {
  test('open-all powers the locks one after the other, each once', () => {
    const box = new BenchBox({ slots: 5 });
    box.command({ verb: 'open-all' });
    const seen: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      seen.push(...box.pulsed());
      assert.ok(seen.length <= n + 1);
      box.after(0.3);
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });

  test('a lock that never answers is given up, its slot jammed, and the next has its turn', () => {
    const box = new BenchBox();
    box.lock = 'mute';
    box.types(booking('a', 1));
    box.lock = 'works';
    box.types(booking('b', 2));
    assert.deepEqual(box.pulsed(), [1]);
    box.after(21.2);
    assert.deepEqual(box.pulsed(), []);
    box.after(0.11);
    assert.deepEqual(box.pulsed(), [2]);
    assert.ok(box.told().includes('jammed'));
  });

  test('a line that cannot be driven: jammed, that slot only', () => {
    const box = new BenchBox();
    box.lock = 'dead';
    box.types(booking('a', 1));
    box.lock = 'works';
    box.after(1);
    assert.deepEqual(box.heard().at(-1), { type: 'jammed', slot: 1, key: 'slot-1', reason: 'line-write' });
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'slot-faulted');
    box.pulsed();
    box.types(booking('b', 2));
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('a lock that died is tried anew by a technician, and restored once its door opens', () => {
    const box = new BenchBox();
    box.lock = 'dead';
    box.types(booking('a', 1));
    box.lock = 'works';
    box.command({ verb: 'open', slot: one });
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    assert.ok(box.told().includes('slot-restored'));
    box.types(booking('a', 1));
    assert.equal(box.heard()[0]?.type, 'granted');
  });

  test('opening a slot whose sensor line is dead does not mend the sensor', () => {
    const box = new BenchBox();
    box.feed({ type: 'line-faulted', slot: one, reason: 'read' });
    box.command({ verb: 'open', slot: one });
    box.after(30);
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'slot-faulted');
  });

  for (const body of [
    { type: 'pulse-begun', slot: two, ms: millis(300) },
    { type: 'pulse-ended', slot: two },
    { type: 'pulse-failed', slot: two, reason: 'x' },
  ] as const) {
    test(`${body.type} of a lock that nobody powers does nothing`, () => {
      const box = new BenchBox();
      doesNothing(box, body);
      box.lock = 'mute';
      box.types(booking('a', 1));
      doesNothing(box, body, 'while another is powered');
    });
  }

  test('a second answer of the same lock does nothing', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(1);
    doesNothing(box, { type: 'pulse-ended', slot: one });
    doesNothing(box, { type: 'pulse-failed', slot: one, reason: 'late' });
  });
});

describe('14. a grant takes the place of another at the same lock', () => {
  test('the door that the first pulse opened is not forced, and no second pulse is needed', () => {
    const box = new BenchBox();
    box.command({ verb: 'open', slot: one });
    box.after(0.1);
    box.types(booking('a', 1));
    box.opensDoor(1);
    box.after(2);
    assert.ok(!box.told().includes('door-forced'));
    assert.deepEqual(box.pulsed(), [1]);
    box.keyGone(1);
    box.shutsDoor(1);
    assert.equal(box.heard().find(entry => entry.type === 'key-taken')?.booking, 'a');
  });

  test('a technician is told to wait while the lock of a driver is about to move', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.types(booking('b', 2));
    const busy = box.command({ verb: 'open', slot: two });
    assert.ok(!busy.done && busy.code === 'slot-busy');
    box.after(1);
    assert.deepEqual(box.pulsed(), [1, 2]);
  });

  test('a technician who opens for a driver leaves no burnt code behind', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(5);
    box.command({ verb: 'open', slot: one });
    box.after(1);
    box.opensDoor(1);
    box.shutsDoor(1);
    assert.deepEqual(box.state.uses, []);
    box.heard();
    box.types(booking('a', 1));
    assert.equal(box.heard().find(entry => entry.by === 'code' && entry.for === 'take')?.type, 'granted');
  });
});
