import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { slotId } from '../../../src/base/brand.ts';
import { restore } from '../../../src/box/core/durable.ts';
import { limits } from '../../../src/box/core/model.ts';
import { seedsFor } from '../../seeds.ts';
import { booking } from './bench-site.ts';
import { type Miss, PadRig } from './pad-rig.ts';
import { wholeState } from './whole-state.ts';

const seeds = seedsFor(25, 60);
const live = 20;
const dayMs = 86_400_000;
/** Hits that rules.md 19 allows in a day. */
const hitsADay = 0.001;

const digits = (random: Prng, length: number): string =>
  Array.from({ length }, () => random.int(0, 9)).join('');

/** As many bookings as this, each with a code of its own. */
function codesOf(random: Prng, count: number, length: number): Map<string, ReturnType<typeof booking>> {
  const codes = new Map<string, ReturnType<typeof booking>>();
  while (codes.size < count) {
    const slot = codes.size + 1;
    codes.set(digits(random, length), booking(`b${slot}`, slot, { end: null, reuse: true }));
  }
  return codes;
}

/** A box from which the keys of these codes are out. */
function taken(rig: PadRig, codes: readonly string[]): PadRig {
  for (const code of codes) {
    assert.ok(rig.opens(code), 'a take');
    const granted = rig.entries.findLast(({ type }) => type === 'granted');
    rig.visits(slotId(granted?.slot ?? 0), 'goes');
    rig.mono += 2_000;
  }
  rig.misses = [];
  rig.entries = [];
  return rig;
}

describe('18. waiting is bounded', () => {
  test(`under any pattern of entries, PINs, tags and badges: a valid code 30 s after the last wrong one, a return 2 s (${seeds.length} seeds)`, () => {
    for (const seed of seeds) {
      const random = new Prng(seed);
      const codes = codesOf(random, 6, 8);
      const [home1 = '', home2 = '', home3 = '', out1 = '', out2 = ''] = codes.keys();
      const people = new Map([
        ['0612345678', { candidate: booking('p', 6, { end: null }), pin: '7093' }],
        ['badge', { candidate: booking('q', 6, { end: null }), pin: '5814' }],
      ]);
      const rig = taken(new PadRig(codes, people), [out1, out2]);
      const deeds: readonly (() => void)[] = [
        () => void rig.types(digits(random, 8)),
        () => void rig.types(digits(random, random.int(1, 12))),
        () => void rig.types('0612345678'),
        () => void rig.types(digits(random, 10)),
        () => void rig.types(digits(random, 4)),
        () => void rig.types(home1),
        () => rig.reads('badge', 1),
        () => rig.reads(digits(random, 10), random.pick([1, 2])),
        () => void rig.feed({ type: 'keypad-cleared', by: 'key', length: random.int(0, 8) }),
      ];
      let wrongAt = Number.NEGATIVE_INFINITY;
      for (let turn = 0; turn < 120; turn += 1) {
        const heard = rig.entries.length;
        random.pick(deeds)();
        const news = rig.entries.slice(heard);
        const wrong = news.filter(({ reason }) => reason === 'unknown' || reason === 'pin-wrong');
        if (wrong.some(({ by }) => by !== 'tag')) wrongAt = rig.mono;
        const told = `SEED=${seed}, turn ${turn}`;
        const queue = rig.fork();
        queue.mono = Math.max(rig.mono, wrongAt + limits.tryEveryMs);
        for (const code of [home2, home3, out1, out2]) assert.ok(queue.opens(code), `${told}: in the queue`);
        const bringer = rig.fork();
        bringer.mono += limits.returnLookupEveryMs;
        assert.ok(bringer.opens(out1), `${told}: a return after 2 s`);
        assert.ok(bringer.opens(out2), `${told}: and the one behind it`);
        rig.mono += random.pick([0, 50, 300, 1_900, 2_000, 9_000, 29_999, 31_000, 700_000]);
      }
    }
  });

  test('whatever tags and badges do meanwhile, nobody waits for them', () => {
    const random = new Prng(7);
    const codes = codesOf(random, 3, 8);
    const [code = ''] = codes.keys();
    const rig = new PadRig(codes);
    for (let n = 0; n < 5; n += 1) rig.types(digits(random, 8));
    for (let ms = 0; ms < limits.tryEveryMs; ms += 100) {
      rig.mono += 100;
      rig.reads(digits(random, 10), 1);
      rig.reads('stranger', 2);
    }
    assert.equal(rig.state.attempts.wrongs, 5);
    assert.ok(rig.opens(code));
    const tags = rig.entries.filter(({ by }) => by === 'tag');
    assert.deepEqual(tags, [{ type: 'denied', reason: 'unknown', by: 'tag' }]);
  });
});

/** What a guesser does with the box for a day, however clever; every look-up that named nothing. */
function aDay(rig: PadRig, random: Prng, length: number, pauseMs: () => number): readonly Miss[] {
  const end = rig.mono + dayMs;
  rig.misses = [];
  while (rig.mono < end) {
    rig.types(digits(random, length));
    rig.entries = [];
    rig.mono += pauseMs();
  }
  return rig.misses;
}

describe('19. a guesser', () => {
  const ways: readonly (readonly [string, (random: Prng) => () => number])[] = [
    ['as often as something is looked up', () => () => 2_000],
    ['without a pause', () => () => 700],
    ['in bursts, as chance has it', random => () => random.pick([10, 500, 2_000, 2_100, 30_000, 31_000])],
    ['one try in half a minute', () => () => 30_000],
    ['four tries in ten minutes, below the lockout', random => () => (random.chance(0.25) ? 600_000 : 100)],
  ];
  for (const [what, pause] of ways) {
    test(`${what}: at ${live} live codes at most ${hitsADay} hits a day are to be expected, all keys out and reusable`, () => {
      const random = new Prng(3);
      const codes = codesOf(random, live, 8);
      const rig = taken(new PadRig(codes), [...codes.keys()]);
      const first = aDay(rig, random, 8, pause(random)).length;
      assert.ok((first * live) / 1e8 <= hitsADay, `${first} look-ups`);
      if (!what.startsWith('as often')) return;
      const later = aDay(rig, random, 8, pause(random)).length;
      assert.ok(later <= dayMs / limits.tryEveryMs + 1, `${later} look-ups the day after`);
      assert.ok(first > later, 'the first day had what was left over from quieter ones');
    });
  }

  test('simulated with codes of four digits: as many hits as computed, and no more', () => {
    let [hits, looked] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const random = new Prng(seed);
      const codes = codesOf(random, live, 4);
      const rig = taken(new PadRig(codes), [...codes.keys()]);
      const end = rig.mono + dayMs;
      while (rig.mono < end) {
        const granted = rig.types(digits(random, 4)).find(({ type }) => type === 'granted');
        // Nothing is put in: a guesser has no key to bring.
        if (granted?.slot !== undefined) rig.visits(granted.slot, null);
        if (granted !== undefined) hits += 1;
        rig.entries = [];
        rig.mono += 2_000;
      }
      looked += rig.misses.length;
    }
    const expected = (looked * live) / (1e4 - live);
    assert.ok(Math.abs(hits - expected) < 5 * Math.sqrt(expected), `${hits} hits, ${expected} expected`);
    assert.ok(expected / 3 <= hitsADay * 1e4, `${expected / 3} a day, with codes ten thousand times shorter`);
  });

  test('the power brings back no look-up that was used', () => {
    const random = new Prng(5);
    const codes = codesOf(random, live, 8);
    const rig = taken(new PadRig(codes), [...codes.keys()]);
    aDay(rig, random, 8, () => 2_000);
    const { left } = rig.state.attempts.returns;
    assert.ok(left <= 1, `${left} left`);
    const parts = wholeState(rig.state).map(({ name, body }) => ({ name, body: body ?? '' }));
    const later = restore(rig.site, { parts, openUses: rig.state.uses, floor: null });
    assert.equal(later.attempts.returns.left, left);
  });
});
