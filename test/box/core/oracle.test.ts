import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fingerprint, wall } from '../../../src/base/brand.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import {
  back,
  booking,
  burnt,
  car,
  done,
  grantMine,
  mine,
  minute,
  none,
  one,
  order,
  other,
  own,
  pulse,
  Story,
  says,
  start,
  tag,
  take,
  two,
  van,
} from './oracle-story.ts';

describe('the oracle has nothing against', () => {
  test('a take and a return', () => void new Story().taken().returned());
  test('a reusable code taking again', () => {
    const again = booking(own, { reuse: true });
    new Story().taken(again).returned(again).taken(again);
  });
  test('a return in lock-down, at night, with a wrong clock', () => {
    const story = new Story().taken();
    story.fine(order({ verb: 'lockdown', on: true, until: null }), [done]);
    story.skew = 400 * 24 * 60 * minute;
    story.returned();
  });
  test('a return that is delayed by less than two seconds', () => {
    const story = new Story().taken().wrong(5);
    assert.deepEqual(story.typed(mine, []), []);
    story.pass(1_400).fine({ type: 'woke' }, [back(one)], [pulse(one)]);
  });
  test('a box that is full', () => {
    const story = new Story(false).fine(order({ verb: 'correct', slot: one, key: van }), [done]);
    story.fine(tag(car), [{ type: 'box-full', key: car }]);
  });
});

describe('the oracle catches takes', () => {
  test('that nobody asked for', () => {
    const found = new Story().say({ type: 'woke' }, [take(mine)], [burnt(mine), pulse(one)]);
    says(found, /nobody showed/);
  });
  test('with a choice from a list that is over', () => {
    const story = new Story();
    assert.deepEqual(story.typed(mine, []), []);
    story.pass(31_000);
    const chosen: InputBody = { type: 'entered', length: 1, choice: 1 };
    says(story.say(chosen, [take(mine)], [burnt(mine), pulse(one)]), /nobody showed/);
  });
  test('with a wrong PIN', () => {
    const subject = { by: 'phone', fingerprint: fingerprint('p') } as const;
    const found = [booking(own, { needsPin: true })];
    const checked: InputBody = { type: 'pin-checked', subject, length: 4, found, matched: [] };
    says(new Story().say(checked, [take(mine)], [burnt(mine), pulse(one)]), /nobody showed/);
  });
  test('before, after and beside the window', () => {
    const early = booking(own, { start: wall(start + 30 * minute) });
    says(grantMine(new Story(), early), /outside its window/);
    const lead = booking(own, { start: wall(start + 10 * minute) });
    assert.deepEqual(grantMine(new Story(), lead), []);
    says(grantMine(new Story(), { ...lead, conflicting: true }), /outside its window/);
    says(grantMine(new Story().pass(121 * minute)), /outside its window/);
  });
  test('by a clock that is not to be believed', () => {
    const skew = 10 * 24 * 60 * minute;
    const then = booking(own, { start: wall(start + skew), end: null });
    const [story, honest] = [new Story(), new Story()];
    story.skew = skew;
    honest.skew = skew;
    says(grantMine(story, then), /outside its window/);
    assert.deepEqual(grantMine(honest), []);
  });
  test('of cancelled and void codes', () => {
    says(grantMine(new Story(), booking(own, { cancelled: true })), /cancelled/);
    says(grantMine(new Story(), booking(own, { voided: true })), /cancelled or void/);
  });
  test('that are not burnt', () => {
    says(new Story().typed(mine, [take(mine)], [pulse(one)]), /not burnt/);
  });
  test('of a used code', () => says(grantMine(new Story().taken().returned()), /honoured twice/));
  test('of a code whose key a technician put back', () => {
    const story = new Story().taken().fine({ type: 'presence-changed', slot: one, presence: 'present' });
    story.fine(order({ verb: 'correct', slot: one, key: van }), [done]);
    says(grantMine(story), /honoured twice/);
  });
  test('of a key that is out, or in another slot', () => {
    const conflicting = booking(other);
    says(grantMine(new Story().taken(), conflicting), /which is out/);
    const found = new Story()
      .taken()
      .returned()
      .typed(conflicting, [take(conflicting, two)], [burnt(conflicting), pulse(two)]);
    says(found, /another slot/);
  });
  test('in lock-down, with low power, on a refusing disk', () => {
    const locked = new Story().fine(order({ verb: 'lockdown', on: true, until: null }), [done]);
    says(grantMine(locked), /takes are stopped/);
    const low = new Story().fine({ type: 'alarm-changed', line: 'power-low', active: true });
    says(grantMine(low), /takes are stopped/);
    const degraded: InputBody = { type: 'storage-changed', storage: 'degraded', reason: 'full' };
    says(grantMine(new Story().fine(degraded)), /takes are stopped/);
  });
  test('during the wait', () => {
    says(grantMine(new Story().wrong(5)), /during the wait/);
    assert.deepEqual(grantMine(new Story().wrong(4)), []);
    assert.deepEqual(grantMine(new Story().wrong(5).pass(30_000)), []);
    const story = new Story().wrong(5);
    story.boot(['present', 'present']);
    says(grantMine(story), /during the wait/);
  });
  test('from a jammed slot', () => {
    const story = new Story().fine({ type: 'woke' }, [{ type: 'jammed', slot: one, key: van }]);
    says(grantMine(story), /jammed/);
  });
  test('by somebody else while a grant is unconfirmed after a boot', () => {
    const story = new Story();
    assert.deepEqual(grantMine(story), []);
    story.boot(['present', 'present']);
    says(grantMine(story, booking(other)), /did not wait/);
    assert.deepEqual(grantMine(story.pass(61_000), booking(other)), []);
  });
  test('for a fourth time in front of a door that stays shut', () => {
    const story = new Story();
    for (let n = 0; n < 3; n += 1) {
      assert.deepEqual(grantMine(story), []);
      story.fine({ type: 'pulse-ended', slot: one });
      story.pass(20_000).fine({ type: 'woke' }, [{ type: 'not-opened', slot: one }]);
    }
    says(grantMine(story), /fourth pulse/);
  });
  test('after five openings for nothing', () => {
    const story = new Story();
    for (let n = 0; n < 5; n += 1)
      story.fine({ type: 'woke' }, [{ type: 'not-taken', slot: one, booking: own }]);
    says(grantMine(story), /five openings/);
  });
});

describe('the oracle catches guessing', () => {
  const asks = (scope: 'all' | 'out'): Effect => ({ type: 'look-up', scope, pin: null });
  const typed: InputBody = { type: 'entered', length: 8, choice: null };
  const missed: InputBody = { type: 'looked-up', scope: 'out', lookup: none, pin: null };
  const waits: Entry = { type: 'denied', reason: 'locked-out', by: 'code' };

  test('that is looked up among all during the wait', () => {
    says(new Story().wrong(5).say(typed, [], [asks('all')]), /among all during the wait/);
    new Story()
      .wrong(5)
      .pass(30_000)
      .fine(typed, [], [asks('all')]);
  });
  test('that is looked up twice in 2 s, if the first found nothing', () => {
    const story = new Story()
      .wrong(5)
      .fine(typed, [], [asks('out')])
      .fine(missed, [waits]);
    says(story.say(typed, [], [asks('out')]), /two look-ups in 2 s/);
    story.pass(2_000).fine(typed, [], [asks('out')]);
  });
  test('as a reason to refuse whoever need not wait', () => {
    says(new Story().wrong(4).say(typed, [waits]), /nobody had to wait/);
    says(new Story().wrong(5).pass(30_000).say(typed, [waits]), /nobody had to wait/);
  });
  test('where a reader invents numbers: they count for nothing and are said once a minute', () => {
    const stray: Entry = { type: 'denied', reason: 'unknown', by: 'tag' };
    const story = new Story().fine(tag(null), [stray]);
    says(story.say(tag(null), [stray]), /two denials of tags/);
    for (let n = 0; n < 9; n += 1) story.pass(60_000).fine(tag(null), [stray]);
    says(story.say(typed, [waits]), /nobody had to wait/);
  });
});

describe('the oracle catches removals', () => {
  const gone: InputBody = { type: 'presence-changed', slot: one, presence: 'absent' };
  const event = (key: typeof van): Entry => ({ type: 'key-taken', slot: one, key, proof: 'sensor' });

  test('without a grant', () => says(new Story().say(gone, [event(van)]), /without a grant/));
  test('of another key than was granted', () => {
    const story = new Story();
    assert.deepEqual(grantMine(story), []);
    says(story.say(gone, [event(car)]), /without a grant/);
  });
  test('long after the door was shut', () => {
    const story = new Story().taken().returned();
    says(story.pass(5_000).say(gone, [event(van)]), /without a grant/);
  });
  test('twice without a return', () => {
    const story = new Story().taken();
    story.fine(order({ verb: 'open', slot: one }), [{ type: 'granted', for: 'technician', slot: one }]);
    says(story.say(gone, [event(van)]), /twice without a return/);
  });
  test('that a power cut on a refusing disk took back, but no others', () => {
    const story = new Story();
    assert.deepEqual(grantMine(story), []);
    story.fine({ type: 'door-changed', slot: one, door: 'open' }, [{ type: 'door-opened', slot: one }]);
    story.fine({ type: 'storage-changed', storage: 'degraded', reason: 'full' });
    story.fine(gone, [event(van)]);
    assert.deepEqual(story.boot(['absent', 'present']), []);
    assert.deepEqual(story.say({ type: 'woke' }, [event(van)]), []);
    says(story.say({ type: 'woke' }, [event(van)]), /twice without a return/);
  });
  test('by hand-over to somebody who showed nothing', () => {
    const handed: Entry = { type: 'key-transferred', slot: one, key: van, booking: other };
    says(new Story().taken().say({ type: 'woke' }, [handed]), /showed no credential/);
  });
});

describe('the oracle catches returns', () => {
  test('found at boot where nothing is seen', () => {
    const found = new Story()
      .taken()
      .boot(['absent', 'present'], [{ type: 'key-returned', slot: one, key: van, proof: 'boot' }]);
    says(found, /no sensor shows/);
  });
  test('not found at boot where only that key can be', () => {
    says(new Story().taken().boot(['present', 'present']), /said to be out/);
  });
  test('refused to the taker', () => {
    const story = new Story().taken();
    assert.deepEqual(story.typed(mine, [{ type: 'denied', reason: 'out-of-service', by: 'code' }]), []);
    says(story.pass(2_000).say({ type: 'woke' }), /was refused/);
  });
  test('refused to the tag', () => says(new Story().taken().say(tag(van)), /was refused/));
  test('refused for want of room where there is room', () => {
    says(new Story().taken().say(tag(van), [{ type: 'box-full', key: van }]), /although slot 1 is empty/);
  });
  test('to a slot that presence sees taken', () => {
    says(new Story().taken().say(tag(van), [back(two)], [pulse(two)]), /may hold another key/);
  });
  test('to a slot without a sensor that nobody emptied, or somebody opened since', () => {
    const blind = new Story(false).fine(order({ verb: 'correct', slot: two, key: car }), [done]);
    says(blind.say(tag(van), [back(two)], [pulse(two)]), /may hold another key/);
    const forced = new Story(false).taken();
    forced.fine({ type: 'door-changed', slot: one, door: 'open' }, [{ type: 'door-forced', slot: one }]);
    says(forced.say(tag(van), [back(one)], [pulse(one)]), /may hold another key/);
  });
  test('of two keys to one slot', () => {
    const story = new Story().taken().fine(tag(van), [back(one)], [pulse(one)]);
    story.fine({ type: 'pulse-ended', slot: one });
    const mismatch: Entry = { type: 'custody-mismatch', slot: two, key: car };
    says(story.say(tag(car), [mismatch, back(one, car)], [pulse(one)]), /promised to two keys/);
  });
  test('of a key believed in without saying so', () => {
    const story = new Story().fine(order({ verb: 'correct', slot: two, key: car }), [done]);
    story.fine({ type: 'presence-changed', slot: one, presence: 'absent' });
    says(story.say(tag(car), [back(one, car)], [pulse(one)]), /without custody-mismatch/);
  });
  test('that the sensor does not show', () => {
    const story = new Story().taken().fine(tag(van), [back(one)], [pulse(one)]);
    const event: Entry = { type: 'key-returned', slot: one, key: van, proof: 'sensor' };
    says(story.say({ type: 'woke' }, [event]), /sensor does not show/);
  });
});

describe('the oracle catches locks', () => {
  test('that move without a grant', () => {
    says(new Story().say({ type: 'woke' }, [], [pulse(one)]), /without a grant of its own/);
  });
  test('that move again for one grant, or after a boot', () => {
    const story = new Story();
    assert.deepEqual(grantMine(story), []);
    says(story.say({ type: 'pulse-ended', slot: one }, [], [pulse(one)]), /without a grant of its own/);
    const booted = new Story();
    assert.deepEqual(booted.typed(mine, [take(mine)], [burnt(mine)]), []);
    booted.boot(['present', 'present']);
    says(booted.say({ type: 'woke' }, [], [pulse(one)]), /without a grant of its own/);
  });
  test('that are powered for too long, or two at a time', () => {
    const open = order({ verb: 'open-all' });
    const grants = [one, two].map(slot => ({ type: 'granted', for: 'technician', slot }) as const);
    says(new Story().say(open, grants, [pulse(one, 1_001)]), /pulse of 1001 ms/);
    says(new Story().say(open, grants, [pulse(one), pulse(two)]), /two locks/);
    const story = new Story().fine(open, grants, [pulse(one)]);
    story.fine({ type: 'pulse-ended', slot: one }, [], [pulse(two)]);
  });
  test('that are granted by the dozen', () => {
    const grants = [one, two].map(slot => ({ type: 'granted', for: 'technician', slot }) as const);
    says(new Story().say(order({ verb: 'open', slot: one }), grants), /several grants/);
  });
  test('whose door opened as if it had been granted', () => {
    const opens: InputBody = { type: 'door-changed', slot: one, door: 'open' };
    says(new Story().say(opens, [{ type: 'door-opened', slot: one }]), /nothing was granted/);
  });
});
