/** Doors bounce whatever they were opened for (rules.md 5): by a command from afar, and for a key that is learnt. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';

const one = slotId(1);

/** The door falls shut, swings back for a moment, and rests. */
function bounces(box: BenchBox): void {
  for (const door of ['shut', 'open', 'shut'] as const) {
    box.feed({ type: 'door-changed', slot: one, door });
    box.after(0.2);
  }
  box.after(3);
}

const blames = ['door-forced', 'door-shut', 'custody-mismatch', 'sensor-suspect', 'box-full'];

function faultless(box: BenchBox): void {
  const types = box.told();
  assert.equal(types.filter(type => type === 'door-closed').length, 1, `${types}`);
  for (const bad of blames) assert.ok(!types.some(type => type === bad), `${types}`);
}

describe('5. a door that bounces', () => {
  for (const unsensed of [false, true])
    test(`after an open from afar ${unsensed ? 'without' : 'with'} presence`, () => {
      const box = new BenchBox(unsensed ? { unsensed: 'all' } : {});
      const place = box.key('slot-1').place.at;
      box.feed({
        type: 'command',
        id: 9,
        who: 'mira',
        why: 'called',
        by: 'remote',
        command: { verb: 'open', slot: one },
      });
      box.after(0.4);
      box.opensDoor(1);
      bounces(box);
      faultless(box);
      assert.equal(box.key('slot-1').place.at, place);
    });

  for (const seen of ['before', 'during', 'after'] as const)
    test(`while a key is learnt that is seen ${seen} the bounce`, () => {
      const van = keyName('van');
      const box = new BenchBox({ keys: { van: 1, car: 2, bus: 3 }, empty: [1] });
      box.command({ verb: 'learn', key: van, slot: null });
      box.after(0.4);
      box.opensDoor(1);
      box.tag(null, 'new tag');
      if (seen === 'before') box.keySeen(1);
      box.feed({ type: 'door-changed', slot: one, door: 'shut' });
      box.after(0.2);
      box.feed({ type: 'door-changed', slot: one, door: 'open' });
      if (seen === 'during') box.keySeen(1);
      box.after(0.2);
      box.feed({ type: 'door-changed', slot: one, door: 'shut' });
      if (seen === 'after') box.keySeen(1);
      box.after(3);
      faultless(box);
      assert.deepEqual(box.key('van').place, { at: 'slot', slot: 1, proof: 'tag' });
    });
});
