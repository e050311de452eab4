import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { booking, subject } from './bench-site.ts';

const a = booking('a', 1);
const voided = { ...a, voided: true };

/** A new file over an old box: nobody knows where anything is but what the sensors see. */
const fresh = (more: ConstructorParameters<typeof BenchBox>[0] = {}): BenchBox => new BenchBox(more);

describe('8. a key that was never seen here, without a presence sensor', () => {
  test('it may be in its home slot: a booking opens there', () => {
    const box = fresh({ unsensed: 'all' });
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('its tag outside: its home can hold no other key, and opens for the return', () => {
    const box = fresh({ unsensed: 'all' });
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), [1]);
  });

  const touched: readonly [string, (box: BenchBox) => void][] = [
    [
      'a technician opened',
      box => {
        box.command({ verb: 'open', slot: slotId(1) });
        box.after(0.4);
        box.opensDoor(1);
        box.shutsDoor(1);
      },
    ],
    [
      'somebody forced',
      box => {
        box.opensDoor(1);
        box.shutsDoor(1);
      },
    ],
    ['was found open at a boot', box => box.reboots({ open: [1] })],
    [
      'was in maintenance',
      box => {
        box.command({ verb: 'maintenance', slot: slotId(1), on: true });
        box.opensDoor(1);
        box.shutsDoor(1);
        box.command({ verb: 'maintenance', slot: slotId(1), on: false });
      },
    ],
  ];
  for (const [name, touch] of touched) {
    test(`a slot that ${name} may hold any key: box-full, also after a restart`, () => {
      const box = fresh({ unsensed: 'all', slots: 1 });
      touch(box);
      box.after(30);
      box.pulsed();
      box.tag('slot-1');
      assert.deepEqual(box.pulsed(), []);
      assert.deepEqual(box.screen, { text: 'box-full' });
      box.reboots({ shut: [1] });
      box.tag('slot-1');
      assert.deepEqual(box.pulsed(), []);
      box.command({ verb: 'correct', slot: slotId(1), key: null });
      box.tag('slot-1');
      assert.deepEqual(box.pulsed(), [1], 'until a technician has looked');
    });

    test(`a slot that was emptied and then ${name} is not known to be empty`, () => {
      const box = fresh({ unsensed: 'all', slots: 1 });
      box.types(a);
      box.takesFrom(1);
      touch(box);
      box.after(30);
      box.pulsed();
      box.types(a);
      assert.deepEqual(box.pulsed(), []);
      assert.equal(box.screen.text, 'box-full');
    });
  }

  test('the home of two keys may hold the other one', () => {
    const box = fresh({ unsensed: 'all', slots: 1, keys: { van: 1, car: 1 } });
    box.tag('van');
    assert.deepEqual(box.pulsed(), []);
  });
});

describe('a damaged file, set aside: codes are void until sent again (design, row by row)', () => {
  test('a void code takes nothing: unknown', () => {
    const box = fresh();
    box.types(voided);
    assert.equal(box.heard().at(-1)?.reason, 'unknown');
  });

  test('phone + PIN takes a key that presence sees in', () => {
    const box = fresh();
    box.phones('p', voided);
    box.pin(subject('phone', 'p'), [voided], [voided]);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('phone + PIN takes nothing that no sensor sees', () => {
    const box = fresh({ unsensed: 'all' });
    box.phones('p', voided);
    box.pin(subject('phone', 'p'), [voided], [voided]);
    assert.ok(box.heard().every(entry => entry.for !== 'take'));
  });

  test('a void code brings back a key whose slot is empty, by its home', () => {
    const box = fresh({ empty: [1] });
    box.types(voided);
    box.bringsTo(1);
    const back = box.heard().find(entry => entry.type === 'key-returned');
    assert.equal(back?.key, 'slot-1');
    assert.equal(back?.reason, undefined, 'nobody knows that it was somebody else');
  });

  test('a tag brings it back too', () => {
    const box = fresh({ empty: [1] });
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a void code does not bring back what another is known to have', () => {
    const box = fresh();
    box.types(booking('b', 1));
    box.takesFrom(1);
    box.pulsed();
    box.types(voided);
    assert.deepEqual(box.pulsed(), []);
    assert.equal(box.heard().at(-1)?.reason, 'unknown');
  });

  test('put in by a void code and taken out again before the door was shut: it still brings it back', () => {
    const box = fresh({ empty: [1] });
    box.types(voided);
    box.after(0.4);
    box.opensDoor(1);
    box.keySeen(1);
    box.keyGone(1);
    box.shutsDoor(1);
    box.after(60);
    box.pulsed();
    box.types(voided);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a void code does not take the place of the driver who stands at the open door', () => {
    const box = fresh({ unsensed: 'all' });
    box.types(booking('b', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.pulsed();
    box.types(voided);
    assert.deepEqual(box.pulsed(), []);
    box.shutsDoor(1);
    assert.equal(box.heard().find(entry => entry.type === 'key-taken')?.booking, 'b');
  });
});
