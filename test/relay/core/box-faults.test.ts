/** What a journal says is wrong at a box, and what of it is over (rules.md 15, 16). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import {
  type FaultPlace,
  faultStories,
  type OpenFault,
  placeText,
} from '../../../src/relay/core/box-faults.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import { Days, day, eachDay } from '../../box/core/days.ts';
import { seedsFor } from '../../seeds.ts';
import { faultRows, type Said } from './fault-rows.ts';

const eventOf = (said: object): JournalEvent =>
  ({ clock: 'synced', at: '2026-03-01T08:00:00.000Z', ...said }) as unknown as JournalEvent;

/** What stands after these events, `kind` and where, in alphabetical order. */
function standing(events: readonly object[], before: readonly OpenFault[] = []): readonly string[] {
  const open = new Map(before.map(fault => [`${fault.kind}${placeText(fault.place)}`, fault]));
  for (const { fault, after } of faultStories(before, events.map(eventOf), () => 1)) {
    const name = `${fault.kind}${placeText(fault.place)}`;
    if (after) open.set(name, fault);
    else open.delete(name);
  }
  return [...open.keys()].sort();
}

describe('faults of a box', () => {
  for (const { what, begins, is, ends, stays } of faultRows)
    test(what, () => {
      const clock = begins.at(-1)?.clock ?? 'synced';
      assert.deepEqual(standing(begins), [is]);
      for (const end of ends)
        assert.deepEqual(standing([...begins, { clock, ...end }]), [], `ended by ${JSON.stringify(end)}`);
      for (const other of stays)
        assert.ok(
          standing([...begins, { clock, ...other }]).includes(is),
          `stays after ${JSON.stringify(other)}`,
        );
    });

  test('an orderly start, a take and a return are no fault', () => {
    const ordinary: readonly Said[] = [
      ...(['first-start', 'restart'] as const).map(reason => ({ type: 'booted' as const, reason })),
      { type: 'granted', slot: 1 },
      { type: 'pulsed', slot: 1 },
      { type: 'door-opened', slot: 1 },
      { type: 'key-taken', slot: 1, key: 'Van 1' },
      { type: 'door-closed', slot: 1 },
      { type: 'denied', reason: 'unknown' },
      { type: 'not-opened', slot: 1 },
      { type: 'due-soon', key: 'Van 1' },
      { type: 'key-returned', slot: 1, key: 'Van 1' },
    ];
    assert.deepEqual(standing(ordinary), []);
  });

  test('a fault and its counterpart in one batch leave nothing, but are told', () => {
    const [story] = faultStories(
      [],
      [eventOf({ type: 'door-forced', slot: 1 }), eventOf({ type: 'door-shut', slot: 1 })],
      () => 5,
    );
    assert.deepEqual([story?.before, story?.after, story?.said, story?.fault.at], [false, false, 1, 5]);
  });

  test('wrong entries keep a lockout awake; an untrusted clock gives no instant', () => {
    const place: FaultPlace = { of: 'box' };
    const open: OpenFault[] = [{ kind: 'lockout', place }];
    const [story] = faultStories(open, [eventOf({ type: 'denied', reason: 'locked-out' })], () => 1);
    assert.deepEqual([story?.goesOn, story?.said, story?.fault.fadesMs], [true, 0, 600_000]);
    assert.deepEqual(
      faultStories(open, [eventOf({ type: 'denied', reason: 'too-early' })], () => 1),
      [],
    );
    const [forced] = faultStories([], [eventOf({ type: 'tamper', clock: 'behind' })], () => 1);
    assert.equal(forced?.fault.at, null);
  });
});

/** A random journal of everything that begins or ends anything. */
function randomEvents(prng: Prng): readonly object[] {
  const all = faultRows.flatMap(({ begins, ends, stays }) => [...begins, ...ends, ...stays]);
  return Array.from(
    { length: prng.int(1, 60) },
    () => all[prng.int(0, all.length - 1)] ?? { type: 'booted' },
  );
}

test('the same journal in any batches comes to the same', () => {
  for (const seed of seedsFor(300, 300)) {
    const prng = new Prng(seed);
    const events = randomEvents(prng);
    const whole = standing(events);
    let open: OpenFault[] = [];
    for (let from = 0; from < events.length; ) {
      const to = from + prng.int(1, 9);
      const stories = faultStories(open, events.slice(from, to).map(eventOf), () => 1);
      for (const { fault, after } of stories) {
        const name = `${fault.kind}${placeText(fault.place)}`;
        open = open.filter(each => `${each.kind}${placeText(each.place)}` !== name);
        if (after) open.push(fault);
      }
      from = to;
    }
    const batched = open.map(({ kind, place }) => `${kind}${placeText(place)}`).sort();
    assert.deepEqual(batched, whole, `SEED=${seed}`);
  }
});

describe('a clock that flaps for days', () => {
  for (const isWrong of [true, false])
    test(`is one fault at most, and stands in the end ${isWrong ? 'as' : 'no more, as'} the box has it`, () => {
      const box = new Days(false);
      box.flaps(['clock'], 30_000, 2 * day);
      box.turn('clock', isWrong);
      box.until(box.now + day);
      assert.ok(box.busiest <= eachDay, `${box.busiest} events in a day`);
      const stands = () => standing(box.heard.map(({ at: _, ...entry }) => entry));
      assert.deepEqual(stands(), isWrong ? ['clock-untrusted'] : []);
      box.restarts();
      const after = stands().filter(fault => fault !== 'box-restarted');
      assert.deepEqual(after, isWrong ? ['clock-untrusted'] : [], 'also after a restart');
    });
});
