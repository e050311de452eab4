import { never } from '../base/assert.ts';
import { after, type MonoMs, millis } from '../base/brand.ts';
import { codeOf, Fault, reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { JournalEvent } from '../wire/journal.ts';
import { gather, isDurable, stampOf } from './commit.ts';
import { floorToSave } from './core/clock.ts';
import { changes } from './core/durable.ts';
import type { DurableEffect, Effect, Outcome, OutwardEffect } from './core/effect.ts';
import type { Command, Input, InputBody, Stamp } from './core/input.ts';
import type { BoxState, Subject } from './core/model.ts';
import { step } from './core/step.ts';
import { nextWake } from './core/wake.ts';
import { Ledger } from './ledger.ts';
import type { Cabinet, Commit, EventStamp, Store, Time } from './ports.ts';

/** Inputs that may wait for the one being worked on: what the effects of a step report at once. */
const inputsMax = 1_024;
/** Even when nothing is due the clock is looked at this often (rules.md 23). */
const heartbeatMs = millis(10_000);
/** How often a refusing disk is tried again. */
const probeEveryMs = millis(5_000);

/** Told of everything that happened, after it is durable. */
export interface Watcher {
  events(events: readonly JournalEvent[]): void;
  /** The state is another one; may be the same picture as before. */
  changed(state: BoxState): void;
}

export interface LoopParts {
  readonly time: Time;
  readonly store: Store;
  readonly cabinet: Pick<Cabinet, 'pulse' | 'signal'>;
  readonly log: Log;
  readonly checkPin: (subject: Subject) => void;
}

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
  readonly #parts: LoopParts;
  readonly #ledger = new Ledger();
  readonly #watchers = new Set<Watcher>();
  readonly #answers = new Map<number, (outcome: Outcome) => void>();
  readonly #inputs: Job[] = [];
  #state: BoxState;
  /** The last state that the file knows; differs from `#state` only while the disk refuses. */
  #kept: BoxState;
  #working = false;
  #cancelWake: () => void = () => {};
  #cancelProbe: () => void = () => {};
  #lastId = 0;
  #stopped = false;

  constructor(state: BoxState, parts: LoopParts) {
    this.#state = state;
    this.#kept = state;
    this.#parts = parts;
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
    this.#cancelProbe();
  }

  #take(body: InputBody, also: Job['also'], fail: Job['fail']): void {
    if (this.#stopped || this.#inputs.length >= inputsMax) {
      this.#parts.log.warn({ input: body.type }, 'input dropped');
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

  readonly #stamp = (): Stamp => ({ mono: this.#parts.time.mono(), wall: this.#parts.time.wall() });

  #work(job: Job): void {
    const { state, effects } = step(this.#state, job.input);
    let events: readonly JournalEvent[];
    try {
      events = this.#keep(state, effects, job);
    } catch (error) {
      this.#refused(job, error);
      return;
    }
    this.#state = state;
    // The lock first: whoever watches can wait, the driver in the rain should not.
    this.#act(effects);
    this.#publish(events);
  }

  /** @throws Fault `storage-…`, or what `also` throws */
  #keep(state: BoxState, effects: readonly Effect[], job: Job): readonly JournalEvent[] {
    const { at } = job.input;
    const durable = effects.filter(isDurable);
    const stamp = stampOf(state, at);
    if (this.#ledger.size > 0 || this.#state.health.storage === 'degraded') {
      this.#keepInMemory(state, durable, job, stamp);
      return [];
    }
    const parts = changes(this.#kept, state);
    if (durable.length === 0 && parts.length === 0 && job.also === undefined) {
      this.#kept = state;
      return [];
    }
    const commit = { ...gather(durable), stamp, parts, floor: floorToSave(state, at) };
    const events = this.#parts.store.commit(commit, job.also && (() => job.also?.(effects)));
    this.#kept = state;
    return events;
  }

  #publish(events: readonly JournalEvent[]): void {
    if (events.length === 0) return;
    for (const watcher of this.#watchers) watcher.events(events);
  }

  #keepInMemory(state: BoxState, durable: readonly DurableEffect[], job: Job, stamp: EventStamp): void {
    if (job.also !== undefined) {
      throw new Fault(
        'storage-degraded',
        'the disk takes no writes',
        'Free space or replace the card; see smartbox doctor.',
      );
    }
    this.#ledger.add(durable, stamp);
    for (const event of gather(durable).entries) this.#parts.log.error({ event }, 'kept in memory only');
    if (state.health.storage === 'degraded') this.#armProbe();
  }

  /** The commit failed: nothing has happened. The reserve is freed and it is tried again; then returns go on without. */
  #refused(job: Job, error: unknown): void {
    const { log, store } = this.#parts;
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
    this.#degrade(reasonOf(error), job.input.at);
    this.#work(job);
  }

  #degrade(reason: string, at: Stamp): void {
    const { state, effects } = step(this.#state, {
      type: 'storage-changed',
      storage: 'degraded',
      reason,
      at,
    });
    this.#ledger.add(effects.filter(isDurable), stampOf(state, at));
    this.#state = state;
    this.#act(effects);
    this.#armProbe();
  }

  #armProbe(): void {
    this.#cancelProbe();
    this.#cancelProbe = this.#parts.time.at(after(this.#parts.time.mono(), probeEveryMs), () =>
      this.#probe(),
    );
  }

  /** Tries to write all that waits in memory, and with it that the disk is good again. */
  #probe(): void {
    const at = this.#stamp();
    const { state, effects } = step(this.#state, {
      type: 'storage-changed',
      storage: 'good',
      reason: 'writes succeed',
      at,
    });
    const now = gather(effects.filter(isDurable));
    const { late, uses, tags } = this.#ledger.content();
    const commit: Commit = {
      late,
      entries: now.entries,
      uses: [...uses, ...now.uses],
      tags: [...tags, ...now.tags],
      stamp: stampOf(state, at),
      parts: changes(this.#kept, state),
      floor: floorToSave(state, at),
    };
    try {
      this.#publish(this.#parts.store.commit(commit));
    } catch (error) {
      this.#parts.log.debug({ code: codeOf(error) }, 'disk still refuses');
      this.#armProbe();
      return;
    }
    this.#ledger.clear();
    this.#state = state;
    this.#kept = state;
    this.#parts.store.restoreReserve();
    this.#act(effects);
    this.report({ type: 'woke' });
  }

  #act(effects: readonly Effect[]): void {
    for (const effect of effects) if (!isDurable(effect)) this.#perform(effect);
  }

  #perform(effect: OutwardEffect): void {
    switch (effect.type) {
      case 'pulse-lock':
        this.#parts.cabinet.pulse(effect.slot, effect.ms);
        return;
      case 'signal':
        this.#parts.cabinet.signal(effect.signal);
        return;
      case 'check-pin':
        this.#parts.checkPin(effect.subject);
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
    const now = this.#parts.time.mono();
    const due = nextWake(this.#state);
    const beat = after(now, heartbeatMs);
    const at: MonoMs = due !== null && due < beat ? due : beat;
    this.#cancelWake = this.#parts.time.at(at, () => this.report({ type: 'woke' }));
  }
}
