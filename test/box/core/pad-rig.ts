import { mono, type SlotId, wall } from '../../../src/base/brand.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import { initialState, type Site } from '../../../src/box/core/initial.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import type { BoxState, Candidate } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { type SiteOptions, siteOf, t0 } from './bench-site.ts';
import { answerTo } from './typed.ts';

/** A look-up that named nothing, and among how many bookings it was. */
export interface Miss {
  readonly at: number;
  readonly scope: 'all' | 'out' | 'pin';
}

/**
 * A box as its pad and reader see it, quick enough for days of guessing: digits are real, doors do what they should at once, and
 * as the core is pure, a copy can be asked what would come of an entry.
 */
export class PadRig {
  readonly codes: ReadonlyMap<string, Candidate>;
  /** Phones and badges by their number, each with the PIN of its one booking. */
  readonly people: ReadonlyMap<string, { readonly candidate: Candidate; readonly pin: string }>;
  readonly site: Site;
  state: BoxState;
  mono = 1_000;
  misses: Miss[] = [];
  entries: Entry[] = [];
  #uses = new Map<string, Candidate['use']>();
  #typed = '';

  constructor(
    codes: PadRig['codes'],
    people: PadRig['people'] = new Map(),
    options: SiteOptions = { slots: codes.size },
  ) {
    this.codes = codes;
    this.people = people;
    this.site = siteOf(options);
    this.state = initialState(this.site);
    const levels = this.site.slots.map(
      ({ id }) => ({ slot: id, door: 'shut', presence: 'present' }) as const,
    );
    this.feed({ type: 'booted', reason: 'test', levels });
  }

  /** The same box, for a question: what is done with it happens to no other. */
  fork(): PadRig {
    const copy = new PadRig(this.codes, this.people);
    copy.state = this.state;
    copy.mono = this.mono;
    copy.entries = [];
    copy.#uses = new Map(this.#uses);
    return copy;
  }

  feed(body: InputBody): readonly Effect[] {
    const at = { mono: mono(this.mono), wall: wall(t0 + this.mono) };
    const { state, effects } = step(this.state, { ...body, at });
    this.state = state;
    for (const effect of effects) this.#act(effect);
    return effects;
  }

  /** Digits and `#`; what was said about them. */
  types(digits: string): readonly Entry[] {
    const before = this.entries.length;
    this.#typed = digits;
    const choice = digits.length <= 2 ? Number(digits) : null;
    this.feed({ type: 'entered', length: digits.length, choice });
    return this.entries.slice(before);
  }

  /** Whether this entry opens a slot at once. */
  opens(digits: string): boolean {
    return this.types(digits).some(({ type }) => type === 'granted');
  }

  reads(number: string, frames: 1 | 2): void {
    const person = this.people.get(number);
    const badge = person === undefined ? [] : this.#known([person.candidate]);
    this.feed({ type: 'tag-read', frames, fingerprint: number as never, key: null, badge });
  }

  /** The door of the slot that was just granted: its key goes or comes, or nothing does. */
  visits(slot: SlotId, key: 'goes' | 'comes' | null): void {
    this.feed({ type: 'door-changed', slot, door: 'open' });
    if (key !== null)
      this.feed({ type: 'presence-changed', slot, presence: key === 'goes' ? 'absent' : 'present' });
    this.feed({ type: 'door-changed', slot, door: 'shut' });
  }

  #act(effect: Effect): void {
    if (effect.type === 'journal') this.entries.push(effect.entry);
    else if (effect.type === 'write-use') this.#uses.set(effect.use.booking, effect.use);
    else if (effect.type === 'look-up') this.#look(effect);
    else if (effect.type === 'check-pin') this.#check(effect.subject);
    else if (effect.type === 'pulse-lock') {
      this.feed({ type: 'pulse-begun', slot: effect.slot, ms: effect.ms });
      this.feed({ type: 'pulse-ended', slot: effect.slot });
    }
  }

  #look(effect: Effect & { readonly type: 'look-up' }): void {
    const code = this.codes.get(this.#typed);
    const person = this.people.get(this.#typed);
    const isPhone = person !== undefined || this.#typed.length === 10;
    const found = person === undefined ? [] : this.#known([person.candidate]);
    const phone = isPhone ? { fingerprint: this.#typed as never, found } : null;
    const lookup = { code: code === undefined ? [] : this.#known([code]), phone };
    const answer = answerTo(effect, lookup);
    const named = answer.type === 'looked-up' && answer.lookup.code.length > 0;
    if (!named) this.misses.push({ at: this.mono, scope: effect.pin === null ? effect.scope : 'pin' });
    this.feed(answer);
  }

  #check(subject: (Effect & { readonly type: 'check-pin' })['subject']): void {
    const person = this.people.get(subject.fingerprint);
    const found = person === undefined ? [] : this.#known([person.candidate]);
    const matched = person?.pin === this.#typed ? [person.candidate.booking] : [];
    this.feed({ type: 'pin-checked', subject, length: this.#typed.length, found, matched });
  }

  #known(found: readonly Candidate[]): readonly Candidate[] {
    return found.map(one => ({ ...one, use: this.#uses.get(one.booking) ?? null }));
  }
}
