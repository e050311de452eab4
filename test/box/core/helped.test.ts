/** Somebody is called because a door does not open, and opens it from afar or with the command line: it stays the driver's visit. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import type { Command } from '../../../src/box/core/input.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const one = slotId(1);
const orders: readonly (readonly [string, (box: BenchBox) => void])[] = [
  ['a technician', box => ask(box, { verb: 'open', slot: one })],
  ['a technician who opens all', box => ask(box, { verb: 'open-all' })],
  [
    'the relay',
    box => {
      const command = { verb: 'open', slot: one } as const;
      box.feed({ type: 'command', id: 9, by: 'remote', who: 'mira', why: 'was called', command });
      box.after(0);
    },
  ],
];

function ask(box: BenchBox, command: Command): void {
  assert.ok(box.command(command).done);
}

const said = (box: BenchBox, type: string) => box.heard().find(entry => entry.type === type);

for (const [who, opens] of orders)
  describe(`${who} opens for a driver`, () => {
    test('who has typed and did not get the door open: the key is out with the driver, who brings it back', () => {
      const box = new BenchBox();
      box.types(booking('a', 1));
      box.after(3);
      opens(box);
      box.after(0.4);
      box.opensDoor(1);
      box.keyGone(1);
      const taken = said(box, 'key-taken');
      assert.deepEqual([taken?.booking, taken?.who, taken?.by], ['a', 'driver-a', 'code']);
      box.shutsDoor(1);
      box.after(2);
      box.pulsed();
      box.types(booking('a', 1));
      assert.deepEqual(box.pulsed(), [1]);
      box.bringsTo(1);
      assert.equal(said(box, 'key-returned')?.booking, 'a');
    });

    test('whose door is open already', () => {
      const box = new BenchBox();
      box.types(booking('a', 1));
      box.after(0.4);
      box.opensDoor(1);
      opens(box);
      box.after(2);
      box.keyGone(1);
      assert.equal(said(box, 'key-taken')?.booking, 'a');
      box.shutsDoor(1);
      box.after(2);
      box.types(booking('a', 1));
      box.bringsTo(1);
      assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 1, proof: 'sensor' });
    });

    test('who brings the key back', () => {
      const box = new BenchBox();
      box.types(booking('a', 1));
      box.takesFrom(1);
      box.types(booking('a', 1));
      box.after(3);
      opens(box);
      box.heard();
      box.bringsTo(1);
      const returned = said(box, 'key-returned');
      assert.deepEqual([returned?.booking, returned?.reason], ['a', undefined]);
    });

    test('the door stays shut all the same: the code may be typed again', () => {
      const box = new BenchBox();
      box.types(booking('a', 1));
      box.after(3);
      opens(box);
      box.after(30);
      box.heard();
      box.pulsed();
      box.types(booking('a', 1));
      assert.deepEqual(box.pulsed(), [1]);
    });

    test('whose line fails in that pulse while the door is open: the visit goes on', () => {
      const box = new BenchBox();
      box.types(booking('a', 1));
      box.after(0.4);
      box.opensDoor(1);
      box.feed({ type: 'command', id: 8, who: 'ada', why: 'test', command: { verb: 'open', slot: one } });
      box.feed({ type: 'pulse-failed', slot: one, reason: 'line' });
      box.after(1);
      box.keyGone(1);
      assert.equal(said(box, 'key-taken')?.booking, 'a');
    });
  });

test('whose visit is over, or whose door is held open, is nobody who stands there', () => {
  const box = new BenchBox();
  box.types(booking('a', 1));
  box.after(0.4);
  box.opensDoor(1);
  box.keyGone(1);
  box.command({ verb: 'open', slot: one });
  box.after(1);
  box.heard();
  box.keySeen(1);
  assert.equal(said(box, 'key-returned')?.by, 'technician');
});
