import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';
import { doesNothing } from './nothing.ts';

const one = slotId(1);
const a = booking('a', 1);

describe('15. door-forced and door-held, never merged', () => {
  test('opened with no grant: door-forced at once, door-held after 60 s, door-shut in the end', () => {
    const box = new BenchBox();
    box.opensDoor(1);
    assert.deepEqual(box.heard(), [{ type: 'door-forced', slot: 1, key: 'slot-1' }]);
    box.after(59);
    assert.deepEqual(box.told(), []);
    box.after(1);
    assert.deepEqual(box.told(), ['door-held']);
    assert.deepEqual(box.screen, { text: 'close-door', slot: 1 });
    box.after(3_600);
    assert.deepEqual(box.told(), [], 'said once');
    box.shutsDoor(1);
    assert.deepEqual(box.told(), ['door-shut']);
    assert.deepEqual(box.screen, { text: 'ready' });
  });

  test('a door that was forced once is not called so for ever', () => {
    const box = new BenchBox();
    box.opensDoor(1);
    box.shutsDoor(1);
    box.types(a);
    box.after(0.4);
    box.heard();
    box.takesFrom(1);
    assert.deepEqual(box.told(), ['door-opened', 'key-taken', 'door-closed']);
  });

  test('opened by a grant and held: door-held, not forced', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.after(60);
    const types = box.told();
    assert.ok(types.includes('door-held') && !types.includes('door-forced'));
  });

  test('shut within 60 s: not held', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.after(59);
    box.shutsDoor(1);
    box.after(60);
    assert.ok(!box.told().includes('door-held'));
  });

  test('a grant that waits for the lock does not excuse a door that is torn open', () => {
    const box = new BenchBox();
    box.types(booking('b', 2));
    box.types(a);
    box.feed({ type: 'door-changed', slot: one, door: 'open' });
    assert.ok(box.told().includes('door-forced'));
  });

  test('after 20 s the grant is over: opened then, it is forced', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(25);
    box.opensDoor(1);
    assert.equal(box.told().at(-1), 'door-forced');
  });

  test('maintenance mode suppresses both', () => {
    const box = new BenchBox();
    box.command({ verb: 'maintenance', slot: one, on: true });
    box.heard();
    box.opensDoor(1);
    box.after(300);
    assert.deepEqual(box.heard(), [{ type: 'door-opened', slot: 1, reason: 'maintenance' }]);
  });

  test('a key that leaves by a forced door is missing; one that comes is at home', () => {
    const box = new BenchBox();
    box.opensDoor(1);
    box.keyGone(1);
    assert.equal(box.key('slot-1').place.at, 'missing');
    box.keySeen(1);
    box.shutsDoor(1);
    assert.equal(box.key('slot-1').place.at, 'slot');
    assert.deepEqual(box.told(), ['door-forced', 'custody-mismatch', 'key-returned', 'door-shut']);
  });
});

describe('15. sensor-suspect', () => {
  test('presence changing behind a shut door: said once, and the slot goes on with presence', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(1);
    box.keyGone(1);
    const types = box.told();
    assert.ok(types.includes('sensor-suspect') && types.includes('key-taken'));
    box.after(60);
    box.types(a);
    box.after(1);
    box.keySeen(1);
    const back = box.told();
    assert.ok(!back.includes('sensor-suspect') && back.includes('key-returned'));
    box.types(booking('b', 1));
    assert.equal(box.heard()[0]?.for, 'take', 'takes go on');
  });

  test('a door sensor stuck open, with presence: takes and returns go on, suspect after 60 s', () => {
    const box = new BenchBox();
    box.opensDoor(1);
    box.after(61);
    box.heard();
    box.types(a);
    box.after(1);
    box.keyGone(1);
    assert.ok(box.told().includes('key-taken'));
    box.after(61);
    assert.ok(box.told().includes('sensor-suspect'));
    box.types(a);
    box.after(1);
    box.keySeen(1);
    assert.ok(box.told().includes('key-returned'));
  });

  test('a door sensor stuck open, without presence: out of service for takes, returns go on', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.opensDoor(1);
    box.types(a);
    box.after(65);
    const types = box.told();
    assert.ok(types.includes('sensor-suspect') && types.includes('key-taken'));
    box.types(booking('b', 1));
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    box.pulsed();
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
    box.after(65);
    assert.ok(box.told().includes('key-returned'));
    box.types(booking('b', 1));
    assert.equal(box.heard().at(-1)?.reason, 'slot-faulted');
  });

  test('a door seen to open and to shut is believed again', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(1);
    box.keyGone(1);
    box.after(60);
    box.types(a);
    box.after(0.4);
    box.heard();
    box.opensDoor(1);
    box.keySeen(1);
    box.shutsDoor(1);
    assert.ok(box.told().includes('slot-restored'));
    assert.equal(box.slot(1).doorSuspect, false);
  });

  for (const which of ['door', 'presence'] as const) {
    test(`a flapping ${which} sensor writes a bounded number of lines`, () => {
      const box = new BenchBox();
      for (let n = 0; n < 400; n += 1) {
        const on = n % 2 === 0;
        if (which === 'door') box.feed({ type: 'door-changed', slot: one, door: on ? 'open' : 'shut' });
        else box.feed({ type: 'presence-changed', slot: one, presence: on ? 'absent' : 'present' });
      }
      const heard = box.heard();
      assert.ok(heard.length <= 130, `${heard.length} lines`);
      assert.ok(heard.some(entry => entry.type === 'sensor-suspect' && entry.slot === 1));
      assert.ok(heard.every(entry => entry.slot === 1));
      box.types(booking('b', 2));
      assert.equal(box.heard()[0]?.type, 'granted', 'the others go on');
    });
  }
});

describe('15. what says nothing new does nothing', () => {
  const table: readonly [string, (box: BenchBox) => void, InputBody][] = [
    ['a door that is shut is shut', () => {}, { type: 'door-changed', slot: one, door: 'shut' }],
    ['an open door is open', box => box.opensDoor(1), { type: 'door-changed', slot: one, door: 'open' }],
    ['a key that is in is in', () => {}, { type: 'presence-changed', slot: one, presence: 'present' }],
    [
      'a line dead twice',
      box => box.feed({ type: 'line-faulted', slot: one, reason: 'x' }),
      { type: 'line-faulted', slot: one, reason: 'y' },
    ],
    ['a reader that is there is back', () => {}, { type: 'port-changed', device: 'front', up: true }],
    [
      'a reader lost twice',
      box => box.feed({ type: 'port-changed', device: 'front', up: false }),
      { type: 'port-changed', device: 'front', up: false },
    ],
    ['no tamper', () => {}, { type: 'alarm-changed', line: 'tamper', active: false }],
    ['power is good', () => {}, { type: 'alarm-changed', line: 'power-low', active: false }],
    ['the disk is good', () => {}, { type: 'storage-changed', storage: 'good', reason: 'x' }],
    [
      'the file is damaged twice',
      box => box.feed({ type: 'database-suspect', reason: 'x' }),
      { type: 'database-suspect', reason: 'x' },
    ],
  ];
  for (const [name, prepare, body] of table) {
    test(name, () => {
      const box = new BenchBox();
      prepare(box);
      doesNothing(box, body);
    });
  }

  test('presence of a slot that has no sensor', () => {
    const box = new BenchBox({ unsensed: 'all' });
    doesNothing(box, { type: 'presence-changed', slot: one, presence: 'absent' });
  });
});

describe('16. what the box itself raises', () => {
  const pairs: readonly [string, InputBody, string, InputBody | null, string | null][] = [
    [
      'reader-lost, reader-back',
      { type: 'port-changed', device: 'front', up: false },
      'reader-lost',
      { type: 'port-changed', device: 'front', up: true },
      'reader-back',
    ],
    ['tamper', { type: 'alarm-changed', line: 'tamper', active: true }, 'tamper', null, null],
    [
      'power-low, power-good',
      { type: 'alarm-changed', line: 'power-low', active: true },
      'power-low',
      { type: 'alarm-changed', line: 'power-low', active: false },
      'power-good',
    ],
    [
      'storage-degraded, storage-good',
      { type: 'storage-changed', storage: 'degraded', reason: 'full' },
      'storage-degraded',
      { type: 'storage-changed', storage: 'good', reason: 'ok' },
      'storage-good',
    ],
  ];
  for (const [name, on, said, off, unsaid] of pairs) {
    test(`${name}, and takes go on when it is over`, () => {
      const box = new BenchBox();
      box.feed(on);
      assert.deepEqual(box.told(), [said]);
      if (off !== null) box.feed(off);
      assert.deepEqual(box.told(), unsaid === null ? [] : [unsaid]);
      box.types(a);
      assert.equal(box.heard()[0]?.type, 'granted');
    });
  }
});
