import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);
const b = booking('b', 2);

/** a and b have their keys; a's return is granted at slot 1, b's door stands open. */
function twoAtTheBox(): BenchBox {
  const box = new BenchBox({ slots: 3 });
  for (const [candidate, slot] of [
    [a, 1],
    [b, 2],
  ] as const) {
    box.types(candidate);
    box.takesFrom(slot);
  }
  box.command({ verb: 'open', slot: box.slot(2).id });
  box.after(0.4);
  box.opensDoor(2);
  box.types(a);
  box.after(0.4);
  box.heard();
  return box;
}

describe('10. wrong slot', () => {
  test('another door is open and its presence changes: the display names the right slot for 20 s', () => {
    const box = twoAtTheBox();
    box.keySeen(2);
    assert.deepEqual(box.screen, { text: 'wrong-slot', right: 1 });
    assert.deepEqual(box.told(), []);
    box.after(19);
    assert.deepEqual(box.screen.text, 'wrong-slot');
  });

  test('closing the wrong door is insisting: accepted, recorded where it really is', () => {
    const box = twoAtTheBox();
    box.keySeen(2);
    box.shutsDoor(2);
    const back = box.heard().find(entry => entry.type === 'key-returned');
    assert.deepEqual(back, {
      type: 'key-returned',
      slot: 2,
      key: 'slot-1',
      booking: 'a',
      who: 'driver-a',
      by: 'code',
      proof: 'sensor',
    });
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 2, proof: 'sensor' });
    box.after(60);
    box.pulsed();
    box.types(booking('c', 1));
    assert.deepEqual(box.pulsed(), [2], 'the key opens where it is');
  });

  test('taken out again and put in the right one: returned there', () => {
    const box = twoAtTheBox();
    box.keySeen(2);
    box.keyGone(2);
    box.opensDoor(1);
    box.keySeen(1);
    box.shutsDoor(1);
    box.shutsDoor(2);
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 1, proof: 'sensor' });
    assert.equal(box.key('slot-2').place.at, 'out');
  });

  test('the owner of the wrong slot finds another: the lowest empty one', () => {
    const box = twoAtTheBox();
    box.keySeen(2);
    box.shutsDoor(2);
    box.after(60);
    box.pulsed();
    box.types(b);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('each in its own slot at the same time: nobody is pointed anywhere', () => {
    const box = new BenchBox();
    for (const [candidate, slot] of [
      [a, 1],
      [b, 2],
    ] as const) {
      box.types(candidate);
      box.takesFrom(slot);
    }
    box.types(a);
    box.types(b);
    box.after(1);
    box.opensDoor(1);
    box.opensDoor(2);
    box.keySeen(2);
    assert.equal(box.screen.text, 'returned');
    box.keySeen(1);
    box.shutsDoor(2);
    box.shutsDoor(1);
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 1, proof: 'sensor' });
    assert.deepEqual(box.key('slot-2').place, { at: 'slot', slot: 2, proof: 'sensor' });
  });

  test('two keys in hand: the second take of the same phone is its own visit', () => {
    const box = new BenchBox();
    const one = booking('one', 1, { needsPin: false });
    const two = booking('two', 2, { needsPin: false });
    box.phones('p', one, two);
    box.chooses(1);
    box.takesFrom(1);
    box.phones('p', one, two);
    assert.deepEqual(box.screen, {
      text: 'choose',
      again: false,
      options: [
        { number: 1, for: 'return', key: 'slot-1' },
        { number: 2, for: 'take', key: 'slot-2' },
      ],
    });
    box.chooses(2);
    box.takesFrom(2);
    assert.deepEqual(
      box.state.uses.map(use => use.life),
      ['out', 'out'],
    );
  });
});
