import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

describe('4–5. burn, then open; four facts, never merged', () => {
  test('grant, event and the new state of the code are one commit with the pulse after them', () => {
    const box = new BenchBox();
    const lookup = { code: box.known([booking('a', 1)]), phone: null };
    box.feed({ type: 'looked-up', scope: 'all', lookup, pin: null });
    const order = box.effects.map(effect => effect.type);
    assert.ok(order.indexOf('journal') < order.indexOf('pulse-lock'));
    assert.ok(order.indexOf('write-use') < order.indexOf('pulse-lock'));
    assert.equal(box.uses.get(booking('a', 1).booking)?.life, 'granted');
  });

  test('a take reads: granted, pulsed, door-opened, key-taken, door-closed', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    const take = { slot: 1, key: 'slot-1', booking: 'a' };
    const whose = { ...take, who: 'driver-a', by: 'code' };
    assert.deepEqual(box.heard(), [
      { type: 'granted', for: 'take', ...whose },
      { type: 'pulsed', ms: 300, ...take },
      { type: 'door-opened', ...whose },
      { type: 'key-taken', proof: 'sensor', ...whose },
      { type: 'door-closed', ...whose },
    ]);
  });

  test('without presence key-taken follows door-closed, presumed', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(booking('a', 1));
    box.takesFrom(1);
    const heard = box.heard();
    assert.deepEqual(
      heard.map(entry => entry.type),
      ['granted', 'pulsed', 'door-opened', 'door-closed', 'key-taken'],
    );
    assert.equal(heard.at(-1)?.proof, 'presumed');
  });

  test('the key taken and the door left open: key-taken first, then door-held, then door-closed', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.keyGone(1);
    box.after(120);
    box.shutsDoor(1);
    assert.deepEqual(box.told(), [
      'granted',
      'pulsed',
      'door-opened',
      'key-taken',
      'door-held',
      'door-closed',
      'door-shut',
    ]);
  });

  test('a presence sensor that speaks within a second after the door: taken, and not sensor-suspect', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    box.keyGone(1);
    assert.deepEqual(box.told(), [
      'granted',
      'pulsed',
      'door-opened',
      'not-taken',
      'door-closed',
      'key-taken',
    ]);
    assert.equal(box.uses.get(booking('a', 1).booking)?.openings, 0);
    box.after(5);
    box.types(booking('a', 1));
    assert.equal(box.heard()[0]?.for, 'return');
  });

  test('taken and put back before the door is shut: taken and returned', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.keyGone(1);
    box.keySeen(1);
    box.shutsDoor(1);
    assert.deepEqual(box.told().slice(3), ['key-taken', 'key-returned', 'door-closed']);
    assert.equal(box.key('slot-1').place.at, 'slot');
  });

  test('put back, and the sensor speaks just after the door: the same', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.keyGone(1);
    box.shutsDoor(1);
    box.keySeen(1);
    assert.deepEqual(box.told().slice(3), ['key-taken', 'door-closed', 'key-returned']);
    assert.equal(box.slot(1).doorSuspect, false);
  });
});
