import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate } from '../../../src/box/core/model.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, subject } from './bench-site.ts';

describe('9. hand-over in the yard', () => {
  const a = booking('a', 1);
  const b = booking('b', 1);

  function atTheDoor(more = {}): BenchBox {
    const box = new BenchBox(more);
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.heard();
    return box;
  }

  for (const unsensed of [[], 'all'] as const) {
    test(`b's valid code at a's open return: key-transferred, b may return, a may not (${unsensed})`, () => {
      const box = atTheDoor({ unsensed });
      box.types(b);
      assert.deepEqual(box.heard(), [
        { type: 'key-transferred', slot: 1, key: 'slot-1', booking: 'b', who: 'driver-b', by: 'code' },
      ]);
      box.shutsDoor(1);
      assert.deepEqual(box.told(), ['door-closed']);
      box.after(60);
      box.types(a);
      assert.equal(box.heard().at(-1)?.reason, 'used');
      box.types(b);
      assert.equal(box.heard()[0]?.for, 'return');
      box.bringsTo(1);
      assert.equal(box.heard().find(entry => entry.type === 'key-returned')?.booking, 'b');
    });
  }

  test('put in after all: it is back, and b may take it', () => {
    const box = atTheDoor();
    box.types(b);
    box.keySeen(1);
    box.shutsDoor(1);
    box.after(5);
    box.heard();
    box.types(b);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  const not: readonly [string, Candidate][] = [
    ['not begun', { ...b, start: at(0.1) }],
    ['cancelled', { ...b, cancelled: true }],
    ['over', { ...b, end: at(-0.1) }],
    ['of another key', booking('b', 2)],
  ];
  for (const [name, wrong] of not) {
    test(`a booking that is ${name} takes nothing over`, () => {
      const box = atTheDoor();
      box.types(wrong);
      assert.ok(!box.told().includes('key-transferred'));
    });
  }

  test('the key seen in its slot is taken, not handed over', () => {
    const box = atTheDoor();
    box.keySeen(1);
    box.heard();
    box.types(b);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('the same by phone and PIN', () => {
    const box = atTheDoor();
    box.phones('p', b);
    box.pin(subject('phone', 'p'), [b], [b]);
    assert.deepEqual(box.told(), ['key-transferred']);
  });
});
