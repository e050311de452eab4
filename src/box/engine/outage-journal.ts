import { type Millis, millis } from '../../base/brand.ts';
import { canonical, type Json } from '../../base/canonical.ts';
import type { Entry, EventType } from '../../wire/journal.ts';
import type { DurableEffect } from '../core/effect.ts';
import { isCounted } from '../core/flapping.ts';
import type { BoxState, Use } from '../core/model.ts';
import type { Commit, EventStamp } from '../ports.ts';

/** The disk takes a write and refuses the next, without end. */
export const diskFlaps = (state: BoxState): boolean => isCounted(state, { of: 'storage' });

/** How soon a refusing disk is tried again: one that flaps is left alone for longer, since each try that succeeds is a write. */
export const probeAfterMs = (state: BoxState): Millis => millis(diskFlaps(state) ? 60_000 : 5_000);

/** Events that can wait for the disk; what comes on top is only on stderr (rules.md 13). */
export const outageMax = 256;

interface Late {
  readonly entry: Entry;
  readonly stamp: EventStamp;
}

/**
 * How much an event is worth while there is no room for all. `custody`: who has which key, and that this is an outage at all;
 * a journal without one of them tells of two removals in a row. `act`: what people were granted or did. `alarm`: what somebody
 * must look at. `noise`: what doors and locks do all day.
 */
type Worth = 'noise' | 'alarm' | 'act' | 'custody';

const ascending: readonly Worth[] = ['noise', 'alarm', 'act', 'custody'];

const worths: Readonly<Record<EventType, Worth>> = {
  booted: 'act',
  stopped: 'act',
  granted: 'act',
  denied: 'alarm',
  pulsed: 'noise',
  'not-opened': 'noise',
  'door-opened': 'noise',
  'key-taken': 'custody',
  'not-taken': 'act',
  'key-returned': 'custody',
  'door-closed': 'noise',
  'door-forced': 'noise',
  'door-held': 'noise',
  'door-shut': 'noise',
  jammed: 'alarm',
  'sensor-suspect': 'noise',
  'slot-restored': 'act',
  'due-soon': 'alarm',
  overdue: 'alarm',
  'box-full': 'alarm',
  'custody-mismatch': 'act',
  'key-transferred': 'act',
  tamper: 'alarm',
  lockout: 'alarm',
  'reader-lost': 'alarm',
  'reader-back': 'alarm',
  'power-low': 'alarm',
  'power-good': 'alarm',
  'clock-untrusted': 'alarm',
  'clock-good': 'alarm',
  'storage-degraded': 'custody',
  'storage-good': 'act',
  'message-rejected': 'alarm',
  'bookings-changed': 'act',
  'config-changed': 'act',
  technician: 'act',
  checkpoint: 'act',
};

/** Said again, they say nothing new but that it happened again. The steps of an opening are never these: they tell a story. */
const repeated: ReadonlySet<EventType> = new Set([
  ...(['door-forced', 'door-held', 'door-shut', 'sensor-suspect', 'jammed', 'tamper', 'box-full'] as const),
  ...(['denied', 'lockout', 'reader-lost', 'reader-back', 'power-low', 'power-good'] as const),
  ...(['clock-untrusted', 'clock-good', 'message-rejected'] as const),
]);

/** A key that nobody can name takes turns with nothing. */
const isMove = ({ type, key }: Entry): boolean =>
  key !== undefined && (type === 'key-taken' || type === 'key-returned');

const worthOf = (entry: Entry): Worth =>
  entry.key === undefined && /^key-/.test(entry.type) ? 'act' : worths[entry.type];

const countOf = ({ count = 1 }: Entry): number => count;

const likeness = ({ count: _, ...rest }: Entry): string =>
  canonical(rest as unknown as { readonly [name: string]: Json });

/**
 * Keeps what could not be written while the disk refuses: returns go on, and this is all that knows of them. Lost with the power;
 * that is the one loss we state.
 */
export class OutageJournal {
  #late: Late[] = [];
  readonly #uses = new Map<string, Use>();
  readonly #tags = new Map<string, Commit['tags'][number]>();
  #dropped = 0;

  get size(): number {
    return this.#late.length;
  }

  /** Events that have no line here any more, by number: said when the rest is written. */
  get dropped(): number {
    return this.#dropped;
  }

  add(effects: readonly DurableEffect[], stamp: EventStamp): void {
    for (const effect of effects) {
      if (effect.type === 'write-use') this.#uses.set(effect.use.booking, effect.use);
      else if (effect.type === 'bind-tag') this.#tags.set(effect.fingerprint, effect);
      else this.#keep({ entry: { ...effect.entry, late: true }, stamp });
    }
  }

  #keep(late: Late): void {
    const one = repeated.has(late.entry.type) ? this.#folded(late) : late;
    this.#late.push(one);
    while (this.#late.length > outageMax) if (!this.#dropOne()) return;
  }

  /** With those before it that were alike; it stands where the last of them does, so that the last word of a pair stays last. */
  #folded({ entry, stamp }: Late): Late {
    const like = likeness(entry);
    const at = this.#late.findIndex(each => each.entry.type === entry.type && likeness(each.entry) === like);
    const [before] = at < 0 ? [] : this.#late.splice(at, 1);
    if (before === undefined) return { entry, stamp };
    return { entry: { ...entry, count: countOf(before.entry) + countOf(entry) }, stamp };
  }

  /** The oldest of the least worth. False: all that is here must stay. */
  #dropOne(): boolean {
    for (const worth of ascending) {
      if (worth === 'custody') return this.#dropPair();
      const at = this.#late.findIndex(({ entry }) => worthOf(entry) === worth);
      if (at < 0) continue;
      this.#drop(at);
      return true;
    }
    return false;
  }

  /**
   * Two moves of one key that follow each other: without both of them removals and returns take turns as before, and the last
   * word on the key is the same. So at worst one move of each key is here, and they are all kept.
   */
  #dropPair(): boolean {
    const lastOf = new Map<string, number>();
    for (const [at, { entry }] of this.#late.entries()) {
      if (!isMove(entry)) continue;
      const before = lastOf.get(entry.key ?? '');
      if (before !== undefined) {
        // Twice the same is no pair: the first of them told nothing that the second does not.
        if (this.#late[before]?.entry.type !== entry.type) this.#drop(at);
        this.#drop(before);
        return true;
      }
      lastOf.set(entry.key ?? '', at);
    }
    return false;
  }

  #drop(at: number): void {
    const [gone] = this.#late.splice(at, 1);
    if (gone !== undefined) this.#dropped += countOf(gone.entry);
  }

  /** All of it as the members of a commit; kept until `clear`, for the commit may fail again. */
  content(): Pick<Commit, 'uses' | 'tags'> & { readonly late: NonNullable<Commit['late']> } {
    return { late: this.#late, uses: [...this.#uses.values()], tags: [...this.#tags.values()] };
  }

  clear(): void {
    this.#late = [];
    this.#uses.clear();
    this.#tags.clear();
    this.#dropped = 0;
  }
}
