import assert from 'node:assert/strict';
import type { Prng } from '../../../scripts/rig/prng.ts';
import { type BookingId, type SlotId, slotId } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import { openCabinet } from '../../../src/box/adapters/gpio/cabinet.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import type { Lookup } from '../../../src/box/core/input.ts';
import type { Candidate, Use } from '../../../src/box/core/model.ts';
import { Loop } from '../../../src/box/engine/loop.ts';
import type { Cabinet, Commit, Store } from '../../../src/box/ports.ts';
import type { Entry, JournalEvent } from '../../../src/wire/journal.ts';
import { FakeGuard, FakeLines } from '../adapters/gpio/fake-lines.ts';
import { booking, siteOf, t0 } from '../core/bench-site.ts';
import { answerTo, nothing } from '../core/typed.ts';
import { StallTime } from './stall-time.ts';

/** What stands still, and just before which of its acts. */
export interface Stall {
  readonly what: 'disk' | 'process' | 'guard';
  readonly ms: number;
  /** Acts that are done before it: commits of the disk, steps of 25 ms of the process, pulses of the guard. */
  readonly after: number;
}

const slot: SlotId = slotId(1);
const stepMs = 25;
/** A door that stands open for so long is noticed by a box that runs. */
const noticedMs = 400;

/** The whole daemon but for its file and its keypad: real core, loop, cabinet, locks and sensors; and a driver at slot 1. */
export class StallRig {
  readonly events: Entry[] = [];
  /** Pulses as the line shows them, with the age of the grant that each was for. */
  readonly pulses: number[] = [];
  readonly #random: Prng;
  readonly #time: StallTime;
  readonly #lines = new FakeLines();
  readonly #guard = new FakeGuard();
  readonly #cabinet: Cabinet;
  readonly #uses = new Map<BookingId, Use>();
  readonly #loop: Loop;
  readonly #sensed: boolean;
  #named: Lookup = nothing;
  #stall: Stall | null = null;
  #acts = 0;
  #standing = false;
  #stoodUntil = 0;
  #grantedAt = 0;
  /** Where the key really is. */
  keyIn = true;
  #busy: 'take' | 'return' | null = null;

  constructor(random: Prng, sensed: boolean) {
    this.#random = random;
    this.#sensed = sensed;
    this.#time = new StallTime(random, t0);
    this.#cabinet = openCabinet({
      spec: {
        slots: [
          {
            id: slot,
            lock: { chip: 'c', line: 1, activeLevel: 1 },
            door: { chip: 'c', line: 2, closedLevel: 0 },
            presence: sensed ? { chip: 'c', line: 3, presentLevel: 0 } : null,
          },
        ],
        indicators: {},
        inputs: {},
      },
      lines: this.#lines,
      guard: () => this.#guard,
      time: this.#time,
      report: body => this.#loop.report(body),
      log: silent,
    });
    const commit = (what: Commit): readonly JournalEvent[] => this.#commit(what);
    this.#loop = new Loop(initialState(siteOf({ slots: 1, unsensed: sensed ? [] : 'all' })), {
      time: this.#time,
      store: { commit, freeReserve: () => false, restoreReserve: () => {} } as unknown as Store,
      cabinet: this.#cabinet,
      log: silent,
      examine: effect => {
        if (effect.type === 'look-up') this.#loop.report(answerTo(effect, this.#named));
      },
    });
    this.#lines.wrote = (name, level) => this.#wrote(name, level);
    this.#loop.report({ type: 'booted', reason: 'test', levels: this.#cabinet.levels() });
    this.#time.pass(1_000);
  }

  #commit(what: Commit): readonly JournalEvent[] {
    this.#act('disk');
    this.events.push(...what.entries);
    for (const use of what.uses) this.#uses.set(use.booking, use);
    return [];
  }

  /** One more act of this part; it stands still when its turn has come. */
  #act(part: Stall['what']): void {
    const stall = this.#stall;
    if (stall?.what !== part) return;
    this.#acts += 1;
    if (this.#acts !== stall.after + 1) return;
    if (part === 'guard') {
      this.#guard.alive = false;
      this.#time.outside(stall.ms, () => {
        this.#guard.alive = true;
      });
      return;
    }
    this.#standing = true;
    this.#time.skip(stall.ms);
    this.#standing = false;
    this.#stoodUntil = this.#time.mono();
  }

  /** The lock moves: whoever stands there pulls the door a moment later, does what they came for, and shuts it. */
  #wrote(name: string, level: 0 | 1): void {
    if (name !== 'c/1' || level !== 1) return;
    this.pulses.push(this.#time.mono() - this.#grantedAt);
    const purpose = this.#busy;
    if (purpose === null) return;
    const openMs = this.#random.int(30, 900);
    const moveMs = openMs + this.#random.int(100, 800);
    this.#time.outside(openMs, () => this.#set('c/2', 1));
    this.#time.outside(moveMs, () => {
      this.keyIn = purpose === 'return';
      this.#busy = null;
      if (this.#sensed) this.#set('c/3', this.keyIn ? 0 : 1);
    });
    this.#shutLater(moveMs + this.#random.int(100, 1_500));
  }

  /** Without presence a visit of which the box saw nothing is nothing: that door is shut when somebody looks again. */
  #shutLater(inMs: number): void {
    this.#time.outside(inMs, () => {
      const blind = this.#standing || this.#time.mono() - this.#stoodUntil < noticedMs;
      if (blind && !this.#sensed) this.#shutLater(noticedMs);
      else this.#set('c/2', 0);
    });
  }

  /** While the process stands still an edge is told afterwards. */
  #set(name: string, level: 0 | 1): void {
    this.#lines.set(name, level, 'lost');
    const tell = (): void => this.#lines.hints.get(name)?.();
    if (this.#standing) this.#time.at(this.#time.mono(), tell);
    else tell();
  }

  #enter(candidate: Candidate): void {
    const known = { ...candidate, use: this.#uses.get(candidate.booking) ?? null };
    this.#grantedAt = this.#time.mono();
    this.#named = { code: [known], phone: null };
    this.#loop.report({ type: 'entered', choice: null, length: 8 });
  }

  #pass(ms: number): void {
    for (let left = ms; left > 0; left -= stepMs) {
      this.#time.pass(stepMs);
      this.#act('process');
    }
  }

  /** Types the code until the door has opened, five times at most, with this happening on the way. @returns how often */
  visit(name: string, purpose: 'take' | 'return', stall: Stall | null): number {
    this.#stall = stall;
    this.#acts = 0;
    this.#busy = purpose;
    const candidate = booking(name, 1);
    let tries = 0;
    while (this.#busy !== null && tries < 5) {
      tries += 1;
      this.#enter(candidate);
      this.#pass(5_000);
    }
    assert.equal(this.#busy, null, `${purpose} by ${name}: the door never opened`);
    this.#pass(5_000);
    this.#stall = null;
    this.#guard.alive = true;
    return tries;
  }

  get place(): string {
    return this.#loop.state.keys[0]?.place.at ?? 'nowhere';
  }

  get slot() {
    const [found] = this.#loop.state.slots;
    assert.ok(found !== undefined);
    return found;
  }

  get lock(): number {
    return this.#lines.levels.get('c/1') ?? 0;
  }

  close(): Promise<void> {
    return this.#cabinet.close();
  }
}
