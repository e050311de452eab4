import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { at, booking } from './bench-site.ts';

describe('6. life of a code', () => {
  test('door not opened in 20 s: not-opened; the same code may be presented again, 3 pulses in all, then jammed', () => {
    const box = new BenchBox();
    for (let round = 1; round <= 3; round += 1) {
      box.types(booking('a', 1));
      box.after(19.9);
      assert.deepEqual(box.told(), ['granted', 'pulsed']);
      box.after(0.5);
      assert.deepEqual(box.told(), round < 3 ? ['not-opened'] : ['not-opened', 'jammed']);
    }
    assert.equal(box.pulsed().length, 3);
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'slot-faulted');
    assert.equal(box.pulsed().length, 0);
    box.after(600);
    box.types(booking('b', 1));
    assert.equal(box.heard().at(-1)?.reason, 'slot-faulted');
  });

  test('presented again within the 20 s: three pulses in all, then jammed as well', () => {
    const box = new BenchBox();
    for (let round = 1; round <= 3; round += 1) {
      box.types(booking('a', 1));
      box.after(2);
    }
    assert.equal(box.pulsed().length, 3);
    box.types(booking('a', 1));
    assert.equal(box.pulsed().length, 0);
    box.after(30);
    assert.equal(box.heard().at(-1)?.type, 'jammed');
  });

  test('a lock that opens at the third pulse is not jammed, and the next driver has three again', () => {
    const box = new BenchBox();
    for (let round = 1; round <= 2; round += 1) {
      box.types(booking('a', 1));
      box.after(30);
    }
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.types(booking('a', 1));
    box.bringsTo(1);
    assert.ok(!box.told().includes('jammed'));
    for (let round = 1; round <= 3; round += 1) {
      box.types(booking('b', 1));
      box.after(30);
    }
    assert.equal(box.pulsed().length, 7);
  });

  test('misses of several drivers add up to a jam: it is the lock that sticks', () => {
    const box = new BenchBox();
    for (const name of ['a', 'b', 'c']) {
      box.types(booking(name, 1));
      box.after(30);
    }
    assert.equal(box.told().at(-1), 'jammed');
  });

  test('a slot restored by the technician opens for the same code again', () => {
    const box = new BenchBox();
    for (let round = 1; round <= 3; round += 1) {
      box.types(booking('a', 1));
      box.after(30);
    }
    box.command({ verb: 'restore-slot', slot: box.slot(1).id });
    box.heard();
    box.pulsed();
    box.types(booking('a', 1));
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a jammed slot whose door a technician gets open is restored', () => {
    const box = new BenchBox();
    for (let round = 1; round <= 3; round += 1) {
      box.types(booking('a', 1));
      box.after(30);
    }
    box.command({ verb: 'open', slot: box.slot(1).id });
    box.after(0.4);
    box.heard();
    box.opensDoor(1);
    box.shutsDoor(1);
    assert.deepEqual(box.told(), ['door-opened', 'slot-restored', 'door-closed']);
    box.types(booking('a', 1));
    box.takesFrom(1);
    assert.ok(box.told().includes('key-taken'));
  });

  test('opened and shut with the key still seen: not-taken, fresh again, 5 openings at most', () => {
    const box = new BenchBox();
    for (let round = 1; round <= 5; round += 1) {
      box.types(booking('a', 1));
      box.after(0.4);
      box.opensDoor(1);
      box.shutsDoor(1);
      assert.deepEqual(box.told(), ['granted', 'pulsed', 'door-opened', 'not-taken', 'door-closed']);
      assert.deepEqual(box.screen, { text: 'not-taken', slot: 1, isSpent: round === 5 });
    }
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('pulses that came to nothing are forgotten once the door has opened', () => {
    const box = new BenchBox();
    for (let round = 0; round < 2; round += 1) {
      box.types(booking('a', 1));
      box.after(30);
    }
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    for (let round = 0; round < 2; round += 1) {
      box.types(booking('a', 1));
      box.after(30);
    }
    assert.ok(!box.told().includes('jammed'));
  });

  test('out: the same code opens for the return, with no end in time; then it is used for ever', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.after(3_600 * 24 * 40);
    box.heard();
    box.types({ ...booking('a', 1), cancelled: true });
    box.bringsTo(1);
    assert.deepEqual(box.told(), ['granted', 'pulsed', 'door-opened', 'key-returned', 'door-closed']);
    const later = booking('a', 1, { end: null });
    for (let n = 0; n < 2; n += 1) {
      box.types(later);
      assert.equal(box.heard().at(-1)?.reason, 'used');
    }
  });

  test('reuse: after the return it takes again, until its end', () => {
    const box = new BenchBox();
    const often = booking('a', 1, { reuse: true });
    for (let round = 0; round < 7; round += 1) {
      box.types(often);
      assert.equal(box.heard()[0]?.for, 'take');
      box.takesFrom(1);
      box.types(often);
      box.bringsTo(1);
      box.heard();
    }
    box.after(8 * 3_600);
    box.types(often);
    assert.equal(box.heard().at(-1)?.reason, 'too-late');
  });

  test('phone takes again inside the window after a return, the code of the same booking does not', () => {
    const box = new BenchBox();
    const alone = booking('a', 1, { needsPin: false });
    box.types(alone);
    box.takesFrom(1);
    box.phones('p', alone);
    box.bringsTo(1);
    box.heard();
    box.types(alone);
    assert.equal(box.heard().at(-1)?.reason, 'used');
    box.phones('p', alone);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('a code used in its slot, typed while the door is still open, burns nothing and pulses nothing', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.pulsed();
    box.heard();
    box.types(booking('a', 1));
    assert.deepEqual(box.told(), []);
    assert.deepEqual(box.pulsed(), []);
    assert.deepEqual(box.screen, { text: 'take', slot: 1, key: 'slot-1' });
  });

  test('between two removals of a key there is always a return: no second booking takes what is out', () => {
    for (const unsensed of [[], 'all'] as const) {
      const box = new BenchBox({ unsensed });
      box.types(booking('a', 1));
      box.takesFrom(1);
      box.types(booking('b', 1));
      assert.equal(box.heard().at(-1)?.reason, 'key-absent');
      box.reboots();
      box.types(booking('b', 1));
      assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    }
  });

  test('grants that nobody used do not pile up', () => {
    const box = new BenchBox();
    for (let day = 0; day < 40; day += 1) {
      box.types(booking(`n${day}`, 1, { end: at(1_000) }));
      box.after(0.4);
      box.opensDoor(1);
      box.after(70);
      box.types(booking(`m${day}`, 1, { end: at(1_000) }));
      box.shutsDoor(1);
      box.after(3_600);
    }
    assert.deepEqual(box.state.uses, []);
    box.reboots();
    assert.ok(box.state.uses.length <= 3);
  });
});
