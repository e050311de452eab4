import { hours, type Millis, millis, mono, slotId, type WallMs, wall } from '../../../src/base/brand.ts';
import { floorToSave } from '../../../src/box/core/clock.ts';
import { changes, restore } from '../../../src/box/core/durable.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import type { BoxState, Presence } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import { nextWake } from '../../../src/box/core/wake.ts';
import type { ClockLevel, Entry } from '../../../src/wire/journal.ts';
import { siteOf, t0 } from './bench-site.ts';

export const day = hours(24);
const one = slotId(1);
/** What one source may write in a day: its allowance, a count an hour, and the ends of what began. */
export const eachDay = 120;

/** What reports its changes itself. */
type Reported = 'door' | 'presence' | 'tamper' | 'power-low' | 'reader' | 'disk';
export type Kind = Reported | 'clock';
export const turned: Readonly<Record<Reported, (on: boolean) => InputBody>> = {
  door: on => ({ type: 'door-changed', slot: one, door: on ? 'open' : 'shut' }),
  presence: on => ({ type: 'presence-changed', slot: one, presence: on ? 'absent' : 'present' }),
  tamper: active => ({ type: 'alarm-changed', line: 'tamper', active }),
  'power-low': active => ({ type: 'alarm-changed', line: 'power-low', active }),
  reader: on => ({ type: 'port-changed', device: 'front', up: !on }),
  disk: on => ({ type: 'storage-changed', storage: on ? 'degraded' : 'good', reason: 'io', dropped: 0 }),
};

/** The core alone, for days: no locks, no file. */
export class Days {
  state: BoxState;
  readonly heard: (Entry & { readonly at: number; readonly clock: ClockLevel })[] = [];
  /** When a commit was made, with or without an event. */
  readonly writes: number[] = [];
  now = 0;
  /** How far the system's clock is off. */
  #wrong: Millis = millis(0);
  #floor: WallMs | null = null;
  #startedAt = 0;
  readonly #site;
  readonly #presence: Presence;
  readonly #parts = new Map<string, string>();

  constructor(unsensed: boolean) {
    this.#site = siteOf(unsensed ? { unsensed: 'all' } : {});
    this.#presence = unsensed ? 'none' : 'present';
    this.state = initialState(this.#site);
    this.feed(this.#booted('shut'));
    this.heard.length = 0;
    this.writes.length = 0;
  }

  #booted(door: 'open' | 'shut'): InputBody {
    const levels = [1, 2, 3].map(id => ({
      ...{ slot: slotId(id), presence: this.#presence },
      door: id === 1 ? door : ('shut' as const),
    }));
    return { type: 'booted', reason: 'power', levels };
  }

  /** The process ends without a word, and another begins with what was written. */
  restarts(door: 'open' | 'shut' = 'shut'): void {
    const parts = [...this.#parts].map(([name, body]) => ({ name, body }));
    this.state = restore(this.#site, { parts, openUses: this.state.uses, floor: this.#floor });
    this.#startedAt = this.now;
    this.feed(this.#booted(door));
  }

  feed(body: InputBody): void {
    const at = { mono: mono(this.now - this.#startedAt), wall: wall(t0 + this.now + this.#wrong) };
    const before = this.state;
    const { state, effects } = step(before, { ...body, at });
    this.state = state;
    const parts = changes(before, state);
    for (const { name, body: text } of parts) {
      if (text === null) this.#parts.delete(name);
      else this.#parts.set(name, text);
    }
    const told = effects.flatMap(effect => (effect.type === 'journal' ? [effect.entry] : []));
    for (const entry of told) this.heard.push({ ...entry, at: this.now, clock: state.clock.level });
    if (told.length + parts.length === 0) return;
    this.writes.push(this.now);
    this.#floor = floorToSave(state, at);
  }

  until(then: number): void {
    const next = (): number | null => {
      const wake = nextWake(this.state);
      return wake === null ? null : wake + this.#startedAt;
    };
    for (let wake = next(); wake !== null && wake <= then; wake = next()) {
      this.now = Math.max(this.now, wake);
      this.feed({ type: 'woke' });
    }
    this.now = then;
  }

  turn(kind: Kind, on: boolean): void {
    if (kind === 'clock') this.#wrong = on ? millis(-day) : millis(0);
    this.feed(kind === 'clock' ? { type: 'woke' } : turned[kind](on));
  }

  /** Turns every `halfMs` to the other of the two, for `forMs`. */
  flaps(kinds: readonly Kind[], halfMs: number, forMs: number): void {
    const end = this.now + forMs;
    for (let on = true; this.now < end; on = !on) {
      for (const kind of kinds) this.turn(kind, on);
      this.until(this.now + halfMs);
    }
  }

  /** The most events in any 24 hours. */
  get busiest(): number {
    return mostInADay(this.heard.map(({ at }) => at));
  }
}

/** The most of these moments, in their order, that lie within 24 hours. */
export function mostInADay(moments: readonly number[]): number {
  let [from, most] = [0, 0];
  for (const [to, at] of moments.entries()) {
    while ((moments[from] ?? at) <= at - day) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
