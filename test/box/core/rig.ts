import type { Prng } from '../../../scripts/rig/prng.ts';
import { type BookingId, mono, type WallMs, wall } from '../../../src/base/brand.ts';
import { floorToSave } from '../../../src/box/core/clock.ts';
import { changes, restore } from '../../../src/box/core/durable.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import type { Input, InputBody, Lookup } from '../../../src/box/core/input.ts';
import type { BoxState, Subject, Use } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import { nextWake } from '../../../src/box/core/wake.ts';
import { freezePlain, malformed, overgrown, sameAgain } from './form.ts';
import { Oracle } from './oracle.ts';
import { Broken } from './rig-report.ts';
import { Trail } from './trail.ts';
import { answerTo, nothing } from './typed.ts';
import type { World } from './world.ts';

/** Where in its work the process dies. */
export type Cut = 'between' | 'before-commit' | 'after-commit';

/** A `woke` at one and the same instant may be answered by so many more before the box counts as spinning. */
const wakesAtOnce = 8;

/** The loop around the core, small: commit, act, wake; with a disk that may refuse and a power that may go. */
export class Rig {
  readonly #world: World;
  readonly #random: Prng;
  readonly #oracle: Oracle;
  readonly #seed: number;
  readonly #trail = new Trail();
  readonly #seen = new WeakSet<object>();
  /** Reports of adapters that are on their way, by mono time. */
  #coming: { readonly at: number; readonly body: () => InputBody }[] = [];
  /** What the lines told while the box stood still. */
  #news: InputBody[] = [];
  #parts = new Map<string, string>();
  #floor: WallMs | null = null;
  #kept: BoxState;
  #memory: Use[] = [];
  #memoryTags: [string, string][] = [];
  /** The entry that is being typed. */
  #typed: { readonly lookup: Lookup; readonly length: number } = { lookup: nothing, length: 0 };
  state: BoxState;
  mono = 0;
  /** What the system's clock is off by. */
  skew = 0;
  diskRefuses = false;
  stalled = false;
  /** How long the next commit takes. */
  slowMs = 0;
  /** The next commit is the last thing, or the last thing but one, that this process does. */
  cut: Cut | null = null;
  count = 0;

  constructor(world: World, random: Prng, seed: number) {
    this.#world = world;
    this.#random = random;
    this.#seed = seed;
    const { rules, slots, keys } = world.site;
    const { leadMs, maxSyncAgeMs } = rules;
    this.#oracle = new Oracle({ slots, keys, leadMs, maxSyncAgeMs });
    this.state = initialState(world.site);
    this.#kept = this.state;
    this.#boot('first start');
  }

  /** How often each event was written. */
  get tally(): ReadonlyMap<string, number> {
    return this.#trail.tally;
  }

  /** Dies now, whatever is under way; people may do something meanwhile; starts again. */
  reboot(meanwhile: () => void): void {
    this.#coming = [];
    this.#memory = [];
    this.#memoryTags = [];
    this.cut = null;
    this.diskRefuses = false;
    meanwhile();
    const openUses = [...this.#world.uses.values()].filter(
      use => use.life === 'granted' || use.life === 'out',
    );
    const parts = [...this.#parts].map(([name, body]) => ({ name, body }));
    this.state = restore(this.#world.site, { parts, openUses, floor: this.#floor });
    this.#kept = this.state;
    this.mono = this.#random.int(0, 5_000);
    this.#oracle.restart(this.#floor);
    this.#boot('power');
  }

  #boot(reason: string): void {
    this.feed({ type: 'booted', reason, levels: this.#world.levels() });
  }

  later(ms: number, body: () => InputBody): void {
    this.#coming.push({ at: this.mono + ms, body });
  }

  /** Disk or process stands still: hands at the doors go on, and what the lines tell of them waits. */
  stall(ms: number, meanwhile: () => void): void {
    this.stalled = true;
    meanwhile();
    this.stalled = false;
    this.#move(ms);
    // Timers come first, as they may: they find that the lines have still to be heard.
    if (this.#random.chance(0.5)) this.feed({ type: 'woke' });
    this.#arrive();
    while (this.#news.length > 0) this.feed(this.#news.shift() ?? { type: 'woke' });
  }

  /** Lets time pass, with everything that falls due on the way. */
  pass(ms: number): void {
    const target = this.mono + ms;
    if (this.stalled) {
      this.#move(ms);
      return;
    }
    for (let turns = 0; turns < 200; turns += 1) {
      const next = this.#coming.reduce((least, one) => Math.min(least, one.at), Number.POSITIVE_INFINITY);
      const wake = Math.max(nextWake(this.state) ?? Number.POSITIVE_INFINITY, this.mono);
      const at = Math.min(next, wake, target);
      this.#move(at - this.mono);
      if (next <= at) this.#arrive();
      else if (wake <= at) this.#wake();
      else return;
      if (this.mono >= target) return;
    }
    this.#move(target - this.mono);
  }

  #arrive(): void {
    const due = this.#coming.filter(one => one.at <= this.mono);
    this.#coming = this.#coming.filter(one => one.at > this.mono);
    for (const one of due) this.feed(one.body());
  }

  #wake(): void {
    for (let turns = 0; turns < wakesAtOnce; turns += 1) {
      this.feed({ type: 'woke' });
      const due = nextWake(this.state);
      if (due === null || due > this.mono) return;
    }
    throw this.#report([`nextWake stays at ${nextWake(this.state)} although it is ${this.mono}`]);
  }

  feed(body: InputBody): void {
    if (this.stalled) {
      this.#news.push(body);
      return;
    }
    const unheard = this.#news.length > 0 ? ({ unheard: true } as const) : {};
    const at = { mono: mono(this.mono), wall: wall(this.#world.true + this.skew), ...unheard };
    const input: Input = { ...body, at };
    this.count += 1;
    const { state, effects } = this.#step(input);
    if (this.cut === 'before-commit' && effects.length > 0 && body.type !== 'booted') {
      this.#trail.note(input, effects, 'killed before the commit');
      this.reboot(() => {});
      return;
    }
    if (this.#commit(state, effects, input)) this.#act(input, state, effects);
  }

  #step(input: Input): { readonly state: BoxState; readonly effects: readonly Effect[] } {
    freezePlain(this.state, 'state', this.#seen);
    freezePlain(input, 'input', this.#seen);
    let found: ReturnType<typeof step>;
    try {
      found = step(this.state, input);
    } catch (error) {
      this.#trail.note(input, [], 'threw');
      throw this.#report([`step threw: ${error instanceof Error ? error.stack : error}`]);
    }
    freezePlain(found.state, 'state', this.#seen);
    if (this.count % 20 === 0) sameAgain(this.state, input, found);
    return found;
  }

  #act(input: Input, state: BoxState, effects: readonly Effect[]): void {
    const before = this.state;
    this.state = state;
    const killed = this.cut === 'after-commit' && effects.length > 0 && input.type !== 'booted';
    const happened = killed ? effects.filter(effect => isDurable(effect)) : effects;
    this.#trail.note(input, happened, killed ? 'killed after the commit' : '');
    this.#judge(before, input, happened, killed);
    if (killed) {
      this.reboot(() => {});
      return;
    }
    if (effects.some(({ type }) => type === 'pulse-lock')) {
      this.#move(this.slowMs);
      this.slowMs = 0;
    }
    for (const effect of effects) this.#perform(effect);
  }

  #move(ms: number): void {
    this.#world.true += ms;
    this.mono += ms;
  }

  #judge(before: BoxState, input: Input, effects: readonly Effect[], killed: boolean): void {
    const bad = [
      ...this.#oracle.judge(input, effects),
      ...(killed ? [] : malformed(before, input, effects)),
      ...overgrown(this.state),
    ];
    if (bad.length > 0) throw this.#report(bad);
  }

  /** As the loop: a disk that refuses makes the box degraded, and the input is worked on again (rules.md 13). */
  #commit(state: BoxState, effects: readonly Effect[], input: Input): boolean {
    const parts = changes(this.#kept, state);
    const durable = effects.some(isDurable) || parts.length > 0;
    const degraded = state.health.storage === 'degraded' || this.state.health.storage === 'degraded';
    if (degraded && (input.type !== 'storage-changed' || input.storage === 'degraded')) {
      this.#remember(effects);
      return true;
    }
    if (durable && this.diskRefuses) {
      this.#trail.note(input, effects, 'the disk refused');
      this.feed({ type: 'storage-changed', storage: 'degraded', reason: 'disk full' });
      this.#move(1);
      const { at: _, ...body } = input;
      this.feed(body);
      return false;
    }
    this.#remember(effects);
    this.#write(state, parts, input, durable);
    return true;
  }

  #remember(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'write-use') this.#memory.push(effect.use);
      if (effect.type === 'bind-tag') this.#memoryTags.push([effect.fingerprint, effect.key]);
    }
  }

  #write(state: BoxState, parts: ReturnType<typeof changes>, input: Input, durable: boolean): void {
    for (const use of this.#memory.splice(0)) this.#world.uses.set(use.booking, structuredClone(use));
    for (const [tag, key] of this.#memoryTags.splice(0)) this.#world.bind(tag, key);
    for (const { name, body } of parts) {
      if (body === null) this.#parts.delete(name);
      else this.#parts.set(name, body);
    }
    if (durable) this.#floor = floorToSave(state, input.at) ?? this.#floor;
    this.#kept = state;
  }

  #perform(effect: Effect): void {
    if (effect.type === 'pulse-lock') {
      const { slot, ms, until } = effect;
      if (this.mono > until || this.#random.chance(0.02)) {
        this.later(0, () => ({ type: 'pulse-missed', slot, reason: 'test' }));
        return;
      }
      if (this.#random.chance(0.03)) {
        this.later(this.#random.int(0, 20), () => ({ type: 'pulse-failed', slot, reason: 'line' }));
        return;
      }
      this.later(0, () => {
        this.#world.unbolt(slot);
        return { type: 'pulse-begun', slot, ms };
      });
      this.later(ms, () => ({ type: 'pulse-ended', slot }));
    }
    if (effect.type === 'check-pin') this.#checkPin(effect.subject);
    if (effect.type === 'look-up') this.feed(answerTo(effect, this.#typed.lookup));
  }

  /** `#`: what the entry names is told if the box asks. */
  enter(lookup: Lookup, length: number, choice: number | null = null): void {
    this.#typed = { lookup, length };
    this.feed({ type: 'entered', length, choice });
  }

  #checkPin(subject: Subject): void {
    const typed = this.#typed;
    const right = this.#random.chance(0.65);
    this.later(this.#random.int(30, 400), () => {
      const found = this.#world.subjectsOf(subject);
      const matched: BookingId[] = right
        ? found.filter(one => this.#world.hasPin(one.booking)).map(one => one.booking)
        : [];
      this.#typed = typed;
      return { type: 'pin-checked', subject, length: typed.length, found, matched };
    });
  }

  #report(bad: readonly string[]): Broken {
    const { rules, slots, keys } = this.#world.site;
    const site = JSON.stringify({ rules, slots, keys });
    const first = `seed ${this.#seed}, event ${this.count}: ${bad.join('; ')}`;
    return new Broken([first, site, ...this.#trail.lines(), `Again: SEED=${this.#seed}`].join('\n'));
  }
}

const isDurable = (effect: Effect): boolean =>
  effect.type === 'journal' || effect.type === 'write-use' || effect.type === 'bind-tag';
