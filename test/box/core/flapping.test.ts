/** Loose contacts change for days (rules.md 15): one sensor-suspect, then counts at growing intervals; no move of a key is lost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import type { BoxState } from '../../../src/box/core/model.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';
import { Days, day, eachDay, type Kind, turned } from './days.ts';
import { overgrown } from './form.ts';

const one = slotId(1);
const second = 1_000;
const minute = 60_000;
/** What the journal says of the key of slot 1 at its end. */
function toldPlace(events: readonly Entry[]): string {
  let place = 'slot';
  for (const { type, key } of events) {
    if (key !== 'slot-1') continue;
    if (type === 'key-taken') {
      assert.notEqual(place, 'out', 'two removals without a return');
      place = 'out';
    } else if (type === 'key-returned') place = 'slot';
    else if (type === 'custody-mismatch') place = 'missing';
  }
  return place;
}

const placeOf = ({ state }: { readonly state: BoxState }): string | undefined =>
  state.keys.find(({ name }) => name === 'slot-1')?.place.at;

const rates: readonly [string, number, number][] = [
  ['6 Hz for a quarter of an hour', 83, 15 * minute],
  ['every 4 s for four hours', 2 * second, 4 * 60 * minute],
  ['once a minute for a week', 30 * second, 7 * day],
  ['open for two minutes, again and again, for a week', 2 * minute, 7 * day],
  ['every half hour for a month', 15 * minute, 30 * day],
  ['every two hours for a month', 60 * minute, 30 * day],
];

describe('15, 16. what changes for days fills no journal', () => {
  const tables: readonly [string, readonly Kind[], boolean][] = [
    ['a door', ['door'], false],
    ['a door of a slot without presence', ['door'], true],
    ['a presence sensor', ['presence'], false],
    ['door and presence, one after the other', ['door', 'presence'], false],
    ['the lid', ['tamper'], false],
    ['the supply', ['power-low'], false],
    ['a reader', ['reader'], false],
    ['the clock', ['clock'], false],
  ];
  for (const [name, kinds, unsensed] of tables)
    for (const [rate, halfMs, forMs] of rates)
      test(`${name}, ${rate}`, () => {
        const box = new Days(unsensed);
        box.flaps(kinds, halfMs, forMs);
        const most = eachDay * kinds.length;
        assert.ok(box.busiest <= most, `${box.busiest} events in a day, at most ${most}`);
        assert.deepEqual(overgrown(box.state), []);
        box.until(box.now + 3 * 60 * minute);
        if (!unsensed) assert.equal(toldPlace(box.heard), placeOf(box), 'journal and books agree at rest');
        const counts = box.heard.filter(({ count }) => count !== undefined);
        if (halfMs <= 2 * minute) assert.ok(counts.length > 0, 'the rest is counted');
        box.until(box.now + 2 * day);
        box.feed({ type: 'woke' });
        assert.deepEqual(box.state.flapping, [], 'in the end nothing is remembered');
      });

  test('6 Hz: one sensor-suspect, and counts after 1, 5, 15 and 60 minutes', () => {
    const box = new Days(false);
    box.flaps(['door'], 83, 83 * minute);
    const said = box.heard.filter(({ type }) => type === 'sensor-suspect');
    assert.ok(said.every(({ slot, reason }) => slot === 1 && reason === 'flapping'));
    assert.deepEqual(
      said.map(({ count }) => count !== undefined),
      [false, ...said.slice(1).map(() => true)],
    );
    const gaps = said.map(({ at }, n) => Math.round((at - (said[n - 1]?.at ?? at)) / minute));
    assert.deepEqual(gaps, [0, 1, 5, 15, 60]);
    assert.ok(box.heard.length <= 12, `${box.heard.length} events`);
  });

  test('and each hour after that, for as long as it goes on', () => {
    const box = new Days(false);
    box.flaps(['door'], 5 * second, 8 * 60 * minute);
    const counts = box.heard.filter(({ count }) => count !== undefined);
    const gaps = counts.slice(4).map(({ at }, n) => Math.round((at - (counts[n + 3]?.at ?? at)) / minute));
    assert.deepEqual(new Set(gaps), new Set([60]));
  });

  test('the last word of a line and of a port is the true one', () => {
    for (const [kind, begins, ends] of [
      ['power-low', 'power-low', 'power-good'],
      ['reader', 'reader-lost', 'reader-back'],
      ['clock', 'clock-untrusted', 'clock-good'],
    ] as const)
      for (const on of [true, false]) {
        const box = new Days(false);
        box.flaps([kind], second, 5 * minute);
        box.turn(kind, on);
        box.until(box.now + 2 * 60 * minute);
        assert.equal(box.heard.at(-1)?.type, on ? begins : ends, `${kind} ${on}`);
      }
  });

  test('a door that came to rest is said to be shut, or to be held', () => {
    for (const on of [true, false]) {
      const box = new Days(false);
      box.flaps(['door'], 5 * second, 10 * minute);
      box.feed(turned.door(on));
      box.until(box.now + 2 * 60 * minute);
      assert.equal(box.heard.at(-1)?.type, on ? 'door-held' : 'door-shut');
    }
  });

  test('a break-in after an hour of rest is told at once', () => {
    const box = new Days(false);
    box.flaps(['door'], 5 * second, day);
    box.feed(turned.door(false));
    box.until(box.now + 3 * 60 * minute);
    const before = box.heard.length;
    box.feed(turned.door(true));
    assert.deepEqual(
      box.heard.slice(before).map(({ type }) => type),
      ['door-forced'],
    );
  });

  test('a technician who has mended it is believed', () => {
    const box = new BenchBox();
    for (let n = 0; n < 80; n += 1) box.feed(turned.door(n % 2 === 0));
    box.after(2);
    box.command({ verb: 'restore-slot', slot: one });
    box.heard();
    box.feed(turned.door(true));
    assert.deepEqual(box.told(), ['door-forced']);
  });

  test('a door in maintenance writes no more', () => {
    const box = new Days(false);
    box.state = { ...box.state, slots: box.state.slots.map(slot => ({ ...slot, maintenance: true })) };
    box.flaps(['door'], 30 * second, 3 * day);
    assert.ok(box.busiest <= eachDay, `${box.busiest}`);
  });

  test('presence that flaps behind a door which a technician left open writes no more, and agrees in the end', () => {
    const box = new BenchBox();
    box.command({ verb: 'open', slot: one });
    box.after(0.4);
    box.opensDoor(1);
    box.heard();
    for (let n = 0; n < 400; n += 1) {
      box.feed(turned.presence(n % 2 === 0));
      box.after(10);
    }
    const events = box.heard();
    assert.ok(events.length <= 50);
    box.keyGone(1);
    box.shutsDoor(1);
    const all = [...events, ...box.heard()];
    assert.equal(toldPlace(all), placeOf(box));
    assert.notEqual(placeOf(box), 'slot');
  });
});

describe('6, 15. moves of keys are told while sensors flap', () => {
  const shakes = (box: BenchBox, kind: 'door' | 'presence', times: number): void => {
    for (let n = 0; n < times; n += 1) box.feed(turned[kind](n % 2 === 0));
    box.after(2);
  };
  const moves = (box: BenchBox): readonly string[] =>
    box.heard().flatMap(({ type, proof }) => (/^key-/.test(type) ? [`${type} ${proof}`] : []));

  for (const [kind, times] of [
    ['door', 30],
    ['door', 400],
    ['presence', 400],
  ] as const)
    test(`a take and a return after ${times} changes of the ${kind}`, () => {
      const box = new BenchBox();
      shakes(box, kind, times);
      box.heard();
      box.types(booking('a', 1));
      box.after(0.4);
      box.opensDoor(1);
      box.keyGone(1);
      assert.deepEqual(moves(box), ['key-taken sensor'], 'at once');
      box.shutsDoor(1);
      box.after(2);
      assert.deepEqual(moves(box), []);
      shakes(box, 'door', times);
      box.heard();
      box.types(booking('a', 1));
      box.bringsTo(1);
      assert.deepEqual(moves(box), ['key-returned sensor']);
      box.types(booking('a', 1));
      assert.equal(box.heard().at(-1)?.reason, 'used');
    });

  test('the key that flaps away and is seen again is taken by the next driver', () => {
    const box = new BenchBox();
    for (let n = 0; n < 401; n += 1) box.feed(turned.presence(n % 2 === 0));
    box.after(90);
    assert.equal(box.key('slot-1').place.at, 'missing', 'that is what was told last');
    box.keySeen(1);
    box.pulsed();
    box.types(booking('a', 1));
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a key that comes while its door flaps is told at once', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    for (let n = 0; n < 60; n += 1) {
      box.feed(turned.door(n % 2 === 0));
      box.after(20);
    }
    assert.ok(box.heard().some(({ type, reason }) => type === 'sensor-suspect' && reason === 'flapping'));
    box.feed(turned.door(true));
    box.keySeen(1);
    box.shutsDoor(1);
    assert.deepEqual(moves(box), ['key-returned sensor']);
    assert.equal(box.key('slot-1').place.at, 'slot');
  });

  test('what a count tells of the books is what the sensor says', () => {
    const box = new BenchBox();
    for (let n = 0; n < 401; n += 1) box.feed(turned.presence(n % 2 === 0));
    box.after(90);
    box.keySeen(1);
    box.after(400);
    assert.equal(box.key('slot-1').place.at, 'slot');
  });
});
