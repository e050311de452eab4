import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);
const b = booking('b', 1);
const sensors = [[], 'all'] as const;

/** The power goes right after the grant: the lock may have moved or not. */
function granted(more: ConstructorParameters<typeof BenchBox>[0] = {}): BenchBox {
  const box = new BenchBox(more);
  box.lock = 'mute';
  box.types(a);
  box.lock = 'works';
  box.heard();
  return box;
}

test('4. a run that begins with a new database says so as trouble of the storage, and goes on', () => {
  const box = new BenchBox();
  box.heard();
  box.feed({ type: 'booted', reason: 'database lost (garbage)', lost: true, levels: [] });
  assert.deepEqual(box.told(), ['booted', 'storage-degraded', 'storage-good']);
  box.types(a);
  assert.deepEqual(box.pulsed(), [1]);
});

describe('7. after a restart', () => {
  for (const unsensed of sensors) {
    test(`no pulse is resumed, and booted gives the reason (${unsensed})`, () => {
      const box = granted({ unsensed });
      box.pulsed();
      box.reboots();
      box.after(300);
      assert.deepEqual(box.pulsed(), []);
      assert.deepEqual(box.heard()[0], { type: 'booted', reason: 'power' });
      assert.equal(box.state.powered, null);
    });

    test(`unconfirmed: the same code may be presented again, one of its three tries is used (${unsensed})`, () => {
      const box = granted({ unsensed });
      box.reboots();
      box.pulsed();
      for (let n = 0; n < 2; n += 1) {
        box.types(a);
        box.after(25);
      }
      assert.deepEqual(box.pulsed(), [1, 1]);
      box.types(a);
      assert.deepEqual(box.pulsed(), []);
      assert.equal(box.heard().at(-1)?.reason, 'slot-faulted');
      assert.equal(box.slot(1).jammed, true);
    });

    test(`other credentials for that key wait until it is settled, one minute at most (${unsensed})`, () => {
      const box = granted({ unsensed });
      box.reboots();
      box.after(59);
      box.pulsed();
      box.types(b);
      assert.deepEqual(box.pulsed(), []);
      box.after(1.1);
      box.types(b);
      assert.deepEqual(box.pulsed(), [1]);
    });
  }

  test('presence absent: the key counts as taken, proof boot', () => {
    const box = granted();
    box.reboots({ gone: [1] });
    const taken = box.heard().find(entry => entry.type === 'key-taken');
    assert.equal(taken?.proof, 'boot');
    assert.equal(taken?.booking, 'a');
    box.types(b);
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'return');
  });

  test('a door found open is door-opened {proof: boot}, not door-forced', () => {
    const box = new BenchBox();
    box.reboots({ open: [2] });
    const heard = box.heard();
    assert.deepEqual(heard[1], { type: 'door-opened', slot: 2, proof: 'boot' });
    assert.ok(!heard.some(entry => entry.type === 'door-forced'));
    box.shutsDoor(2);
    assert.deepEqual(box.told(), ['door-closed']);
  });

  test('the door of a grant that opens only after the boot is its door', () => {
    const box = granted();
    box.reboots();
    box.heard();
    box.takesFrom(1);
    assert.deepEqual(box.told(), ['door-opened', 'key-taken', 'door-closed']);
  });

  test('and so is that of a return: a driver who pulls the door that the lock let go is no burglar', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.lock = 'mute';
    box.types(a);
    box.reboots();
    box.heard();
    box.opensDoor(1);
    assert.deepEqual(box.told(), ['door-opened']);
  });

  for (const unsensed of sensors) {
    test(`power lost at the open door, found open with the key gone: taken once, not forced (${unsensed})`, () => {
      const box = new BenchBox({ unsensed });
      box.types(a);
      box.after(0.4);
      box.opensDoor(1);
      box.reboots(unsensed === 'all' ? {} : { gone: [1] });
      box.shutsDoor(1);
      const types = box.told();
      assert.equal(types.filter(type => type === 'key-taken').length, 1);
      assert.equal(types.filter(type => type === 'door-opened').length, 1);
      box.types(a);
      assert.equal(box.heard()[0]?.for, 'return');
    });

    test(`power lost at the open door, shut meanwhile with the key gone: taken, proof boot (${unsensed})`, () => {
      const box = new BenchBox({ unsensed });
      box.types(a);
      box.after(0.4);
      box.opensDoor(1);
      box.heard();
      box.reboots(unsensed === 'all' ? { shut: [1] } : { shut: [1], gone: [1] });
      assert.deepEqual(box.told(), ['booted', 'key-taken', 'door-closed']);
      box.types(a);
      assert.equal(box.heard()[0]?.for, 'return');
    });
  }

  test('shut meanwhile with the key still seen: not-taken, the code is fresh', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.heard();
    box.reboots({ shut: [1] });
    assert.deepEqual(box.told(), ['booted', 'not-taken', 'door-closed']);
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('a return whose key was put in while the power was away is a return', () => {
    for (const before of ['granted', 'open'] as const) {
      const box = new BenchBox();
      box.types(a);
      box.takesFrom(1);
      box.types(a);
      box.after(0.4);
      if (before === 'open') box.opensDoor(1);
      box.heard();
      box.reboots({ shut: [1], seen: [1] });
      const back = box.heard().find(entry => entry.type === 'key-returned');
      assert.equal(back?.proof, 'boot', before);
      box.types(a);
      assert.equal(box.heard().at(-1)?.reason, 'used');
    }
  });

  test('a return granted and not made: still out, the same code returns', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.reboots();
    box.heard();
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'return');
  });

  test('a key handed over and put in while the power was away is b’s return undone', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.types(b);
    box.reboots({ shut: [1], seen: [1] });
    box.heard();
    box.types(b);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('a key gone in the dark is missing, and said', () => {
    const box = new BenchBox();
    box.reboots({ gone: [3] });
    assert.deepEqual(box.heard()[1], { type: 'custody-mismatch', slot: 3, key: 'slot-3', reason: 'gone' });
    box.types(booking('c', 3));
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
  });

  test('missing and found at home again by the next boot', () => {
    const box = new BenchBox();
    box.reboots({ gone: [3] });
    box.reboots({ seen: [3] });
    assert.equal(box.key('slot-3').place.at, 'slot');
  });

  test('custody, jams and used codes survive', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.types(booking('c', 2));
    box.takesFrom(2);
    box.types(booking('c', 2));
    box.bringsTo(2);
    const keys = box.state.keys;
    box.reboots();
    assert.deepEqual(box.state.keys, keys);
    box.types(booking('c', 2));
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('a second restart at once changes nothing more', () => {
    const box = granted();
    box.reboots();
    box.heard();
    const { keys } = box.state;
    box.reboots();
    assert.deepEqual(box.told(), ['booted']);
    assert.deepEqual(box.state.keys, keys);
  });

  test('an ordinary restart says booted and nothing else', () => {
    for (const unsensed of sensors) {
      const box = new BenchBox({ unsensed });
      box.reboots();
      assert.deepEqual(box.told(), ['booted']);
    }
  });
});
