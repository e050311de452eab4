import assert from 'node:assert/strict';
import { bookingId, fingerprint, keyName, millis, mono, slotId, wall } from '../../../src/base/brand.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import type { InputBody, Lookup } from '../../../src/box/core/input.ts';
import type { Candidate, Use } from '../../../src/box/core/model.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { Oracle } from './oracle.ts';

export const start = Date.UTC(2026, 4, 5, 8);
export const minute = 60_000;
export const [one, two] = [slotId(1), slotId(2)];
export const [van, car] = [keyName('van'), keyName('car')];
export const own = bookingId('own');
export const other = bookingId('other');
export const none: Lookup = { code: [], phone: null };

/** A box of two sensed slots, or of two without sensors, that speaks only what the test says. */
export class Story {
  readonly #oracle: Oracle;
  #mono = 1_000;
  skew = 0;

  constructor(sensed = true) {
    const slots = [one, two].map(id => ({ id, sensed }));
    const keys = [
      { name: van, home: one },
      { name: car, home: two },
    ];
    this.#oracle = new Oracle({ slots, keys, leadMs: 15 * minute, maxSyncAgeMs: null });
    this.boot(['present', 'present']);
  }

  boot(presences: readonly ('present' | 'absent')[], entries: readonly Entry[] = []): readonly string[] {
    const levels = presences.map(
      (presence, at) => ({ slot: slotId(at + 1), door: 'shut', presence }) as const,
    );
    this.#oracle.restart(null);
    return this.say({ type: 'booted', reason: 'test', levels }, [{ type: 'booted' }, ...entries]);
  }

  pass(ms: number): this {
    this.#mono += ms;
    return this;
  }

  /** What the oracle says to this input being answered with these events and other effects. */
  say(body: InputBody, entries: readonly Entry[] = [], more: readonly Effect[] = []): readonly string[] {
    this.#mono += 100;
    const at = { mono: mono(this.#mono), wall: wall(start + this.#mono + this.skew) };
    const journal = entries.map(entry => ({ type: 'journal', entry }) as const);
    return this.#oracle.judge({ ...body, at }, [...journal, ...more]);
  }

  fine(body: InputBody, entries: readonly Entry[] = [], more: readonly Effect[] = []): this {
    assert.deepEqual(this.say(body, entries, more), []);
    return this;
  }

  typed(candidate: Candidate, entries: readonly Entry[], more: readonly Effect[] = []): readonly string[] {
    const lookup = { code: [candidate], phone: null };
    return this.say({ type: 'looked-up', scope: 'all', lookup, pin: null }, entries, more);
  }

  /** A whole take by code, up to the shut door. */
  taken(candidate = booking(own)): this {
    assert.deepEqual(this.typed(candidate, [take(candidate)], [burnt(candidate), pulse(one)]), []);
    this.fine({ type: 'pulse-ended', slot: one });
    this.fine({ type: 'door-changed', slot: one, door: 'open' }, [{ type: 'door-opened', slot: one }]);
    this.fine({ type: 'presence-changed', slot: one, presence: 'absent' }, [
      { type: 'key-taken', slot: one, key: van, booking: candidate.booking, proof: 'sensor' },
    ]);
    return this.fine({ type: 'door-changed', slot: one, door: 'shut' }, [{ type: 'door-closed', slot: one }]);
  }

  /** A whole return by code. */
  returned(candidate = booking(own)): this {
    assert.deepEqual(this.typed(candidate, [back(one)], [pulse(one)]), []);
    this.fine({ type: 'pulse-ended', slot: one });
    this.fine({ type: 'door-changed', slot: one, door: 'open' }, [{ type: 'door-opened', slot: one }]);
    this.fine({ type: 'presence-changed', slot: one, presence: 'present' }, [
      { type: 'key-returned', slot: one, key: van, booking: candidate.booking, proof: 'sensor' },
    ]);
    return this.fine({ type: 'door-changed', slot: one, door: 'shut' }, [{ type: 'door-closed', slot: one }]);
  }

  wrong(times: number): this {
    for (let n = 0; n < times; n += 1)
      this.fine({ type: 'looked-up', scope: 'all', lookup: none, pin: null }, [
        { type: 'denied', reason: 'unknown', by: 'code' },
      ]);
    return this;
  }
}

export const booking = (id: typeof own, more: Partial<Candidate> = {}): Candidate => ({
  booking: id,
  key: van,
  start: wall(start),
  end: wall(start + 120 * minute),
  reuse: false,
  driver: null,
  cancelled: false,
  voided: false,
  conflicting: false,
  needsPin: false,
  use: null,
  ...more,
});
export const take = ({ booking: id, key }: Candidate, slot = one): Entry => ({
  ...{ type: 'granted', for: 'take', slot, key, booking: id, by: 'code' },
});
export const back = (slot: typeof one, key = van): Entry => ({
  type: 'granted',
  for: 'return',
  slot,
  key,
  by: 'tag',
});
export const burnt = ({ booking: id, key }: Candidate): Effect => {
  const use: Use = {
    ...{ booking: id, life: 'granted', key, pulses: 1, openings: 0, codeUsed: false, reuse: false },
    ...{ who: null, end: null, dueSoonSaid: false, overdueSaid: false },
  };
  return { type: 'write-use', use };
};
export const pulse = (slot: typeof one, ms = 300): Effect => ({
  ...{ type: 'pulse-lock', slot, ms: millis(ms), until: mono(Number.MAX_SAFE_INTEGER) },
});
export const tag = (key: typeof van | null): InputBody => ({
  ...{ type: 'tag-read', frames: 1, fingerprint: fingerprint('f'), key, badge: [] },
});
export const order = (command: (InputBody & { type: 'command' })['command']): InputBody => ({
  ...{ type: 'command', id: 1, who: 'mira', why: 'test', command },
});
export const done: Entry = { type: 'technician', by: 'technician', what: 'done' };

/** The oracle must say exactly this rule. */
export const says = (found: readonly string[], rule: RegExp): void => {
  assert.equal(found.length, 1, `expected one violation of ${rule}, got: ${found.join('; ') || 'none'}`);
  assert.match(found[0] ?? '', rule);
};
export const mine = booking(own);
export const grantMine = (story: Story, candidate = mine): readonly string[] =>
  story.typed(candidate, [take(candidate)], [burnt(candidate), pulse(one)]);
