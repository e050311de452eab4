/** What flaps wears out no card: not by its events, not by what is kept beside them, and not by restarts that forget what was told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import { Days, day, eachDay, type Kind, mostInADay, turned } from './days.ts';

const second = 1_000;
const minute = 60_000;
const one = slotId(1);
const kinds: readonly Kind[] = ['door', 'presence', 'tamper', 'power-low', 'reader', 'disk', 'clock'];

describe('what changes for days is hardly written', () => {
  const rates: readonly [string, number, number][] = [
    ['6 Hz for a quarter of an hour', 83, 15 * minute],
    ['every 7 s for six hours', 3.5 * second, 6 * 60 * minute],
  ];
  for (const kind of kinds)
    for (const [rate, halfMs, forMs] of rates)
      test(`${kind}, ${rate}: as few commits as events may be`, () => {
        const box = new Days(false);
        box.flaps([kind], halfMs, forMs);
        const writes = mostInADay(box.writes);
        assert.ok(writes <= eachDay, `${writes} commits in a day`);
        assert.ok(box.busiest <= eachDay, `${box.busiest} events in a day`);
        assert.ok(box.writes.length > 3, 'it is told all the same');
      });

  test('the last word of the disk is the true one, and what was dropped is always told', () => {
    for (const on of [true, false]) {
      const box = new Days(false);
      box.flaps(['disk'], 5 * second, 10 * minute);
      box.feed(turned.disk(on));
      box.until(box.now + 2 * 60 * minute);
      assert.equal(box.heard.at(-1)?.type, on ? 'storage-degraded' : 'storage-good');
    }
    const box = new Days(false);
    box.flaps(['disk'], 5 * second, 10 * minute);
    box.feed(turned.disk(true));
    box.feed({ type: 'storage-changed', storage: 'good', reason: 'writes succeed', dropped: 7 });
    assert.deepEqual([box.heard.at(-1)?.type, box.heard.at(-1)?.count], ['storage-good', 7]);
  });
});

describe('a box that starts again and again has no fresh allowance each time', () => {
  /** What this run meets with soon after its start. */
  const met: readonly [string, (box: Days) => void, 'open' | 'shut'][] = [
    ['a reader that is away', box => box.feed(turned.reader(true)), 'shut'],
    ['a supply that is low', box => box.feed(turned['power-low'](true)), 'shut'],
    ['an open lid', box => box.feed(turned.tamper(true)), 'shut'],
    ['a door that was left open', () => {}, 'open'],
    ['a loose door', box => box.flaps(['door'], 83, 500), 'shut'],
    ['a loose presence sensor', box => box.flaps(['presence'], 83, 500), 'shut'],
    ['a supply that flaps', box => box.flaps(['power-low'], 83, 500), 'shut'],
    ['a clock that is set and reset', box => box.flaps(['clock'], 83, 500), 'shut'],
    ['a line that is dead', box => box.feed({ type: 'line-faulted', slot: one, reason: 'EIO' }), 'shut'],
    ['a damaged file', box => box.feed({ type: 'database-suspect', reason: 'damaged' } as InputBody), 'shut'],
  ];
  for (const [name, meet, door] of met)
    for (const [life, everyMs, forMs] of [
      ['every 3 s', 3 * second, 30 * minute],
      ['every 90 s', 90 * second, 12 * 60 * minute],
    ] as const)
      test(`${name}, a restart ${life}`, () => {
        const box = new Days(false);
        let starts = 0;
        for (const end = box.now + forMs; box.now < end; starts += 1) {
          box.restarts(door);
          meet(box);
          box.until(box.now + everyMs);
        }
        const told = box.heard.length - starts;
        assert.ok(told <= eachDay, `${told} events beside ${starts} starts`);
        assert.ok(told >= 3, 'it is told all the same');
        const beside = box.writes.length - starts;
        assert.ok(beside <= eachDay, `${beside} commits beside ${starts} starts`);
      });

  test('what is over when the box comes back is taken back once, also where it was flapping', () => {
    for (const [kind, begins, ends] of [
      ['power-low', 'power-low', 'power-good'],
      ['reader', 'reader-lost', 'reader-back'],
      ['clock', 'clock-untrusted', 'clock-good'],
    ] as const) {
      const box = new Days(false);
      box.flaps([kind], second, 5 * minute);
      box.turn(kind, true);
      box.until(box.now + 2 * 60 * minute);
      assert.equal(box.heard.at(-1)?.type, begins);
      box.restarts();
      const before = box.heard.length;
      // A clock is looked at, where a line or a port that is well says nothing.
      if (kind === 'clock') box.turn(kind, false);
      box.until(box.now + 3 * 60 * minute);
      box.restarts();
      box.until(box.now + 3 * 60 * minute);
      const after = box.heard.slice(before).map(({ type }) => type);
      assert.deepEqual(
        after.filter(type => type !== 'booted'),
        [ends],
      );
    }
  });

  test('and after a quiet day everything is news again', () => {
    const box = new Days(false);
    box.flaps(['reader'], second, 5 * minute);
    box.feed(turned.reader(false));
    box.restarts();
    box.until(box.now + 2 * day);
    box.feed({ type: 'woke' });
    assert.deepEqual(box.state.flapping, []);
    box.restarts();
    assert.deepEqual(box.state.flapping, [], 'and so it is kept');
  });
});
