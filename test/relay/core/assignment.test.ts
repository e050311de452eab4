import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { type WallMs, wall } from '../../../src/base/brand.ts';
import {
  type Assigned,
  type AssignmentDecision,
  type Booked,
  freshCodeDue,
  judge,
  type Linked,
  type Situation,
} from '../../../src/relay/core/assignment.ts';

const hour = 3_600_000;
/** `h` hours after the morning of the tests; now is 0. */
const at = (h: number): WallMs => wall(1_772_000_000_000 + h * hour);
const now = at(0);

const assigned: Assigned = {
  vehicle: 'v-301',
  contact: 'ada',
  start: at(1),
  end: at(9),
  deleted: false,
  firstSeen: at(-1),
};
const link: Linked = { key: 'van-12', mode: 'automatic' };
const settings = { longBookings: 'reuse' } as const;
const booked: Booked = {
  ...{ key: 'van-12', contact: 'ada', start: at(1), end: at(9), reuse: false },
  ...{ live: true, taken: false, out: false, adjusted: null },
};

const decision = (change: {
  readonly assigned?: Partial<Assigned>;
  readonly link?: Partial<Linked>;
  readonly booked?: Partial<Booked> | null;
  readonly settings?: Situation['settings'];
  readonly now?: WallMs;
}): AssignmentDecision =>
  judge({
    assigned: { ...assigned, ...change.assigned },
    link: { ...link, ...change.link },
    booked: change.booked === null ? null : { ...booked, ...change.booked },
    settings: change.settings ?? settings,
    now: change.now ?? now,
  });

const wanted = { key: 'van-12', contact: 'ada', start: at(1), end: at(9), reuse: false };

describe('an assignment without a booking', () => {
  it('makes one', () => assert.deepEqual(decision({ booked: null }), { do: 'book', booking: wanted }));
  it('asks an administrator where the vehicle says so', () =>
    assert.deepEqual(decision({ booked: null, link: { mode: 'prompt' } }), { do: 'prompt' }));
  it('says that a key is missing', () =>
    assert.deepEqual(decision({ booked: null, link: { key: null } }), { do: 'no-key' }));
  it('that is over already does nothing', () =>
    assert.deepEqual(decision({ booked: null, assigned: { end: at(0) } }), { do: 'nothing', why: 'over' }));
  for (const [start, end] of [
    [9, 1],
    [30, 26],
    [5, 5],
  ] as const)
    it(`from ${start} to ${end} h is a slip, which books nothing and moves nothing`, () => {
      const slip = { assigned: { start: at(start), end: at(end) } };
      const nothing = { do: 'nothing', why: 'backwards' };
      assert.deepEqual(decision({ ...slip, booked: null }), nothing);
      assert.deepEqual(decision(slip), nothing);
      assert.deepEqual(decision({ ...slip, booked: { taken: true, out: true } }), nothing);
    });
  it('that is deleted does nothing', () =>
    assert.deepEqual(decision({ booked: null, assigned: { deleted: true } }), {
      do: 'nothing',
      why: 'deleted',
    }));
  it('without a start begins when it was first seen', () =>
    assert.deepEqual(decision({ booked: null, assigned: { start: null } }), {
      do: 'book',
      booking: { ...wanted, start: at(-1) },
    }));
  for (const [title, end] of [
    ['without an end', null],
    ['of more than a day', at(26)],
  ] as const) {
    it(`${title} takes again until its end`, () =>
      assert.deepEqual(decision({ booked: null, assigned: { end } }), {
        do: 'book',
        booking: { ...wanted, end, reuse: true },
      }));
    it(`${title} takes once where the account has it so`, () =>
      assert.deepEqual(decision({ booked: null, assigned: { end }, settings: { longBookings: 'once' } }), {
        do: 'book',
        booking: { ...wanted, end },
      }));
  }
});

describe('an assignment with a booking', () => {
  it('that says the same changes nothing: our own echo, a doubled event', () =>
    assert.deepEqual(decision({}), { do: 'nothing', why: 'same' }));
  it('in another window moves it, code and all', () =>
    assert.deepEqual(decision({ assigned: { start: at(2), end: at(10) } }), {
      do: 'move',
      booking: { ...wanted, start: at(2), end: at(10) },
    }));
  it('for another driver replaces it', () =>
    assert.deepEqual(decision({ assigned: { contact: 'bo' } }), {
      do: 'replace',
      because: 'driver',
      booking: { ...wanted, contact: 'bo' },
    }));
  it('of a vehicle with another key replaces it', () =>
    assert.deepEqual(decision({ link: { key: 'van-34' } }), {
      do: 'replace',
      because: 'key',
      booking: { ...wanted, key: 'van-34' },
    }));
  it('for another driver asks first where the vehicle says so', () =>
    assert.deepEqual(decision({ assigned: { contact: 'bo' }, link: { mode: 'prompt' } }), {
      do: 'replace-by-prompt',
      because: 'driver',
    }));
  it('that was deleted cancels it', () =>
    assert.deepEqual(decision({ assigned: { deleted: true } }), { do: 'cancel', because: 'deleted' }));
  it('whose vehicle was unlinked keeps it', () =>
    assert.deepEqual(decision({ link: { key: null } }), { do: 'nothing', why: 'same' }));
  it('that was ended before the key was taken cancels it', () =>
    assert.deepEqual(decision({ assigned: { end: at(-0.5) } }), { do: 'cancel', because: 'over' }));
  it('that was ended while the key is out ends it: the key is overdue', () =>
    assert.deepEqual(
      decision({ assigned: { end: at(-0.5) }, booked: { start: at(-2), taken: true, out: true } }),
      {
        do: 'move',
        booking: { ...wanted, start: at(-2), end: at(-0.5) },
      },
    ));
  it('that moves its start after the key was taken moves no history', () =>
    assert.deepEqual(decision({ assigned: { start: at(3) }, booked: { start: at(-1), taken: true } }), {
      do: 'nothing',
      why: 'same',
    }));
  it('that ends by time alone is left to the booking’s own end', () =>
    assert.deepEqual(decision({ now: at(9.1) }), { do: 'nothing', why: 'same' }));
  it('keeps a window that an administrator has adjusted, until it is itself moved', () => {
    const adjusted = { start: at(1), end: at(9) };
    const by = { start: at(0.5), end: at(11), adjusted };
    assert.deepEqual(decision({ booked: by }), { do: 'nothing', why: 'same' });
    assert.deepEqual(decision({ booked: by, assigned: { end: at(12) } }), {
      do: 'move',
      booking: { ...wanted, start: at(0.5), end: at(12) },
    });
  });
  it('never takes back that a code may take again', () =>
    assert.deepEqual(decision({ assigned: { end: at(5) }, booked: { end: null, reuse: true } }), {
      do: 'move',
      booking: { ...wanted, end: at(5), reuse: true },
    }));
});

describe('an assignment whose booking is over', () => {
  const over = { live: false, taken: true } as const;
  it('is used up', () => assert.deepEqual(decision({ booked: over }), { do: 'nothing', why: 'used-up' }));
  it('books again when it is lengthened, or given to somebody else', () => {
    for (const change of [{ end: at(20) }, { end: null }, { contact: 'bo' }])
      assert.equal(decision({ booked: { ...over, end: at(2) }, assigned: change }).do, 'book');
  });
  it('that was deleted stays dead', () =>
    assert.deepEqual(decision({ booked: over, assigned: { deleted: true } }), {
      do: 'nothing',
      why: 'deleted',
    }));
});

describe('whatever happens to an assignment', () => {
  /** The booking after a decision was carried out. */
  const after = (said: AssignmentDecision, before: Booked | null): Booked | null => {
    if (said.do === 'book' || said.do === 'replace') return { ...booked, ...said.booking };
    if (said.do === 'move' && before !== null) return { ...before, ...said.booking };
    if (said.do === 'cancel' && before !== null) return { ...before, live: false };
    return before;
  };

  it('a decision that was carried out is not given again', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const prng = new Prng(seed);
      let current: Booked | null = null;
      let hours = 0;
      let state = assigned;
      for (let step = 0; step < 20; step += 1) {
        hours += prng.int(0, 3);
        const start = prng.chance(0.2) ? null : at(hours + prng.int(-4, 6));
        const end = prng.chance(0.2) ? null : wall((start ?? at(hours)) + prng.int(1, 40) * hour);
        state = {
          ...state,
          start,
          end,
          contact: prng.pick(['ada', 'bo']),
          deleted: state.deleted || prng.chance(0.02),
        };
        const situation = {
          ...{ assigned: state, settings, now: at(hours) },
          link: { key: prng.pick(['van-12', 'van-34', null]), mode: 'automatic' as const },
        };
        const said = judge({ ...situation, booked: current });
        current = after(said, current);
        const again = judge({ ...situation, booked: current });
        assert.ok(
          again.do === 'nothing' || again.do === 'no-key',
          `seed ${seed}, step ${step}: ${said.do}, ${again.do}`,
        );
        if (state.deleted)
          assert.ok(current === null || !current.live, `seed ${seed}: alive after its deletion`);
        if (current?.live && current.end !== null)
          assert.ok(current.end > current.start, `seed ${seed}: ends before it begins`);
      }
    }
  });
});

describe('a driver who brings the key back early', () => {
  const long = { start: at(-1), end: null, reuse: false, live: true };
  const cases = [
    [true, 'fresh', long],
    [false, 'reuse', long],
    [false, 'once', long],
    [false, 'fresh', { ...long, live: false }],
    [false, 'fresh', { ...long, end: at(5) }],
    [true, 'fresh', { ...long, end: at(40) }],
    [false, 'fresh', { ...long, start: at(-40), end: at(-1) }],
  ] as const;
  for (const [due, longBookings, booking] of cases)
    it(`${due ? 'gets' : 'gets no'} fresh code: ${longBookings}, ${JSON.stringify(booking)}`, () =>
      assert.equal(freshCodeDue(booking, { longBookings }, now), due));
});
