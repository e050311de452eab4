import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, slotId } from '../../../src/base/brand.ts';
import { restore } from '../../../src/box/core/durable.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

function keysAre(box: BenchBox, homes: Readonly<Record<string, number>>): void {
  const keys = Object.entries(homes).map(([name, home]) => ({
    name: keyName(name),
    home: slotId(home),
    tagged: true,
  }));
  box.feed({ type: 'keys-changed', keys, who: 'ada' });
}

const all = { 'slot-1': 1, 'slot-2': 2, 'slot-3': 3 };

describe('12. the set of keys changes', () => {
  test('the same set changes nothing', () => {
    const box = new BenchBox();
    const { keys } = box.state;
    keysAre(box, all);
    assert.deepEqual(box.state.keys, keys);
    assert.deepEqual(box.told(), []);
  });

  test('another tag for a known key is told, with who and why', () => {
    const box = new BenchBox();
    const keys = box.state.keys.map(({ name, home }) => ({ name, home, tagged: true }));
    box.feed({ type: 'keys-changed', keys, retagged: true, who: 'ada', why: 'the old one broke' });
    const told = box.heard();
    assert.equal(told.length, 1);
    assert.partialDeepStrictEqual(told[0], { what: 'keys-changed', who: 'ada', reason: 'the old one broke' });
  });

  test('a known name keeps its custody, whatever its new home', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    const { place } = box.key('slot-1');
    keysAre(box, { ...all, 'slot-1': 3 });
    assert.deepEqual(box.key('slot-1').place, place);
    assert.equal(box.key('slot-1').home, 3);
    box.pulsed();
    box.types(booking('a', 1));
    assert.deepEqual(box.pulsed(), [1], 'its new home holds another key');
  });

  test('a key that takes over a slot’s default key takes over its custody', () => {
    const box = new BenchBox();
    keysAre(box, { van: 1, 'slot-2': 2, 'slot-3': 3 });
    assert.deepEqual(box.key('van').place, { at: 'slot', slot: 1, proof: 'boot' });
    box.types(booking('a', 1, { key: keyName('van') }));
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('two keys cannot both take over one: the first does', () => {
    const box = new BenchBox();
    keysAre(box, { van: 1, bike: 1, 'slot-2': 2, 'slot-3': 3 });
    assert.equal(box.key('van').place.at, 'slot');
    assert.equal(box.key('bike').place.at, 'never-stocked');
  });

  test('taken over while it is out: the driver brings it back, and reminders name it', () => {
    const box = new BenchBox();
    const a = booking('a', 1);
    box.types(a);
    box.takesFrom(1);
    keysAre(box, { van: 1, 'slot-2': 2, 'slot-3': 3 });
    box.heard();
    box.after(8 * 3_600);
    assert.deepEqual(
      box.heard().map(entry => [entry.type, entry.key]),
      [
        ['due-soon', 'van'],
        ['overdue', 'van'],
      ],
    );
    box.types({ ...a, key: keyName('van') });
    assert.equal(box.heard()[0]?.for, 'return');
  });

  test('taken over while its door is open: it is the new key that leaves', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    keysAre(box, { van: 1, 'slot-2': 2, 'slot-3': 3 });
    box.keyGone(1);
    box.shutsDoor(1);
    const taken = box.heard().find(entry => entry.type === 'key-taken');
    assert.equal(taken?.key, 'van');
    assert.equal(box.key('van').place.at, 'out');
  });

  test('a key that is out and of no set any more stays known until it is back', () => {
    const box = new BenchBox({ keys: { van: 1, car: 1, bus: 2 }, slots: 2 });
    box.command({ verb: 'correct', slot: slotId(1), key: keyName('van') });
    box.types(booking('a', 1, { key: keyName('van') }));
    box.takesFrom(1);
    keysAre(box, { bus: 2 });
    box.heard();
    box.types(booking('a', 1, { key: keyName('van') }));
    assert.equal(box.heard()[0]?.for, 'return');
    box.bringsTo(1);
    keysAre(box, { bus: 2 });
    assert.deepEqual(
      box.state.keys.map(key => key.name),
      ['bus'],
    );
  });

  test('a new key whose home is sensed full is in it', () => {
    const box = new BenchBox({ keys: { bus: 2 }, slots: 2 });
    keysAre(box, { bus: 2, van: 1 });
    assert.deepEqual(box.key('van').place, { at: 'slot', slot: 1, proof: 'sensor' });
    keysAre(box, { bus: 2, van: 1, car: 1 });
    assert.equal(box.key('car').place.at, 'never-stocked', 'one slot, one key');
  });
});

describe('a slot that the configuration has no more', () => {
  for (const unsensed of [[], 'all'] as const) {
    test(`its key is not in the box, and asking for it is a denial, not a crash (${unsensed})`, () => {
      const big = new BenchBox({ unsensed });
      const small = new BenchBox({ unsensed, slots: 2, keys: all });
      const parts = [...big.parts].map(([name, body]) => ({ name, body }));
      small.state = restore(small.site, { parts, openUses: [], floor: null });
      assert.equal(small.key('slot-3').place.at, 'never-stocked');
      small.heard();
      small.types(booking('c', 3));
      assert.equal(small.heard().at(-1)?.reason, 'key-absent');
      small.tag('slot-3');
      assert.ok(!small.told().includes('denied'));
    });
  }
});
