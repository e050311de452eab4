import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, slotId } from '../../../src/base/brand.ts';
import type { Command } from '../../../src/box/core/input.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const one = slotId(1);
const by = { by: 'technician', who: 'ada' } as const;

describe('what a technician asks leaves an event with who and why', () => {
  test('open: technician, granted{for: technician}, pulsed, and then the door’s own', () => {
    const box = new BenchBox();
    assert.deepEqual(box.command({ verb: 'open', slot: one }), { done: true, slot: 1 });
    box.after(0.4);
    box.opensDoor(1);
    box.keyGone(1);
    box.keySeen(1);
    box.shutsDoor(1);
    const heard = box.heard();
    assert.deepEqual(heard.slice(0, 2), [
      { type: 'technician', what: 'open', reason: 'test', slot: 1, ...by },
      { type: 'granted', for: 'technician', slot: 1, ...by },
    ]);
    assert.deepEqual(
      heard.map(entry => entry.type),
      ['technician', 'granted', 'pulsed', 'door-opened', 'key-taken', 'key-returned', 'door-closed'],
    );
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 1, proof: 'sensor' });
  });

  test('a key that a technician takes is out with the technician, and its tag brings it back', () => {
    const box = new BenchBox();
    box.command({ verb: 'open', slot: one });
    box.takesFrom(1);
    const { place } = box.key('slot-1');
    assert.ok(place.at === 'out' && place.holder.who === 'ada' && place.holder.booking === null);
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    box.pulsed();
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('9. returned by somebody else than the taker is recorded as that', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.command({ verb: 'open', slot: one });
    box.bringsTo(1);
    assert.deepEqual(
      box.heard().find(entry => entry.type === 'key-returned'),
      {
        type: 'key-returned',
        slot: 1,
        key: 'slot-1',
        booking: 'a',
        proof: 'sensor',
        reason: 'returned-by-other',
        ...by,
      },
    );
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('what a technician has, the driver before cannot bring back', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.types(booking('a', 1));
    box.bringsTo(1);
    box.command({ verb: 'open', slot: one });
    box.takesFrom(1);
    box.heard();
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('a sensor that speaks just after the technician’s door is no suspect', () => {
    const box = new BenchBox();
    box.command({ verb: 'open', slot: one });
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    box.keyGone(1);
    assert.ok(!box.told().includes('sensor-suspect'));
    assert.equal(box.key('slot-1').place.at, 'out');
  });

  const unknown: readonly Command[] = [
    { verb: 'open', slot: slotId(9) },
    { verb: 'maintenance', slot: slotId(9), on: true },
    { verb: 'correct', slot: slotId(9), key: null },
    { verb: 'restore-slot', slot: slotId(9) },
    { verb: 'learn', key: keyName('slot-1'), slot: slotId(9) },
  ];
  for (const command of unknown) {
    test(`${command.verb} of a slot that is not there: refused, nothing happens`, () => {
      const box = new BenchBox();
      const answer = box.command(command);
      assert.ok(!answer.done && answer.code === 'no-such-slot' && answer.hint.includes('1, 2, 3'));
      assert.deepEqual(box.told(), []);
      assert.deepEqual(box.pulsed(), []);
    });
  }

  test('restore-slot and maintenance change one slot only', () => {
    const box = new BenchBox();
    const others = box.state.slots.slice(1);
    box.command({ verb: 'maintenance', slot: one, on: true });
    box.command({ verb: 'maintenance', slot: one, on: false });
    box.command({ verb: 'restore-slot', slot: one });
    assert.deepEqual(box.state.slots.slice(1), others);
    assert.deepEqual(box.told(), ['technician', 'technician', 'technician', 'slot-restored']);
  });
});

describe('audit: the books are put right, no door moves', () => {
  test('a key that is out is in after all: a return by the technician, the code is used', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.heard();
    box.pulsed();
    box.command({ verb: 'correct', slot: one, key: keyName('slot-1') });
    const heard = box.heard();
    assert.deepEqual(
      heard.map(entry => entry.type),
      ['technician', 'key-returned'],
    );
    assert.equal(heard[1]?.by, 'technician');
    assert.deepEqual(box.pulsed(), []);
    assert.deepEqual(box.state.uses, []);
    box.keySeen(1);
    box.heard();
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'used');
  });

  test('a slot said to be empty may take any key', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(booking('a', 1));
    box.takesFrom(1);
    for (let n = 0; n < 3; n += 1) {
      box.command({ verb: 'open', slot: one });
      box.after(30);
    }
    box.command({ verb: 'correct', slot: slotId(2), key: null });
    box.pulsed();
    box.types(booking('a', 1));
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('two keys are never believed in one slot', () => {
    const box = new BenchBox();
    box.command({ verb: 'correct', slot: one, key: keyName('slot-2') });
    assert.equal(box.key('slot-1').place.at, 'missing');
    assert.deepEqual(box.key('slot-2').place, { at: 'slot', slot: 1, proof: 'presumed' });
  });

  test('said of a slot or a key while a driver is at the door: refused until the visit is over', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.heard();
    for (const [slot, key] of [
      [1, null],
      [1, 'slot-2'],
      [2, 'slot-1'],
    ] as const) {
      const named = key === null ? null : keyName(key);
      const answer = box.command({ verb: 'correct', slot: slotId(slot), key: named });
      assert.ok(!answer.done && answer.code === 'slot-busy');
    }
    assert.deepEqual(box.told(), []);
    box.shutsDoor(1);
    assert.ok(box.command({ verb: 'correct', slot: slotId(2), key: keyName('slot-1') }).done);
  });

  test('an unknown key: refused', () => {
    const box = new BenchBox();
    const answer = box.command({ verb: 'correct', slot: one, key: keyName('bike') });
    assert.ok(!answer.done && answer.code === 'no-such-key');
    assert.deepEqual(box.told(), []);
  });
});

describe('notes in the journal', () => {
  test('stopping, a changed configuration and changed bookings are written, and do nothing else', () => {
    const box = new BenchBox();
    const { keys, slots } = box.state;
    box.feed({ type: 'bookings-changed', count: 3, who: 'ada', what: 'import' });
    box.feed({ type: 'config-changed' });
    box.feed({ type: 'stopping', reason: 'SIGTERM' });
    assert.deepEqual(box.heard(), [
      { type: 'bookings-changed', count: 3, who: 'ada', what: 'import' },
      { type: 'config-changed' },
      { type: 'stopped', reason: 'SIGTERM' },
    ]);
    assert.deepEqual(box.state.keys, keys);
    assert.deepEqual(box.state.slots, slots);
  });
});
