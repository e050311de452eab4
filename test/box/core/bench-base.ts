import assert from 'node:assert/strict';
import { type BookingId, mono, type SlotId, slotId, type WallMs, wall } from '../../../src/base/brand.ts';
import { floorToSave } from '../../../src/box/core/clock.ts';
import { changes, restore } from '../../../src/box/core/durable.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import { initialState, type Site } from '../../../src/box/core/initial.ts';
import type { InputBody, Lookup, Stamp } from '../../../src/box/core/input.ts';
import type { BoxState, Candidate, Door, Key, Presence, Slot, Use } from '../../../src/box/core/model.ts';
import type { Screen } from '../../../src/box/core/screen.ts';
import { screenNow } from '../../../src/box/core/screen-now.ts';
import { step } from '../../../src/box/core/step.ts';
import { nextWake } from '../../../src/box/core/wake.ts';
import type { Entry, EventType } from '../../../src/wire/journal.ts';
import { type SiteOptions, siteOf, t0 } from './bench-site.ts';
import { sound } from './bench-sound.ts';
import { answerTo, nothing } from './typed.ts';
import { wholeState } from './whole-state.ts';

/** What a pulse of a lock comes to: `dead` is a line that cannot be driven, `mute` an adapter that never answers. */
export type LockMood = 'works' | 'dead' | 'mute';

/**
 * One box on a bench: the core, a clock that only the test moves, locks that answer by themselves, and a file. Every
 * input is checked for what must hold of any state (bench-sound.ts).
 */
export class BenchBase {
  readonly site: Site;
  readonly uses = new Map<BookingId, Use>();
  readonly effects: Effect[] = [];
  readonly entries: Entry[] = [];
  readonly tags: { key: string; fingerprint: string }[] = [];
  state: BoxState;
  mono = 1_000;
  /** What the system's clock says. */
  wall: WallMs = t0;
  lock: LockMood = 'works';
  floor: WallMs | null = null;
  parts = new Map<string, string>();
  #coming: { readonly at: number; readonly body: InputBody }[] = [];
  protected readonly doors = new Map<SlotId, Door>();
  protected readonly presences = new Map<SlotId, Presence>();
  #heard = 0;
  #felt = 0;
  /** What the entry that is being typed names. */
  protected named: Lookup = nothing;

  /** A box that has booted with every door shut and a key in every sensed slot that is not `empty`. */
  constructor(options: SiteOptions = {}) {
    this.site = siteOf(options);
    this.state = initialState(this.site);
    this.remembers({});
    for (const { id, sensed } of this.site.slots) {
      this.doors.set(id, 'shut');
      this.presences.set(id, !sensed ? 'none' : options.empty?.includes(id) ? 'absent' : 'present');
    }
    this.#boot();
    this.heard();
  }

  remembers(change: Partial<BoxState>): void {
    this.state = { ...this.state, ...change };
    this.parts = new Map(wholeState(this.state).map(({ name, body }) => [name, body ?? '']));
  }

  feed(body: InputBody, more: Pick<Stamp, 'unheard'> = {}): void {
    const before = this.state;
    const at = { mono: mono(this.mono), wall: this.wall, ...more };
    const { state, effects } = step(before, { ...body, at });
    sound(state, effects, this.site);
    for (const { name, body } of changes(before, state)) {
      if (body === null) this.parts.delete(name);
      else this.parts.set(name, body);
    }
    assert.deepEqual(
      [...this.parts].sort(),
      wholeState(state)
        .map(part => [part.name, part.body])
        .sort(),
      'what the commits wrote is the whole of it',
    );
    this.state = state;
    this.floor = floorToSave(state, at);
    for (const effect of effects) this.#act(effect);
  }

  /** Disk or process stands still: time passes and nobody notices. */
  stalls(seconds: number): void {
    this.#moveTo(this.mono + seconds * 1_000);
  }

  /** Lets time pass; whatever falls due on the way happens when it is due. */
  after(seconds: number): void {
    const end = this.mono + seconds * 1_000;
    for (let left = 10_000; ; left -= 1) {
      assert.ok(left > 0, 'the box spins');
      const wake = nextWake(this.state);
      const next = this.#coming[0];
      const at = Math.max(this.mono, Math.min(wake ?? end, next?.at ?? end, end));
      this.#moveTo(at);
      if (next !== undefined && next.at <= at) {
        this.#coming.shift();
        this.feed(next.body);
      } else if (wake !== null && wake <= at) this.feed({ type: 'woke' });
      else break;
    }
  }

  /** The power goes and comes back, or `reason`; what the file has is all that is left. `meanwhile` is what hands did in the dark. */
  reboots(
    meanwhile: { readonly [What in 'open' | 'shut' | 'gone' | 'seen']?: readonly number[] } = {},
    { reason = 'power', awayS = 5 } = {},
  ): void {
    for (const slot of meanwhile.open ?? []) this.doors.set(slotId(slot), 'open');
    for (const slot of meanwhile.shut ?? []) this.doors.set(slotId(slot), 'shut');
    for (const slot of meanwhile.gone ?? []) this.presences.set(slotId(slot), 'absent');
    for (const slot of meanwhile.seen ?? []) this.presences.set(slotId(slot), 'present');
    this.state = this.restored();
    this.#coming = [];
    this.wall = wall(this.wall + awayS * 1_000);
    this.mono = 500;
    this.#boot(reason);
    this.after(0);
  }

  /** The state with which a run would begin now. */
  restored(site: Site = this.site): BoxState {
    const openUses = [...this.uses.values()].filter(({ life }) => life === 'granted' || life === 'out');
    const parts = [...this.parts].map(([name, body]) => ({ name, body }));
    return restore(site, { parts, openUses, floor: this.floor });
  }

  /** The events since this was last asked. */
  heard(): readonly Entry[] {
    const news = this.entries.slice(this.#heard);
    this.#heard = this.entries.length;
    return news;
  }

  /** Their types only. */
  told(): readonly EventType[] {
    return this.heard().map(entry => entry.type);
  }

  /** Locks pulsed since this was last asked. */
  pulsed(): readonly SlotId[] {
    const news = this.effects.slice(this.#felt);
    this.#felt = this.effects.length;
    return news.flatMap(effect => (effect.type === 'pulse-lock' ? [effect.slot] : []));
  }

  get screen(): Screen {
    return screenNow(this.state);
  }

  slot(id: number): Slot {
    const slot = this.state.slots.find(each => each.id === id);
    assert.ok(slot !== undefined, `slot ${id}`);
    return slot;
  }

  key(name: string): Key {
    const key = this.state.keys.find(each => each.name === name);
    assert.ok(key !== undefined, `key ${name}`);
    return key;
  }

  /** Bookings with what has happened to them here, as a look-up gives them. */
  known(found: readonly Candidate[]): readonly Candidate[] {
    return found.map(each => ({ ...each, use: this.uses.get(each.booking) ?? null }));
  }

  #boot(reason = 'power'): void {
    const levels = this.site.slots.map(({ id }) => ({
      slot: id,
      door: this.doors.get(id) ?? 'shut',
      presence: this.presences.get(id) ?? 'none',
    }));
    this.feed({ type: 'booted', reason, levels });
  }

  #act(effect: Effect): void {
    this.effects.push(effect);
    if (effect.type === 'journal') this.entries.push(effect.entry);
    if (effect.type === 'write-use') this.uses.set(effect.use.booking, effect.use);
    else if (effect.type === 'bind-tag') this.tags.push(effect);
    else if (effect.type === 'pulse-lock') this.#pulse(effect.slot, effect.ms);
    else if (effect.type === 'look-up') this.feed(answerTo(effect, this.named));
  }

  #pulse(slot: SlotId, ms: Slot['pulseMs']): void {
    if (this.lock === 'mute') return;
    if (this.lock === 'dead') {
      this.#coming.push({ at: this.mono, body: { type: 'pulse-failed', slot, reason: 'line-write' } });
      return;
    }
    this.#coming.push({ at: this.mono, body: { type: 'pulse-begun', slot, ms } });
    this.#coming.push({ at: this.mono + ms, body: { type: 'pulse-ended', slot } });
  }

  #moveTo(at: number): void {
    this.wall = wall(this.wall + at - this.mono);
    this.mono = at;
  }
}
