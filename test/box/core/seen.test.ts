/** A key that nobody brought is said to be there all the same: else the relay calls it never stocked for ever. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, slotId } from '../../../src/base/brand.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import { BenchBox } from './bench-box.ts';

const seen = (box: BenchBox, events: readonly object[] = box.heard()): readonly string[] =>
  (events as readonly Partial<JournalEvent>[])
    .filter(({ type, reason }) => type === 'key-returned' && reason === 'seen')
    .map(({ key, slot, proof }) => `${key} ${slot} ${proof}`);

const defined = (homes: Readonly<Record<string, number>>) =>
  Object.entries(homes).map(([name, home]) => ({ name: keyName(name), home: slotId(home), tagged: false }));

describe('12. a key is never-stocked until first seen, and then it is said', () => {
  test('a box alone knows what it sees at its first start, and tells its relay with the first set', () => {
    const box = new BenchBox({ empty: [2], unsensed: [3] });
    assert.deepEqual(seen(box, box.entries), [], 'nobody reads it who does not know it');
    box.remembers({ sync: { enrolled: true, vouchedAt: null } });
    const keys = defined({ 'slot-1': 1, 'slot-2': 2, 'slot-3': 3 });
    box.feed({ type: 'synced', count: 0, keys, renamed: [], ends: [], lives: [] });
    assert.deepEqual(seen(box), ['slot-1 1 boot']);
    box.reboots();
    assert.deepEqual(seen(box), [], 'once');
  });

  test('by a set that gives what hangs there a name', () => {
    const box = new BenchBox({ empty: [2] });
    box.remembers({ sync: { enrolled: true, vouchedAt: null } });
    box.heard();
    box.feed({ type: 'keys-changed', keys: defined({ 'Van 1': 1, 'Van 2': 2, 'slot-3': 3 }), who: 'relay' });
    assert.deepEqual(seen(box), ['Van 1 1 boot'], 'slot 2 is empty, slot 3 is what it was');
  });

  test('by keys learn, also of a key that the box believed there all along', () => {
    for (const handled of [false, true]) {
      const box = new BenchBox();
      box.heard();
      box.command({ verb: 'learn', key: keyName('slot-1'), slot: slotId(1) });
      box.after(0.4);
      box.opensDoor(1);
      if (handled) box.keyGone(1);
      if (handled) box.keySeen(1);
      box.shutsDoor(1);
      assert.equal(box.told().filter(type => type === 'key-returned').length, 1, `handled: ${handled}`);
    }
  });
});
