import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const van = keyName('van');
const spare = { keys: { van: 1, car: 2, bus: 3 } };

describe('12. first stocking and moves', () => {
  test('a key is never-stocked until first seen', () => {
    const box = new BenchBox({ empty: [1] });
    assert.equal(box.key('slot-1').place.at, 'never-stocked');
    assert.equal(box.key('slot-2').place.at, 'slot');
  });

  for (const lag of [false, true]) {
    test(`learn opens an empty slot, reads the tag, waits for the door, records${lag ? ' (late sensor)' : ''}`, () => {
      const box = new BenchBox({ ...spare, empty: [1] });
      assert.deepEqual(box.command({ verb: 'learn', key: van, slot: null }), { done: true, slot: 1 });
      assert.deepEqual(box.screen, { text: 'learn-tag', key: 'van', slot: 1 });
      box.after(0.4);
      box.opensDoor(1);
      box.tag(null, 'new tag');
      assert.deepEqual(box.tags, [{ type: 'bind-tag', key: 'van', fingerprint: 'new tag' }]);
      if (!lag) box.keySeen(1);
      box.shutsDoor(1);
      if (lag) box.keySeen(1);
      assert.deepEqual(box.key('van').place, { at: 'slot', slot: 1, proof: 'tag' });
      assert.ok(!box.told().includes('sensor-suspect'));
      assert.equal(box.state.attempts.wrongs, 0, 'a new tag is no guess');
    });
  }

  test('without a sensor the closing of the door records it', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.command({ verb: 'learn', key: keyName('slot-1'), slot: slotId(1) });
    box.after(0.4);
    box.opensDoor(1);
    box.tag(null, 'new tag');
    box.shutsDoor(1);
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 1, proof: 'tag' });
  });

  test('a key that lies in its slot unknown is recorded as well', () => {
    const box = new BenchBox({ keys: { van: 1, car: 1 }, slots: 1 });
    assert.equal(box.key('van').place.at, 'never-stocked');
    box.command({ verb: 'learn', key: van, slot: slotId(1) });
    box.after(0.4);
    box.opensDoor(1);
    box.tag(null, 'new tag');
    box.shutsDoor(1);
    assert.equal(box.key('van').place.at, 'slot');
  });

  test('nothing put in: nothing recorded', () => {
    const box = new BenchBox({ ...spare, empty: [1] });
    box.command({ verb: 'learn', key: van, slot: null });
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    assert.equal(box.key('van').place.at, 'never-stocked');
    assert.ok(!box.told().includes('key-returned'));
  });

  test('the tag of another key meanwhile is that key, and is not bound to this one', () => {
    const box = new BenchBox({ ...spare, empty: [1] });
    box.command({ verb: 'learn', key: van, slot: null });
    box.tag('car');
    assert.deepEqual(box.tags, []);
    assert.ok(box.told().includes('custody-mismatch'));
  });

  test("a driver's badge meanwhile is a badge", () => {
    const box = new BenchBox({ ...spare, empty: [1] });
    box.command({ verb: 'learn', key: van, slot: null });
    box.badge('badge', booking('a', 2));
    assert.deepEqual(box.tags, []);
    assert.equal(box.screen.text, 'pin');
  });

  test('a tag after the door is shut again is bound to nothing', () => {
    const box = new BenchBox({ ...spare, empty: [1] });
    box.command({ verb: 'learn', key: van, slot: null });
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    box.tag(null, 'stranger');
    assert.deepEqual(box.tags, []);
  });

  test('cut off by a restart, a tag is bound only once the door has opened', () => {
    const box = new BenchBox({ ...spare, empty: [1] });
    box.command({ verb: 'learn', key: van, slot: null });
    box.reboots();
    box.tag(null, 'stranger');
    assert.deepEqual(box.tags, []);
    box.opensDoor(1);
    box.tag(null, 'new tag');
    assert.equal(box.tags.length, 1);
  });

  test('moved to another slot and taken by a driver meanwhile: its tag brings it back', () => {
    const box = new BenchBox({ ...spare, empty: [1] });
    box.command({ verb: 'learn', key: keyName('car'), slot: slotId(1) });
    box.types(booking('a', 2, { key: keyName('car') }));
    box.takesFrom(2);
    box.heard();
    box.tag('car');
    assert.deepEqual(box.tags, []);
    assert.ok(box.heard().some(entry => entry.for === 'return'));
  });

  const refused: readonly [string, string, (box: BenchBox) => void, string | null, number | null][] = [
    ['an unknown key', 'no-such-key', () => {}, 'bike', null],
    ['an unknown slot', 'no-such-slot', () => {}, 'van', 9],
    ['a slot with another key', 'slot-taken', () => {}, 'van', 2],
    ['no slot known to be empty', 'box-full', box => box.keySeen(1), 'van', null],
    [
      'a slot in use',
      'slot-busy',
      box => void box.command({ verb: 'learn', key: van, slot: null }),
      'van',
      1,
    ],
    [
      'a key that is out',
      'key-out',
      box => {
        box.types(booking('a', 2, { key: keyName('car') }));
        box.takesFrom(2);
      },
      'car',
      null,
    ],
  ];
  for (const [name, code, prepare, key, slot] of refused) {
    test(`${name} is refused: ${code}, nothing opens`, () => {
      const box = new BenchBox({ ...spare, empty: [1] });
      prepare(box);
      box.after(0.4);
      box.heard();
      box.pulsed();
      const wanted = slot === null ? null : slotId(slot);
      const answer = box.command({ verb: 'learn', key: keyName(key ?? ''), slot: wanted });
      assert.ok(!answer.done && answer.code === code, JSON.stringify(answer));
      assert.deepEqual(box.told(), []);
      assert.deepEqual(box.pulsed(), []);
    });
  }
});
