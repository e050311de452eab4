import { after } from '../../base/brand.ts';
import { codeOf } from '../../base/fault.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import type { Step } from '../core/effect.ts';
import type { Input, Stamp } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import { requireWritable } from '../ports/writable.ts';
import { commitOf, gather, isDurable, stampOf } from './commit.ts';
import type { LoopDeps } from './loop-deps.ts';
import { diskFlaps, OutageJournal, probeAfterMs } from './outage-journal.ts';

interface OutageDeps extends Pick<LoopDeps, 'time' | 'store' | 'log'> {
  readonly state: () => BoxState;
  /** The last state that the file knows. */
  readonly written: () => BoxState;
  readonly stamp: () => Stamp;
  /** Decides, and changes nothing yet. */
  readonly step: (input: Input) => Step<BoxState>;
  /** The disk refuses: the step that says so holds, although it is written nowhere. */
  readonly begun: (step: Step<BoxState>) => void;
  /** The disk has taken this step, and all that waited. */
  readonly over: (step: Step<BoxState>, events: readonly JournalEvent[]) => void;
}

/**
 * The life of a box whose disk takes no writes (rules.md 13): takes stop, returns go on with their events in memory, and every few
 * seconds it is tried whether the disk takes them all.
 */
export class Outage {
  readonly #deps: OutageDeps;
  readonly #journal = new OutageJournal();
  #cancelProbe: (() => void) | null = null;

  constructor(deps: OutageDeps) {
    this.#deps = deps;
  }

  /** Nothing is written to the disk now: it refuses, or what it refused before still waits. */
  get isOn(): boolean {
    return this.#journal.size > 0 || this.#deps.state().health.storage === 'degraded';
  }

  /** Keeps in memory what a step must not lose. `rows`: others are to be written with it, which memory cannot. @throws Fault `storage-degraded` */
  keep({ state, effects }: Step<BoxState>, at: Stamp, rows: boolean): void {
    if (rows) requireWritable('degraded');
    const durable = effects.filter(isDurable);
    this.#journal.add(durable, stampOf(state, at));
    for (const event of gather(durable).entries) this.#deps.log.error({ event }, 'kept in memory only');
    if (state.health.storage === 'degraded') this.#armProbe();
  }

  /** The disk has refused a write, and its reserve is used up. */
  begin(reason: string, at: Stamp): void {
    const step = this.#deps.step({ type: 'storage-changed', storage: 'degraded', reason, at });
    this.#journal.add(step.effects.filter(isDurable), stampOf(step.state, at));
    this.#deps.begun(step);
    this.#armProbe();
  }

  stop(): void {
    this.#cancelProbe?.();
  }

  /** A try that is due is not put off by what happens meanwhile: a busy box would never try. */
  #armProbe(): void {
    if (this.#cancelProbe !== null) return;
    const { time, state } = this.#deps;
    this.#cancelProbe = time.at(after(time.mono(), probeAfterMs(state())), () => this.#probe());
  }

  /** Tries to write all that waits in memory, and with it that the disk is good again. */
  #probe(): void {
    this.#cancelProbe = null;
    const { stamp, store, log, written, over } = this.#deps;
    const good = { storage: 'good', reason: 'writes succeed', dropped: this.#journal.dropped } as const;
    const at = stamp();
    const step = this.#deps.step({ type: 'storage-changed', ...good, at });
    const now = commitOf(written(), step, at);
    const { late, uses, tags } = this.#journal.content();
    let events: readonly JournalEvent[];
    try {
      events = store.commit({ ...now, late, uses: [...uses, ...now.uses], tags: [...tags, ...now.tags] });
    } catch (error) {
      log.debug({ code: codeOf(error) }, 'disk still refuses');
      this.#armProbe();
      return;
    }
    this.#journal.clear();
    // The reserve is a mebibyte: not one for each time that the disk changes its mind.
    if (!diskFlaps(step.state)) store.restoreReserve();
    over(step, events);
  }
}
