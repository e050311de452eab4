import { never } from '../../base/assert.ts';
import { after, type MonoMs, millis, mono } from '../../base/brand.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import type { Effect, Outcome, OutwardEffect, Step } from '../core/effect.ts';
import type { Command, Input, InputBody, Stamp } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import { step } from '../core/step.ts';
import { nextWake } from '../core/wake.ts';
import type { Watcher } from '../ports.ts';
import { commitOf, isDurable, isEmpty } from './commit.ts';
import { LevelCatchUp } from './level-catch-up.ts';
import type { LoopDeps } from './loop-deps.ts';
import { Outage } from './outage.ts';
import { diskFlaps } from './outage-journal.ts';

/** Inputs that may wait for the one being worked on: what the effects of a step report at once. */
const inputsMax = 1_024;
/** Even when nothing is due the clock is looked at this often (rules.md 23). */
const heartbeatMs = millis(10_000);

export type { LoopDeps } from './loop-deps.ts';

interface Job {
  readonly input: Input;
  readonly also: ((effects: readonly Effect[]) => void) | undefined;
  readonly fail: ((error: unknown) => void) | undefined;
}

/**
 * The daemon in one sentence: take an input → `step` → commit what must last in one transaction → only then act → arm one
 * timer. A commit that fails leaves the state as it was, and nothing moves (but see rules.md 13).
 */
export class Loop {
  readonly #deps: LoopDeps;
  readonly #outage: Outage;
  readonly #catchUp: LevelCatchUp;
  readonly #watchers = new Set<Watcher>();
  readonly #answers = new Map<number, (outcome: Outcome) => void>();
  readonly #inputs: Job[] = [];
  #state: BoxState;
  /** The last state that the file knows; differs from `#state` only while the disk refuses. */
  #written: BoxState;
  #working = false;
  #cancelWake: () => void = () => {};
  #lastId = 0;
  #stopped = false;

  constructor(state: BoxState, deps: LoopDeps) {
    this.#state = state;
    this.#written = state;
    this.#deps = deps;
    this.#catchUp = new LevelCatchUp(() => deps.cabinet.heard());
    this.#outage = new Outage({
      ...{ time: deps.time, store: deps.store, log: deps.log },
      state: () => this.#state,
      written: () => this.#written,
      stamp: this.#stamp,
      step: input => this.#step(input),
      begun: begun => this.#enter(begun),
      over: (over, events) => this.#recover(over, events),
    });
  }

  get state(): BoxState {
    return this.#state;
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Something happened. Never throws: a fault of the disk becomes an input of its own. */
  readonly report = (body: InputBody): void => {
    this.#take(body, undefined, undefined);
  };

  /**
   * As `report`, with rows that belong in the same transaction; `also` is told what the input led to.
   * @throws Fault `storage-…` when it could not be kept, or whatever `also` throws; nothing has happened then.
   */
  write(body: InputBody, also: NonNullable<Job['also']>): void {
    let failure: { readonly error: unknown } | null = null;
    this.#take(body, also, error => {
      failure = { error };
    });
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
  }

  /** @throws Fault `storage-…` */
  command(command: Command, who: string, why: string): Promise<Outcome> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, resolve);
      this.#take({ type: 'command', id, who, why, command }, undefined, error => {
        this.#answers.delete(id);
        reject(error);
      });
    });
  }

  stop(reason: string): void {
    this.report({ type: 'stopping', reason });
    this.#stopped = true;
    this.#cancelWake();
    this.#outage.stop();
  }

  #take(body: InputBody, also: Job['also'], fail: Job['fail']): void {
    if (this.#stopped || this.#inputs.length >= inputsMax) {
      this.#deps.log.warn({ input: body.type }, 'input dropped');
      fail?.(new Fault('stopping', 'the daemon is stopping', 'Ask again when it runs.'));
      return;
    }
    this.#inputs.push({ input: { ...body, at: this.#stamp() }, also, fail });
    if (this.#working) return;
    this.#working = true;
    try {
      for (let job = this.#inputs.shift(); job !== undefined; job = this.#inputs.shift()) this.#work(job);
    } finally {
      this.#working = false;
    }
    this.#arm();
    for (const watcher of this.#watchers) watcher.changed(this.#state);
  }

  readonly #stamp = (): Stamp => ({ mono: this.#deps.time.mono(), wall: this.#deps.time.wall() });

  #step(input: Input): Step<BoxState> {
    return step(this.#state, this.#catchUp.of(this.#state, input));
  }

  #work(job: Job): void {
    const next = this.#step(job.input);
    let events: readonly JournalEvent[];
    try {
      events = this.#commit(next, job);
    } catch (error) {
      this.#refused(job, error);
      return;
    }
    const flapped = diskFlaps(this.#state);
    // The lock first: whoever watches can wait, the driver in the rain should not.
    this.#enter(next);
    this.#publish(events);
    if (flapped && !diskFlaps(next.state)) this.#deps.store.restoreReserve();
  }

  /** @throws Fault `storage-…`, or what `also` throws */
  #commit(next: Step<BoxState>, { input, also }: Job): readonly JournalEvent[] {
    if (this.#outage.isOn) {
      this.#outage.keep(next, input.at, also !== undefined);
      return [];
    }
    const commit = commitOf(this.#written, next, input.at);
    const idle = isEmpty(commit) && also === undefined;
    const events = idle ? [] : this.#deps.store.commit(commit, also && (() => also(next.effects)));
    this.#written = next.state;
    return events;
  }

  /** The step holds from now on, and what it asks for is done. */
  #enter({ state, effects }: Step<BoxState>): void {
    this.#state = state;
    for (const effect of effects) if (!isDurable(effect)) this.#perform(effect);
  }

  #recover(over: Step<BoxState>, events: readonly JournalEvent[]): void {
    this.#written = over.state;
    this.#enter(over);
    this.#publish(events);
    this.report({ type: 'woke' });
  }

  #publish(events: readonly JournalEvent[]): void {
    if (events.length > 0) for (const watcher of this.#watchers) watcher.events(events);
  }

  /** The commit failed: nothing has happened. The reserve is freed and it is tried again; then returns go on without. */
  #refused(job: Job, error: unknown): void {
    const { log, store } = this.#deps;
    const said = { code: codeOf(error), reason: reasonOf(error), input: job.input.type };
    if (!codeOf(error).startsWith('storage-')) {
      if (job.fail === undefined) throw error;
      log.debug(said, 'rows refused, nothing written');
      job.fail(error);
      return;
    }
    log.error(said, 'commit failed');
    if (this.#state.health.storage === 'degraded' || job.also !== undefined) {
      job.fail?.(error);
      return;
    }
    if (store.freeReserve()) {
      this.#work(job);
      return;
    }
    this.#outage.begin(reasonOf(error), job.input.at);
    this.#work(job);
  }

  #perform(effect: OutwardEffect): void {
    switch (effect.type) {
      case 'pulse-lock':
        // The commit may have taken so long that whoever was granted this is gone.
        if (this.#deps.time.mono() <= effect.until) this.#deps.cabinet.pulse(effect.slot, effect.ms);
        else this.report({ type: 'pulse-missed', slot: effect.slot, reason: 'too-late' });
        return;
      case 'signal':
        this.#deps.cabinet.signal(effect.signal);
        return;
      case 'look-up':
      case 'check-pin':
        this.#deps.examine(effect);
        return;
      case 'answer':
        this.#answers.get(effect.id)?.(effect.outcome);
        this.#answers.delete(effect.id);
        return;
      default:
        never(effect);
    }
  }

  #arm(): void {
    this.#cancelWake();
    const now = this.#deps.time.mono();
    const due = nextWake(this.#state);
    const beat = after(now, heartbeatMs);
    const first = this.#catchUp.notBefore(now);
    const at: MonoMs = due !== null && due < beat ? mono(Math.max(due, first)) : beat;
    this.#cancelWake = this.#deps.time.at(at, () => this.report({ type: 'woke' }));
  }
}
