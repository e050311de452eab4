import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changes, restore } from '../../../src/box/core/durable.ts';
import type { BoxState } from '../../../src/box/core/model.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, subject } from './bench-site.ts';
import { wholeState } from './whole-state.ts';

const a = booking('a', 1);

/** Boxes in all sorts of states. */
const lives: Readonly<Record<string, () => BenchBox>> = {
  'just booted': () => new BenchBox(),
  'a grant under way': () => {
    const box = new BenchBox();
    box.types(a);
    return box;
  },
  'a key out, another returned': () => {
    const box = new BenchBox({ unsensed: [2] });
    for (const [candidate, slot] of [
      [a, 1],
      [booking('b', 2), 2],
    ] as const) {
      box.types(candidate);
      box.takesFrom(slot);
    }
    box.types(booking('b', 2));
    box.bringsTo(2);
    return box;
  },
  'locked out, a phone locked': () => {
    const box = new BenchBox();
    for (let n = 0; n < 5; n += 1) {
      box.phones('p');
      box.pin(subject('phone', 'p'), []);
    }
    return box;
  },
  'in lock-down, a slot in maintenance, a jammed one': () => {
    const box = new BenchBox();
    box.command({ verb: 'lockdown', on: true, until: at(5) });
    box.command({ verb: 'maintenance', slot: box.slot(2).id, on: true });
    for (let n = 0; n < 3; n += 1) {
      box.command({ verb: 'open', slot: box.slot(1).id });
      box.after(30);
    }
    return box;
  },
  'a key missing': () => {
    const box = new BenchBox();
    box.opensDoor(1);
    box.keyGone(1);
    return box;
  },
};

const partsOf = (state: BoxState) =>
  wholeState(state).flatMap(({ name, body }) => (body === null ? [] : [{ name, body }]));

describe('what outlives a boot', () => {
  for (const [name, live] of Object.entries(lives)) {
    test(`${name}: restored twice it is the same`, () => {
      const box = live();
      const { uses: openUses } = box.state;
      const once = restore(box.site, { parts: partsOf(box.state), openUses, floor: box.floor });
      const twice = restore(box.site, { parts: partsOf(once), openUses: once.uses, floor: box.floor });
      assert.deepEqual(twice, once);
      assert.deepEqual(partsOf(once), partsOf(box.state));
    });

    test(`${name}: no change, nothing to write`, () => {
      const box = live();
      assert.deepEqual(changes(box.state, box.state), []);
      assert.deepEqual(changes(box.state, structuredClone(box.state)), []);
    });

    test(`${name}: a replay of the same inputs gives the same state and effects`, () => {
      const one = live();
      const two = live();
      assert.deepEqual(one.state, two.state);
      assert.deepEqual(one.effects, two.effects);
    });
  }

  test('an idle box writes nothing: hours of waking change no part', () => {
    const box = new BenchBox();
    const before = box.state;
    for (let n = 0; n < 100; n += 1) {
      box.after(10);
      box.feed({ type: 'woke' });
    }
    assert.deepEqual(changes(before, box.state), []);
  });

  test('a grant touches its slot and nothing else', () => {
    const box = new BenchBox();
    const before = box.state;
    box.types(a);
    assert.deepEqual(
      changes(before, box.state).map(part => part.name),
      ['slot/1'],
    );
  });

  test('a key that is known no more is removed from the file', () => {
    const box = new BenchBox({ keys: { van: 1, car: 2 } });
    box.feed({ type: 'keys-changed', keys: box.site.keys.slice(0, 1), who: 'ada' });
    assert.ok([...box.parts.keys()].filter(name => name.startsWith('key/')).length === 1);
  });

  test('parts that nobody knows are left alone', () => {
    const box = new BenchBox();
    const parts = [...partsOf(box.state), { name: 'future/thing', body: '{"x":1}' }];
    const state = restore(box.site, { parts, openUses: [], floor: null });
    assert.deepEqual(state, restore(box.site, { parts: partsOf(box.state), openUses: [], floor: null }));
  });

  test('a file full of grants that came to nothing does not come back into the state', () => {
    const box = new BenchBox();
    box.types(a);
    const use = box.state.uses[0];
    assert.ok(use !== undefined);
    const openUses = Array.from({ length: 500 }, (_, n) => ({
      ...use,
      booking: booking(`n${n}`, 1).booking,
    }));
    const state = restore(box.site, { parts: partsOf(box.state), openUses: [...openUses, use], floor: null });
    assert.deepEqual(state.uses, [use]);
  });
});
