import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyName, minutes, type WallMs, wall } from '../../../src/base/brand.ts';
import type { Candidate } from '../../../src/box/core/model.ts';
import type { DenialReason } from '../../../src/wire/journal.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, subject, t0 } from './bench-site.ts';
import { doesNothing } from './nothing.ts';

const minutesFrom = (instant: WallMs, more: number): WallMs => wall(instant + minutes(more));

/** Types this booking's code at a fresh box; the reason of the refusal, or null where it opens. */
function verdict(candidate: Candidate, prepare: (box: BenchBox) => void = () => {}): DenialReason | null {
  const box = new BenchBox();
  prepare(box);
  box.heard();
  box.pulsed();
  box.types(candidate);
  const denied = box.heard().find(entry => entry.type === 'denied');
  assert.equal(box.pulsed().length, denied === undefined ? 1 : 0, 'a lock moves with a grant and never else');
  return (denied?.reason as DenialReason | undefined) ?? null;
}

describe('1. one reason of a closed set, or a grant', () => {
  const a = booking('a', 1);
  const table: readonly [string, Candidate, DenialReason | null, ((box: BenchBox) => void)?][] = [
    ['a booking in its window', a, null],
    ['a cancelled booking', { ...a, cancelled: true }, 'cancelled'],
    ['a cancelled booking long over says cancelled', { ...a, cancelled: true, end: at(-0.5) }, 'cancelled'],
    ['a code of an earlier box epoch', { ...a, voided: true }, 'unknown'],
    ['a key that no box table knows', { ...a, key: keyName('elsewhere') }, 'key-elsewhere'],
    ['a key that is sensed out of its slot', a, 'key-absent', box => box.keyGone(1)],
    [
      'a slot in maintenance',
      a,
      'slot-faulted',
      box => void box.command({ verb: 'maintenance', slot: box.slot(1).id, on: true }),
    ],
    [
      'a slot whose line is dead',
      a,
      'slot-faulted',
      box => box.feed({ type: 'line-faulted', slot: box.slot(1).id, reason: 'read' }),
    ],
    [
      'low power',
      a,
      'out-of-service',
      box => box.feed({ type: 'alarm-changed', line: 'power-low', active: true }),
    ],
    [
      'a disk that refuses',
      a,
      'out-of-service',
      box => box.feed({ type: 'storage-changed', storage: 'degraded', reason: 'full' }),
    ],
    [
      'a damaged file',
      a,
      'out-of-service',
      box => box.feed({ type: 'database-suspect', reason: 'quick_check' }),
    ],
    ['lock-down', a, 'out-of-service', box => void box.command({ verb: 'lockdown', on: true, until: null })],
    [
      'a lid that was tampered with stops nobody',
      a,
      null,
      box => box.feed({ type: 'alarm-changed', line: 'tamper', active: true }),
    ],
    [
      'a lost reader stops nobody at the pad',
      a,
      null,
      box => box.feed({ type: 'port-changed', device: 'front', up: false }),
    ],
    [
      'a fault of another slot stops nobody here',
      a,
      null,
      box => box.feed({ type: 'line-faulted', slot: box.slot(2).id, reason: 'read' }),
    ],
  ];
  for (const [name, candidate, expected, prepare] of table) {
    test(`${name}: ${expected ?? 'opens'}`, () => assert.equal(verdict(candidate, prepare), expected));
  }

  test('a code that nobody has is unknown, and the denial names nobody', () => {
    const box = new BenchBox();
    box.types();
    assert.deepEqual(box.heard(), [{ type: 'denied', reason: 'unknown', by: 'code' }]);
    assert.deepEqual(box.screen, { text: 'refused' });
  });

  test('a denial names booking, key and driver where they are known', () => {
    const box = new BenchBox();
    box.types({ ...booking('a', 1), cancelled: true });
    assert.deepEqual(box.heard(), [
      { type: 'denied', reason: 'cancelled', by: 'code', booking: 'a', key: 'slot-1', who: 'driver-a' },
    ]);
  });

  test('the display never tells unknown from pin-wrong', () => {
    const guessed = new BenchBox();
    guessed.phones('p');
    guessed.pin(subject('phone', 'p'), []);
    const known = new BenchBox();
    known.phones('p', booking('a', 1));
    assert.deepEqual(known.screen, { text: 'pin', again: false });
    known.pin(subject('phone', 'p'), [booking('a', 1)]);
    assert.equal(guessed.heard().at(-1)?.reason, 'unknown');
    assert.equal(known.heard().at(-1)?.reason, 'pin-wrong');
    assert.deepEqual(guessed.screen, known.screen);
  });

  test('after 3 wrong entries every denial shows one text, the event keeps the reason', () => {
    const box = new BenchBox();
    const cancelled = { ...booking('a', 1), cancelled: true };
    box.types();
    box.types();
    box.types(cancelled);
    assert.deepEqual(box.screen, { text: 'denied', reason: 'cancelled' });
    box.types();
    box.heard();
    for (const candidate of [cancelled, { ...booking('b', 1), start: at(2) }, booking('c', 9)]) {
      box.types(candidate);
      assert.deepEqual(box.screen, { text: 'wait-or-call' });
    }
    assert.deepEqual(
      box.heard().map(entry => entry.reason),
      ['cancelled', 'too-early', 'key-elsewhere'],
    );
  });

  test('10 minutes without a wrong entry and denials are explained again', () => {
    const box = new BenchBox();
    for (let n = 0; n < 3; n += 1) box.types();
    box.after(600);
    box.types({ ...booking('a', 1), cancelled: true });
    assert.deepEqual(box.screen, { text: 'denied', reason: 'cancelled' });
  });
});

describe('2. window: start − lead ≤ t < end', () => {
  const lead = minutesFrom(t0, 15);
  const table: readonly [string, Partial<Candidate>, DenialReason | null][] = [
    ['exactly at start − lead', { start: lead }, null],
    ['a millisecond before start − lead', { start: wall(lead + 1) }, 'too-early'],
    ['a millisecond before the end', { end: wall(t0 + 1) }, null],
    ['exactly at the end', { end: t0 }, 'too-late'],
    ['long after', { end: at(-0.5) }, 'too-late'],
    ['no end', { end: null, start: at(-24 * 400) }, null],
    ['in the lead while another has the key booked now', { start: lead, conflicting: true }, 'too-early'],
    ['from its own start on no rival matters', { start: t0, conflicting: true }, null],
    ['over night', { start: at(-12), end: at(1) }, null],
  ];
  for (const [name, more, expected] of table) {
    test(`${name}: ${expected ?? 'opens'}`, () => assert.equal(verdict(booking('a', 1, more)), expected));
  }

  test('from start on the key decides: not there is key-absent, and the display says so', () => {
    const box = new BenchBox({ empty: [1] });
    box.types(booking('a', 1));
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    assert.deepEqual(box.screen, { text: 'not-back', key: 'slot-1' });
  });

  test('a booking names a key: the slot where that key is opens, not its home', () => {
    const box = new BenchBox({ empty: [1] });
    box.command({ verb: 'correct', slot: box.slot(2).id, key: null });
    box.command({ verb: 'correct', slot: box.slot(2).id, key: keyName('slot-1') });
    box.types(booking('a', 1));
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('without an end, due-soon and overdue never arise', () => {
    const box = new BenchBox();
    box.types(booking('a', 1, { end: null }));
    box.takesFrom(1);
    box.heard();
    box.after(3_600 * 24 * 30);
    assert.deepEqual(box.told(), []);
  });
});

describe('3. the pad', () => {
  test('typing and clearing judges nothing and writes nothing', () => {
    const box = new BenchBox();
    for (const length of [1, 2, 8]) box.feed({ type: 'keypad-touched', length });
    box.feed({ type: 'keypad-cleared', by: 'key', length: 8 });
    assert.deepEqual(box.told(), []);
    assert.deepEqual(box.screen, { text: 'ready' });
  });

  test('entries are judged while a door is open', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(0.4);
    box.opensDoor(1);
    box.pulsed();
    box.types(booking('b', 2));
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('the next pulse follows the current one, and the display then names its slot', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.types(booking('b', 2));
    assert.deepEqual(box.pulsed(), [1]);
    assert.deepEqual(box.screen, { text: 'soon', slot: 2 });
    box.after(0.3);
    assert.deepEqual(box.pulsed(), [2]);
    assert.deepEqual(box.screen, { text: 'take', slot: 2, key: 'slot-2' });
  });

  test('a look-up for a PIN that nobody typed is a wrong entry and no more', () => {
    const box = new BenchBox();
    const pin = { subject: subject('phone', 'p'), known: true };
    box.feed({ type: 'looked-up', scope: 'all', lookup: { code: [], phone: null }, pin });
    assert.deepEqual(box.told(), ['denied']);
    assert.deepEqual(box.pulsed(), []);
  });

  test('the same box a moment later: waking changes nothing', () => {
    const box = new BenchBox();
    doesNothing(box, { type: 'woke' });
    box.after(86_400);
    assert.deepEqual(box.told(), []);
  });
});
