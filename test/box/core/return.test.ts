import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate } from '../../../src/box/core/model.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking } from './bench-site.ts';

const a = booking('a', 1);

/** A box from which a has taken the key of slot 1. */
function out(more: ConstructorParameters<typeof BenchBox>[0] = {}): BenchBox {
  const box = new BenchBox(more);
  box.types(a);
  box.takesFrom(1);
  box.heard();
  box.pulsed();
  return box;
}

describe('8. a return is never refused to a known key', () => {
  const trouble: readonly [string, (box: BenchBox) => Candidate | undefined][] = [
    ['late', box => void box.after(3_600 * 48)],
    ['cancelled', () => ({ ...a, cancelled: true })],
    ['a code of an earlier epoch', () => ({ ...a, voided: true })],
    ['lock-down', box => void box.command({ verb: 'lockdown', on: true, until: null })],
    ['low power', box => box.feed({ type: 'alarm-changed', line: 'power-low', active: true }) as undefined],
    [
      'a disk that refuses',
      box => box.feed({ type: 'storage-changed', storage: 'degraded', reason: 'full' }) as undefined,
    ],
    ['a damaged file', box => box.feed({ type: 'database-suspect', reason: 'x' }) as undefined],
    [
      'a clock gone back to 1970',
      box => {
        box.wall = at(-500_000);
        return undefined;
      },
    ],
    [
      'a clock a year ahead',
      box => {
        box.wall = at(24 * 365);
        return undefined;
      },
    ],
    ['another booking has begun', () => ({ ...a, end: at(0), conflicting: true })],
    [
      'locked out',
      box => {
        for (let n = 0; n < 5; n += 1) box.types();
        return undefined;
      },
    ],
  ];
  for (const [name, make] of trouble) {
    test(`${name}: the code opens its home slot within 2 s`, () => {
      const box = out();
      box.after(1);
      const shown = make(box) ?? a;
      box.types(shown);
      box.after(2);
      assert.deepEqual(box.pulsed(), [1]);
    });
    test(`${name}: the tag opens its home slot`, () => {
      const box = out();
      box.after(1);
      make(box);
      box.tag('slot-1');
      box.after(1);
      assert.deepEqual(box.pulsed(), [1]);
    });
  }

  test('a return reads: granted, pulsed, door-opened, key-returned, door-closed', () => {
    const box = out();
    box.types(a);
    box.bringsTo(1);
    const whose = { slot: 1, key: 'slot-1', booking: 'a', who: 'driver-a', by: 'code' };
    assert.deepEqual(box.heard(), [
      { type: 'granted', for: 'return', ...whose },
      { type: 'pulsed', ms: 300, slot: 1, key: 'slot-1', booking: 'a' },
      { type: 'door-opened', ...whose },
      { type: 'key-returned', proof: 'sensor', ...whose },
      { type: 'door-closed', ...whose },
    ]);
  });

  test('home taken by a stranger: the lowest empty slot', () => {
    const box = out({ slots: 4, empty: [3, 4] });
    box.opensDoor(1);
    box.keySeen(1);
    box.command({ verb: 'correct', slot: box.slot(1).id, key: null });
    box.heard();
    box.pulsed();
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), [3]);
  });

  const unusable: readonly [string, (box: BenchBox) => void][] = [
    ['jammed', box => jam(box, 1)],
    ['in maintenance', box => void box.command({ verb: 'maintenance', slot: box.slot(1).id, on: true })],
    ['with a dead line', box => box.feed({ type: 'line-faulted', slot: box.slot(1).id, reason: 'x' })],
  ];
  for (const [name, spoil] of unusable) {
    test(`home ${name}: the lowest empty slot that works`, () => {
      const box = out({ slots: 4, empty: [3, 4] });
      spoil(box);
      box.heard();
      box.pulsed();
      box.types(a);
      assert.deepEqual(box.pulsed(), [3]);
      box.bringsTo(3);
      assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 3, proof: 'sensor' });
    });
  }

  test('a lock that dies under the return: granted again elsewhere, by itself', () => {
    const box = out({ empty: [3] });
    box.lock = 'dead';
    box.types(a);
    box.lock = 'works';
    box.after(1);
    assert.deepEqual(box.pulsed().slice(0, 2), [1, 3]);
    assert.deepEqual(box.told().slice(0, 3), ['granted', 'jammed', 'granted']);
  });

  test('never a slot that may hold another key: without a sensor only after key-taken', () => {
    const box = new BenchBox({ unsensed: 'all', slots: 3 });
    box.types(booking('b', 2));
    box.takesFrom(2);
    box.types(a);
    box.takesFrom(1);
    box.pulsed();
    jam(box, 1);
    box.pulsed();
    box.types(a);
    assert.deepEqual(box.pulsed(), [2], 'not 3, which was never seen empty');
    box.bringsTo(2);
    box.heard();
    box.types(booking('b', 2));
    assert.deepEqual(box.told(), ['box-full']);
    assert.deepEqual(box.screen, { text: 'box-full' });
  });

  test('the same code while its return is granted: one visit, no second slot', () => {
    const box = out({ empty: [2, 3] });
    box.types(a);
    box.after(1);
    box.types(a);
    box.after(1);
    assert.deepEqual(box.pulsed(), [1, 1], 'the lock of the same slot, which has not opened, again');
    box.opensDoor(1);
    box.types(a);
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), []);
  });

  test('three pulses for a return that do not open: jammed, and the next asking opens elsewhere', () => {
    const box = out({ empty: [2] });
    for (let n = 0; n < 3; n += 1) {
      box.types(a);
      box.after(4);
    }
    assert.deepEqual(box.pulsed(), [1, 1, 1]);
    box.heard();
    box.types(a);
    assert.deepEqual(box.pulsed(), [2]);
    assert.deepEqual(box.told().slice(0, 3), ['not-opened', 'jammed', 'granted']);
  });

  test('a return that was granted and not made: the key is still out, the code still returns', () => {
    const box = out();
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.shutsDoor(1);
    assert.ok(!box.told().includes('key-returned'));
    box.after(60);
    box.types(a);
    assert.equal(box.heard().at(0)?.for, 'return');
  });

  test('put in and taken out again before the door is shut: still with who brought it', () => {
    const box = out();
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.keySeen(1);
    box.keyGone(1);
    box.shutsDoor(1);
    assert.deepEqual(box.told().slice(3), ['key-returned', 'key-taken', 'door-closed']);
    box.after(5);
    box.types(a);
    assert.equal(box.heard().at(0)?.for, 'return');
  });
});

describe('8. the driver a flickering sensor has robbed of the key still brings it back', () => {
  test('seen, gone: the code of who had it last opens', () => {
    const box = out();
    box.keySeen(1);
    box.keyGone(1);
    box.after(90);
    assert.equal(box.key('slot-1').place.at, 'missing');
    box.heard();
    box.types(a);
    assert.equal(box.heard().at(0)?.for, 'return');
  });
});

function jam(box: BenchBox, slot: number): void {
  for (let n = 0; n < 3; n += 1) {
    box.command({ verb: 'open', slot: box.slot(slot).id });
    box.after(30);
  }
  assert.equal(box.slot(slot).jammed, true);
}
