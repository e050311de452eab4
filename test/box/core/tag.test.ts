import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);

/** A box from which a has taken the key of slot 1. */
function out(more: ConstructorParameters<typeof BenchBox>[0] = {}): BenchBox {
  const box = new BenchBox(more);
  box.types(a);
  box.takesFrom(1);
  box.heard();
  box.pulsed();
  return box;
}

describe('9. the tag of a key', () => {
  test('believed in: an empty slot opens, custody-mismatch, never the slot it is believed in', () => {
    const box = new BenchBox({ empty: [3] });
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), [3]);
    assert.deepEqual(box.told().slice(0, 2), ['custody-mismatch', 'granted']);
  });

  test('believed in, and no slot is empty: box-full, nothing opens', () => {
    const box = new BenchBox();
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), []);
    assert.deepEqual(box.told(), ['custody-mismatch', 'box-full']);
  });

  test('unknown: nothing opens, denied unknown, and it is no guess', () => {
    const box = new BenchBox({ empty: [3] });
    box.tag(null);
    assert.deepEqual(box.pulsed(), []);
    assert.deepEqual(box.heard(), [{ type: 'denied', reason: 'unknown', by: 'tag' }]);
    assert.deepEqual(box.screen, { text: 'refused' });
    assert.equal(box.state.attempts.wrongs, 0);
  });

  test('brought by its tag by whoever: recorded without naming anybody who is not known', () => {
    const box = out();
    box.tag('slot-1');
    box.bringsTo(1);
    const back = box.heard().find(entry => entry.type === 'key-returned');
    assert.deepEqual(back, {
      type: 'key-returned',
      slot: 1,
      key: 'slot-1',
      booking: 'a',
      by: 'tag',
      proof: 'sensor',
    });
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('without a presence sensor the tag is the proof', () => {
    const box = out({ unsensed: 'all' });
    box.tag('slot-1');
    box.bringsTo(1);
    assert.equal(box.heard().find(entry => entry.type === 'key-returned')?.proof, 'tag');
  });

  test('without tag and sensor the return is presumed', () => {
    const box = out({ unsensed: 'all' });
    box.types(a);
    box.bringsTo(1);
    assert.equal(box.heard().find(entry => entry.type === 'key-returned')?.proof, 'presumed');
  });

  test('read while the driver stands at the open door of the take: nothing is wrong, nothing else opens', () => {
    for (const unsensed of [[], 'all'] as const) {
      const box = new BenchBox({ unsensed, empty: [2] });
      box.types(a);
      box.after(0.4);
      box.opensDoor(1);
      box.heard();
      box.pulsed();
      box.tag('slot-1');
      assert.deepEqual(box.told(), []);
      assert.deepEqual(box.pulsed(), []);
    }
  });

  test('brought to another slot by its tag while the door of its take stands open: it does not leave twice', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.command({ verb: 'correct', slot: slotId(1), key: a.key });
    box.types(booking('b', 2));
    box.takesFrom(2);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.after(61);
    box.tag('slot-1');
    box.bringsTo(2);
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 2, proof: 'tag' });
    box.heard();
    box.shutsDoor(1);
    assert.deepEqual(box.told(), ['door-closed', 'not-taken', 'door-shut']);
    box.types(a);
    box.takesFrom(2);
    assert.equal(box.told().filter(type => type === 'key-taken').length, 1);
  });

  test('taken from the other slot while the door of the first stands open: still out when that is shut', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.command({ verb: 'correct', slot: slotId(1), key: a.key });
    box.types(booking('b', 2));
    box.takesFrom(2);
    const often = { ...a, reuse: true };
    box.types(often);
    box.after(0.4);
    box.opensDoor(1);
    box.after(61);
    box.tag('slot-1');
    box.bringsTo(2);
    box.types(often);
    box.after(0.4);
    box.opensDoor(2);
    box.shutsDoor(1);
    box.shutsDoor(2);
    assert.equal(box.uses.get(a.booking)?.life, 'out');
    assert.equal(box.uses.get(a.booking)?.openings, 0);
  });

  test('of a key that hangs in the box, at the edge of a reader’s field for days: bounded, no lock is blamed, returns go on', () => {
    for (const unsensed of [[], [2, 3]]) {
      const box = new BenchBox({ slots: 4, empty: [2, 3], unsensed });
      if (unsensed.length > 0)
        for (const slot of unsensed) box.command({ verb: 'correct', slot: slotId(slot), key: null });
      box.heard();
      for (let n = 0; n < 800; n += 1) {
        box.tag('slot-1');
        box.after(n % 2 === 0 ? 3 : 40);
      }
      const told = box.told();
      const count = (type: string): number => told.filter(each => each === type).length;
      assert.ok(count('custody-mismatch') < 100, `${count('custody-mismatch')}`);
      assert.equal(count('granted'), 24);
      assert.deepEqual([count('jammed'), count('box-full')], [0, 0]);
      assert.equal(box.heard().length, 0);
      box.after(4 * 3_600);
      box.heard();
      box.tag('slot-1');
      assert.deepEqual(
        box.told().slice(0, 2),
        ['custody-mismatch', 'granted'],
        'after a quiet time it is news',
      );
    }
  });

  test('flickering at the reader opens once', () => {
    const box = out();
    for (let n = 0; n < 5; n += 1) {
      box.tag('slot-1');
      box.after(0.2);
    }
    assert.deepEqual(box.pulsed(), [1]);
  });
});
