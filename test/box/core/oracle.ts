/**
 * Judges a run of the box by rules.md alone. It sees what goes into the core and what comes out, never the core's state, and
 * shares no code with it. Where a rule leaves something open, both readings pass.
 */
import type { KeyName, SlotId } from '../../../src/base/brand.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import type { Input } from '../../../src/box/core/input.ts';
import type { Candidate } from '../../../src/box/core/model.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { asksPin, presented } from './credentials.ts';
import { isEmpty, isLive, isUsable } from './slot-fact.ts';
import { Vouched } from './vouched.ts';
import { Witness } from './witness.ts';

export interface OracleSite {
  readonly slots: readonly { readonly id: SlotId; readonly sensed: boolean }[];
  readonly keys: readonly { readonly name: KeyName; readonly home: SlotId }[];
  readonly leadMs: number;
  readonly maxSyncAgeMs: number | null;
}

export class Oracle {
  readonly #site: OracleSite;
  readonly #seen: Witness;
  readonly #vouched = new Vouched();
  #bad: string[] = [];
  /** When a tag was last said to be nobody's. */
  #tagDeniedAt = Number.NEGATIVE_INFINITY;
  /** Keys somebody is bringing back, with the instant by which the box must have answered (rules 8, 18). */
  readonly #owed = new Map<KeyName, number>();

  constructor(site: OracleSite) {
    this.#site = site;
    this.#seen = new Witness(site.slots);
  }

  /** The process is gone; the next input is `booted`. `floor` is what the file says (rules.md 23). */
  restart(floor: number | null): void {
    this.#owed.clear();
    this.#tagDeniedAt = Number.NEGATIVE_INFINITY;
    this.#seen.restart(floor);
  }

  /** What the rules forbid of what has just happened, a sentence each; empty when all is well. */
  judge(input: Input, effects: readonly Effect[]): readonly string[] {
    this.#bad = [];
    this.#seen.hear(input, effects);
    this.#vouched.hear(input, this.#seen.clock.now());
    this.#owe(input);
    const entries = effects.flatMap(effect => (effect.type === 'journal' ? [effect.entry] : []));
    for (const entry of entries) {
      if (entry.type === 'granted' && entry.for === 'take') this.#take(entry, input, effects);
      if (entry.type === 'granted' && entry.for === 'return') this.#return(entry, input, entries);
      if (entry.type === 'key-taken') this.#taken(entry);
      if (entry.type === 'key-returned' && entry.proof === 'sensor')
        this.#no(isEmpty(this.#seen.slot(entry.slot)), '11: a return the sensor does not show');
      if (entry.type === 'key-returned' && entry.proof === 'boot') this.#foundBack(entry);
      if (entry.type === 'key-transferred') this.#transferred(entry);
      if (entry.type === 'door-opened' && entry.proof !== 'boot' && entry.reason !== 'maintenance')
        this.#no(!isLive(this.#seen.slot(entry.slot)), '15: door-opened where nothing was granted');
      if (entry.type === 'box-full') this.#full(entry, entries);
      if (entry.type === 'denied') this.#denied(entry);
      this.#seen.read(entry);
    }
    if (input.type === 'booted') this.#booted();
    this.#openings(input, entries, effects);
    this.#collect(entries);
    this.#lookups(effects);
    return this.#bad;
  }

  #no(wrong: boolean, sentence: string): void {
    if (wrong) this.#bad.push(`rule ${sentence}`);
  }

  #take(entry: Entry, input: Input, effects: readonly Effect[]): void {
    const { slot, key, shown, now, unsettled } = this.#seen;
    const mine = shown(entry.booking);
    const acts = ['entered', 'looked-up', 'pin-checked', 'tag-read'].includes(input.type);
    this.#no(mine === undefined || !acts, '1: a take nobody showed a credential for');
    if (mine !== undefined) this.#right(mine, entry);
    const uses = effects.flatMap(effect => (effect.type === 'write-use' ? [effect.use] : []));
    const burnt = uses.some(use => use.booking === entry.booking && use.life === 'granted');
    this.#no(!burnt, '4: a take granted but not burnt in the same step');
    const { out, slot: place } = key(entry.key);
    this.#no(out, `2: a take of ${entry.key}, which is out`);
    this.#no(place !== null && place !== entry.slot, `2: ${entry.key} is in another slot`);
    this.#no(slot(entry.slot).jammed, '15: a take from a jammed slot');
    const first = unsettled.get(entry.key);
    const waits = first !== undefined && first.booking !== entry.booking && now < first.until;
    this.#no(waits, '7: another credential did not wait for an unconfirmed grant');
  }

  /** Whether this booking may take at all, now. */
  #right(mine: Candidate, entry: Entry): void {
    const { clock, use, powerLow, degraded, lockedDown, waiting } = this.#seen;
    const instants = clock.now();
    const from = mine.start - (mine.conflicting ? 0 : this.#site.leadMs);
    const inside = instants.some(instant => instant >= from && (mine.end === null || instant < mine.end));
    this.#no(!inside, '2: a take outside its window');
    this.#no(mine.cancelled || (mine.voided && entry.by === 'code'), '1: a take on a cancelled or void code');
    const { used, untaken } = use(entry.booking);
    this.#no(used && entry.by === 'code' && !mine.reuse, '6: a code honoured twice');
    this.#no(untaken >= 5 && entry.by === 'code', '6: a take after five openings without taking');
    this.#no(powerLow || degraded() || lockedDown(instants), '13, 16, 17: a take while takes are stopped');
    this.#no(waiting(), '18: a take during the wait');
    this.#no(this.#vouched.stale(this.#site.maxSyncAgeMs, instants), '25: a take by bookings that are stale');
  }

  #return(entry: Entry, input: Input, entries: readonly Entry[]): void {
    const { key, slot: fact } = this.#seen;
    const slot = fact(entry.slot);
    // Rule 12: a key never seen before may come to its own compartment, where nothing ever happened.
    const home = this.#site.keys.some(one => one.name === entry.key && one.home === entry.slot);
    const first = home && !slot.sensed && slot.untouched && key(entry.key).slot === null;
    this.#no(!isEmpty(slot) && !first, `8: slot ${entry.slot} opened for a return may hold another key`);
    this.#no(slot.jammed, '8: a jammed slot opened for a return');
    const waits = isLive(slot, 'return') && !slot.grant?.held && !slot.grant?.returned;
    this.#no(waits && slot.grant?.by.key !== entry.key, '8: one slot promised to two keys');
    const { out, slot: place } = key(entry.key);
    const mismatch = entries.some(one => one.type === 'custody-mismatch' && one.key === entry.key);
    const believedIn = input.type === 'tag-read' && !out && place !== null && !isEmpty(fact(place));
    this.#no(believedIn && !mismatch, '9: a tag of a key believed in, without custody-mismatch');
  }

  #taken(entry: Entry): void {
    const { key, slot, now } = this.#seen;
    const { grant } = slot(entry.slot);
    this.#no(key(entry.key).out, `6: ${entry.key} removed twice without a return`);
    const late = grant !== null && grant.closedAt !== null && now > grant.closedAt + 1_000;
    const mine = grant?.by.for !== 'take' || grant.by.key === entry.key;
    const back = grant?.by.for !== 'return' || grant.returned === entry.key;
    this.#no(grant === null || late || !mine || !back, `6: ${entry.key} removed without a grant`);
  }

  /** Rules 7, 11: what nobody saw come is known only by a sensor, and only where no other key can be it. */
  #foundBack({ key, slot }: Entry): void {
    const { sensed, present } = this.#seen.slot(slot);
    this.#no(!sensed || !present, '11: a return at boot that no sensor shows');
    const conflicting = this.#site.keys.find(
      one => one.name !== key && this.#seen.key(one.name).slot === slot,
    );
    this.#no(conflicting !== undefined, `7: ${key} found at boot where ${conflicting?.name} is`);
  }

  /** Rules 7, 13: the only key that is out is back when its home, where nothing else belongs, is not empty any more. */
  #booted(): void {
    const out = this.#site.keys.filter(({ name }) => this.#seen.key(name).out);
    const [only] = out;
    if (only === undefined || out.length > 1) return;
    const { sensed, present, grant } = this.#seen.slot(only.home);
    const rivals = this.#site.keys.filter(
      ({ name, home }) =>
        name !== only.name && (home === only.home || this.#seen.key(name).slot === only.home),
    );
    // What is under way at a door, or was when the power went, has a story of its own.
    const calm = this.#seen.slots().every(([, slot]) => slot.grant === null || slot.grant.closedAt !== null);
    this.#no(
      sensed && present && rivals.length === 0 && calm && grant?.held !== true,
      `7: ${only.name} hangs in its home and is said to be out`,
    );
  }

  /** Rule 18: who must wait is refused without a look, and nobody else is; what readers invent is said once a minute. */
  #denied(entry: Entry): void {
    const { mayWait, now } = this.#seen;
    if (entry.by === 'code' && entry.reason === 'locked-out')
      this.#no(!mayWait(), '18: a code refused as locked out although nobody had to wait');
    if (entry.by !== 'tag') return;
    this.#no(now < this.#tagDeniedAt + 60_000, '18: two denials of tags in one minute');
    this.#tagDeniedAt = now;
  }

  #lookups(effects: readonly Effect[]): void {
    const { waiting, returnMissed, now } = this.#seen;
    for (const effect of effects) {
      if (effect.type !== 'look-up') continue;
      this.#no(effect.scope === 'all' && waiting(), '18: looked up among all during the wait');
      const soon = effect.scope === 'out' && now < returnMissed() + 2_000;
      this.#no(soon, '18: two look-ups in 2 s during the wait');
    }
  }

  #transferred(entry: Entry): void {
    const mine = this.#seen.shown(entry.booking);
    this.#no(mine === undefined, '1: a key handed to somebody who showed no credential');
    if (mine !== undefined) this.#right(mine, { by: 'code', ...entry });
  }

  #openings(input: Input, entries: readonly Entry[], effects: readonly Effect[]): void {
    const seen = this.#seen;
    for (const effect of effects) {
      if (effect.type !== 'pulse-lock') continue;
      const { slot, ms } = effect;
      this.#no(seen.slot(slot).unpulsed < 1, `4: lock ${slot} pulsed without a grant of its own`);
      this.#no(!(ms > 0 && ms <= 1_000), `14: a pulse of ${ms} ms`);
      this.#no(seen.powered !== null && seen.now < seen.powered.until, '14: two locks powered at a time');
      this.#no(seen.pulse(slot, ms) > 3, '6: a fourth pulse without the door opening');
    }
    const grants = entries.filter(entry => entry.type === 'granted').length;
    const openAll = input.type === 'command' && input.command.verb === 'open-all';
    this.#no(grants > 1 && !openAll, '4: several grants for one input');
  }

  /** Rule 8: a key that is out and comes with its tag, or a credential of who took it, is never refused. */
  #owe(input: Input): void {
    const { key, now, guessedAt } = this.#seen;
    const from = presented(input) ?? [];
    if (asksPin(input) || (input.type === 'pin-checked' && guessedAt(input.subject.fingerprint))) return;
    const holding = from.filter(one => key(one.key).out && key(one.key).holder === one.booking);
    const tag = input.type === 'tag-read' && input.frames === 1 ? input.key : null;
    const due = tag ?? holding[0]?.key;
    // Of several a list is shown, or one is chosen (rule 21).
    if (due !== undefined && key(due).out && from.length <= 1)
      this.#owed.set(due, tag === null ? now + 2_000 : now);
  }

  #collect(entries: readonly Entry[]): void {
    const { key, slots, now } = this.#seen;
    for (const [name, until] of this.#owed) {
      const answered = entries.some(one => one.type === 'box-full' && (one.key ?? name) === name);
      const open = slots().some(([, slot]) => isLive(slot, 'return') && slot.grant?.by.key === name);
      if (!answered && !open && now < until) continue;
      this.#no(!answered && !open && key(name).out, `8: the return of ${name} was refused`);
      this.#owed.delete(name);
    }
  }

  #full(entry: Entry, entries: readonly Entry[]): void {
    const believed = entries.find(one => one.type === 'custody-mismatch')?.slot;
    const usable = this.#seen.slots().filter(([id, slot]) => id !== believed && isUsable(slot));
    const free = usable.find(([, slot]) => isEmpty(slot));
    this.#no(free !== undefined, `8: box-full for ${entry.key} although slot ${free?.[0]} is empty`);
  }
}
