/** Virtual time for a whole system in one process: nothing passes but what a seed lets pass, and everything settles in between. */

import { Prng } from '../../scripts/rig/prng.ts';
import { after, type MonoMs, millis, mono, type WallMs, wall } from '../../src/base/brand.ts';
import type { Time } from '../../src/box/ports.ts';

/** What the true clock shows at instant 0: a Monday morning. */
const beginMs = Date.UTC(2026, 2, 2, 8);
/** Wakes within one instant; more is a ring of timers. */
const wakesMax = 20_000;

interface Alarm {
  readonly at: number;
  readonly wake: () => void;
  set: boolean;
}

/** Thrown where the power goes or a process dies: nothing after it happens. */
export class PowerCut extends Error {}

export class World {
  readonly seed: number;
  readonly random: Prng;
  /** Things that happened, newest last: what a failing seed prints. */
  readonly story: string[] = [];
  /** How often things happened, so that somebody can see whether the seeds go everywhere. */
  readonly tally = new Map<string, number>();
  #failure: { readonly error: unknown } | null = null;
  #now = 0;
  #alarms: Alarm[] = [];
  readonly #busy = new Set<() => boolean>();

  constructor(seed: number) {
    this.seed = seed;
    this.random = new Prng(seed);
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** The true time. */
  get wall(): number {
    return beginMs + this.#now;
  }

  /** Something went wrong where nobody waits for it. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  tell(text: string): void {
    this.story.push(`${(this.#now / 1_000).toFixed(3).padStart(9)} ${text}`);
    if (this.story.length > 4_000) this.story.splice(0, 1_000);
  }

  /** Calls back in `ms`; the returned function cancels. Those of one instant ring in the order in which they were set. */
  in(ms: number, wake: () => void): () => void {
    const alarm: Alarm = { at: this.#now + Math.max(0, ms), wake, set: true };
    let place = this.#alarms.length;
    while (place > 0 && (this.#alarms[place - 1]?.at ?? 0) > alarm.at) place -= 1;
    this.#alarms.splice(place, 0, alarm);
    return () => {
      alarm.set = false;
    };
  }

  /** `isBusy`: somebody has work that goes on without time passing. */
  watch(isBusy: () => boolean): () => void {
    this.#busy.add(isBusy);
    return () => this.#busy.delete(isBusy);
  }

  /** Lets time pass; between two wakes all that the first has set off has happened. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    let wakes = 0;
    for (let next = this.#alarms[0]; next !== undefined && next.at <= end; next = this.#alarms[0]) {
      this.#alarms.shift();
      if (!next.set) continue;
      wakes = next.at > this.#now ? 0 : wakes + 1;
      if (wakes > wakesMax) throw new Error(`more than ${wakesMax} wakes in one instant`);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await this.settle();
    }
    this.#now = end;
    await this.settle();
  }

  /** Until nobody has anything more to do in this instant: promises have run, and commits that wait are made. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      await new Promise(setImmediate);
      quiet = [...this.#busy].some(isBusy => isBusy()) ? 0 : quiet + 1;
    }
    if (this.#failure !== null) throw this.#failure.error;
  }
}

/** The clocks of one computer from its start to its end: the monotonic one begins anew with each. */
export class LifeClock implements Time {
  readonly #world: World;
  readonly #born: number;
  readonly #offsetMs: () => number;
  alive = true;

  /** `offsetMs`: how far the wall clock of this computer is from the truth just now. */
  constructor(world: World, offsetMs: () => number) {
    this.#world = world;
    this.#born = world.now;
    this.#offsetMs = offsetMs;
  }

  mono(): MonoMs {
    return mono(this.#world.now - this.#born + 1);
  }

  wall(): WallMs {
    return wall(this.#world.wall + this.#offsetMs());
  }

  at(at: MonoMs, wake: () => void): () => void {
    return this.#world.in(after(at, millis(-this.mono())), () => {
      if (this.alive) this.guard(wake);
    });
  }

  /** A life that ends in the midst of something simply ends. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
    }
  }
}
