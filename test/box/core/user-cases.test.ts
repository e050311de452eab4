import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking } from './bench-site.ts';

/** What fleet people meet, as stories at the box. */
describe('user cases', () => {
  test('late return, the next driver waits: told that the key is not back; served once it is', () => {
    const box = new BenchBox();
    const late = booking('late', 1, { end: at(1) });
    const next = booking('next', 1, { start: at(1) });
    box.types(late);
    box.takesFrom(1);
    box.after(3_700);
    box.types(next);
    assert.deepEqual(box.screen, { text: 'not-back', key: 'slot-1' });
    box.types(late);
    box.bringsTo(1);
    box.pulsed();
    box.types(next);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('back-to-back: the next driver may take while the door of the return still stands open', () => {
    const box = new BenchBox();
    const a = booking('a', 1);
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.keySeen(1);
    box.heard();
    box.types(booking('b', 1));
    box.after(0.4);
    box.keyGone(1);
    box.shutsDoor(1);
    const taken = box.heard().find(entry => entry.type === 'key-taken');
    assert.equal(taken?.booking, 'b');
    assert.equal(box.uses.get(a.booking)?.life, 'used');
  });

  test('the old code returns, and never takes again', () => {
    const box = new BenchBox();
    const old = booking('old', 1, { end: at(1) });
    box.types(old);
    box.takesFrom(1);
    box.after(7_200);
    box.types(old);
    box.bringsTo(1);
    box.pulsed();
    box.types({ ...old, end: null });
    assert.deepEqual(box.pulsed(), []);
  });

  test('early pick-up: within the lead, if the key is there and nobody has it booked now', () => {
    const box = new BenchBox();
    const soon = booking('soon', 1, { start: at(0.2) });
    box.types({ ...soon, conflicting: true });
    assert.deepEqual(box.screen, { text: 'too-early', from: at(0.2) });
    box.types(soon);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('forgot something in the car: a booking that may be used again opens again, logged as a take', () => {
    const box = new BenchBox();
    const often = booking('often', 1, { reuse: true });
    for (let n = 0; n < 2; n += 1) {
      box.types(often);
      box.takesFrom(1);
      box.types(often);
      box.bringsTo(1);
    }
    assert.equal(box.told().filter(type => type === 'key-taken').length, 2);
  });

  test('tag torn off: the code returns without it', () => {
    const box = new BenchBox({ unsensed: 'all' });
    const a = booking('a', 1);
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.bringsTo(1);
    assert.equal(box.key('slot-1').place.at, 'slot');
  });

  test('code and tag lost: the technician opens, puts it in and says so', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.command({ verb: 'open', slot: slotId(1) });
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    box.command({ verb: 'correct', slot: slotId(1), key: keyName('slot-1') });
    box.heard();
    box.types(booking('b', 1));
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('vehicle unsafe: its slot in maintenance gives no key, and takes it back no more than it must', () => {
    const box = new BenchBox({ empty: [3] });
    const a = booking('a', 1);
    box.types(a);
    box.takesFrom(1);
    box.command({ verb: 'maintenance', slot: slotId(1), on: true });
    box.pulsed();
    box.types(a);
    assert.deepEqual(box.pulsed(), [3]);
  });

  test('two bookings, one vehicle: who comes first has it', () => {
    const box = new BenchBox();
    box.types(booking('a', 1, { conflicting: true }));
    box.types(booking('b', 1, { conflicting: true }));
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    box.takesFrom(1);
    assert.equal(box.heard().find(entry => entry.type === 'key-taken')?.booking, 'a');
  });

  test('two drivers at the pad at once: each their own door, one lock after the other', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.types(booking('b', 2));
    box.after(1);
    box.opensDoor(2);
    box.opensDoor(1);
    box.keyGone(1);
    box.keyGone(2);
    box.shutsDoor(2);
    box.shutsDoor(1);
    const who = box.heard().filter(entry => entry.type === 'key-taken');
    assert.deepEqual(
      who.map(entry => [entry.key, entry.booking]),
      [
        ['slot-1', 'a'],
        ['slot-2', 'b'],
      ],
    );
  });

  test('a power cut: emergency open-all, every slot logged', () => {
    const box = new BenchBox();
    box.feed({ type: 'alarm-changed', line: 'power-low', active: true });
    box.command({ verb: 'open-all' });
    box.after(2);
    const granted = box.heard().filter(entry => entry.type === 'granted');
    assert.deepEqual(
      granted.map(entry => [entry.slot, entry.who]),
      [
        [1, 'ada'],
        [2, 'ada'],
        [3, 'ada'],
      ],
    );
  });

  test('a driver who comes back while open-all is under way is let in', () => {
    const box = new BenchBox();
    const a = booking('a', 1);
    box.types(a);
    box.takesFrom(1);
    box.command({ verb: 'open-all' });
    box.types(a);
    box.after(3);
    assert.ok(box.heard().some(entry => entry.for === 'return' && entry.booking === 'a'));
    box.bringsTo(1);
    const types = box.told();
    assert.ok(types.includes('key-returned') && !types.includes('door-forced'));
  });

  test('the door of a return left open for good does not block the slot for ever', () => {
    const box = new BenchBox();
    const a = booking('a', 1);
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.after(300);
    box.pulsed();
    box.tag('slot-1');
    box.after(1);
    box.keySeen(1);
    assert.ok(box.told().includes('key-returned'));
  });
});
