import assert from 'node:assert/strict';
import { type BookingId, mono, type WallMs, wall } from '../../../src/base/brand.ts';
import { floorToSave } from '../../../src/box/core/clock.ts';
import { changes, restore } from '../../../src/box/core/durable.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import type { Input, InputBody } from '../../../src/box/core/input.ts';
import type { BoxState, Subject, Use } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import { nextWake } from '../../../src/box/core/wake.ts';
import type { Prng } from '../../prng.ts';
import { freezePlain, malformed, overgrown } from './form.ts';
import { Oracle } from './oracle.ts';
import type { World } from './world.ts';

/** Where in its work the process dies. */
export type Cut = 'between' | 'before-commit' | 'after-commit';

/** One line of the trace: enough to see what led to a violation. */
type Line = { readonly input: Input; readonly effects: readonly Effect[]; readonly note: string };

/** A `woke` at one and the same instant may be answered by so many more before the box counts as spinning. */
const wakesAtOnce = 8;

/** Inputs that a report shows; `TAIL=500` shows a whole life. */
const tailLines = Number(process.env.TAIL ?? 15);

/** Thrown with a readable tail when a rule was broken. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** The loop around the core, small: commit, act, wake; with a disk that may refuse and a power that may go. */
export class Rig {
  readonly #world: World;
  readonly #random: Prng;
  readonly #oracle: Oracle;
  readonly #seed: number;
  readonly #trace: Line[] = [];
  readonly #seen = new WeakSet<object>();
  /** Reports of adapters that are on their way, by mono time. */
  #coming: { readonly at: number; readonly body: () => InputBody }[] = [];
  #parts = new Map<string, string>();
  #floor: WallMs | null = null;
  #kept: BoxState;
  #memory: Use[] = [];
  #memoryTags: [string, string][] = [];
  state: BoxState;
  mono = 0;
  /** What the system's clock is off by. */
  skew = 0;
  diskRefuses = false;
  /** The next commit is the last thing, or the last thing but one, that this process does. */
  cut: Cut | null = null;
  count = 0;
  readonly tally = new Map<string, number>();

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

  /** Lets time pass, with everything that falls due on the way. */
  pass(ms: number): void {
    const target = this.mono + ms;
    for (let turns = 0; turns < 200; turns += 1) {
      const next = this.#coming.reduce((least, one) => Math.min(least, one.at), Number.POSITIVE_INFINITY);
      const wake = Math.max(nextWake(this.state) ?? Number.POSITIVE_INFINITY, this.mono);
      const at = Math.min(next, wake, target);
      this.#world.true += at - this.mono;
      this.mono = at;
      if (next <= at) this.#arrive();
      else if (wake <= at) this.#wake();
      else return;
      if (this.mono >= target) return;
    }
    this.#world.true += target - this.mono;
    this.mono = target;
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
    this.#broken([`nextWake stays at ${nextWake(this.state)} although it is ${this.mono}`]);
  }

  feed(body: InputBody): void {
    const at = { mono: mono(this.mono), wall: wall(this.#world.true + this.skew) };
    const input: Input = { ...body, at };
    this.count += 1;
    const { state, effects } = this.#step(input);
    if (this.cut === 'before-commit' && effects.length > 0 && body.type !== 'booted') {
      this.#note(input, effects, 'killed before the commit');
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
      this.#note(input, [], 'threw');
      throw this.#report([`step threw: ${error instanceof Error ? error.stack : error}`]);
    }
    freezePlain(found.state, 'state', this.#seen);
    if (this.count % 20 === 0) this.#replay(input, found);
    return found;
  }

  /** The same state through JSON, the same input: the same outcome. */
  #replay(input: Input, found: ReturnType<typeof step>): void {
    const copy = JSON.parse(JSON.stringify(this.state)) as BoxState;
    assert.deepEqual(copy, this.state, 'the state does not survive JSON');
    assert.deepEqual(structuredClone(this.state), this.state, 'the state does not survive structuredClone');
    assert.deepEqual(step(copy, structuredClone(input)), found, 'the same input gave another outcome');
  }

  #act(input: Input, state: BoxState, effects: readonly Effect[]): void {
    const before = this.state;
    this.state = state;
    const killed = this.cut === 'after-commit' && effects.length > 0 && input.type !== 'booted';
    const happened = killed ? effects.filter(effect => isDurable(effect)) : effects;
    this.#note(input, happened, killed ? 'killed after the commit' : '');
    this.#judge(before, input, happened, killed);
    if (killed) {
      this.reboot(() => {});
      return;
    }
    for (const effect of effects) this.#perform(effect);
  }

  #judge(before: BoxState, input: Input, effects: readonly Effect[], killed: boolean): void {
    const bad = [
      ...this.#oracle.judge(input, effects),
      ...(killed ? [] : malformed(before, input, effects)),
      ...overgrown(this.state),
    ];
    if (bad.length > 0) this.#broken(bad);
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
      this.#note(input, effects, 'the disk refused');
      this.feed({ type: 'storage-changed', storage: 'degraded', reason: 'disk full' });
      this.#world.true += 1;
      this.mono += 1;
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
      const { slot, ms } = effect;
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
  }

  #checkPin(subject: Subject): void {
    const right = this.#random.chance(0.65);
    this.later(this.#random.int(30, 400), () => {
      const found = this.#world.subjectsOf(subject);
      const matched: BookingId[] = right
        ? found.filter(one => this.#world.hasPin(one.booking)).map(one => one.booking)
        : [];
      return { type: 'pin-checked', subject, found, matched };
    });
  }

  #note(input: Input, effects: readonly Effect[], note: string): void {
    this.#trace.push({ input, effects, note });
    if (this.#trace.length > tailLines) this.#trace.shift();
    for (const effect of effects) {
      if (effect.type !== 'journal') continue;
      const { type, proof, reason } = effect.entry;
      const name =
        type === 'denied' ? `denied ${reason}` : [type, effect.entry.for, proof].filter(Boolean).join(' ');
      this.tally.set(name, (this.tally.get(name) ?? 0) + 1);
    }
  }

  #broken(bad: readonly string[]): never {
    throw this.#report(bad);
  }

  #report(bad: readonly string[]): Broken {
    const { rules, slots, keys } = this.#world.site;
    const tail = this.#trace.map(line => brief(line));
    const site = JSON.stringify({ rules, slots, keys });
    return new Broken(
      [
        `seed ${this.#seed}, event ${this.count}: ${bad.join('; ')}`,
        site,
        ...tail,
        `Again: SEED=${this.#seed}`,
      ].join('\n'),
    );
  }
}

const isDurable = (effect: Effect): boolean =>
  effect.type === 'journal' || effect.type === 'write-use' || effect.type === 'bind-tag';

function brief({ input, effects, note }: Line): string {
  const { at, ...body } = input;
  const shown = [`${at.mono} ${JSON.stringify(body, shorten)} ${note}`];
  for (const effect of effects) shown.push(`    → ${JSON.stringify(effect, shorten)}`);
  return shown.join('\n');
}

/** Fingerprints and wall times are long and tell little. */
const shorten = (name: string, value: unknown): unknown =>
  name === 'fingerprint' && typeof value === 'string' ? value.slice(0, 8) : value;
