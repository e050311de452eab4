/** The loop with a disk, a cabinet and a look-up that write down what they were asked, in order. */
import { Fault } from '../../../src/base/fault.ts';
import { silent } from '../../../src/base/log.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import { Loop } from '../../../src/box/engine/loop.ts';
import type { Commit, Store } from '../../../src/box/ports.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import { FakeTime } from '../../fake-time.ts';
import { booking, siteOf, t0 } from '../core/bench-site.ts';
import { answerTo } from '../core/typed.ts';

export class LoopRig {
  readonly time = new FakeTime({ wallMs: t0 });
  readonly acts: string[] = [];
  readonly commits: Commit[] = [];
  /** What the disk answers to a commit instead of taking it; null: it takes it. */
  refusal: Error | null = null;
  /** How much longer a commit takes than no time at all. */
  commitMs = 0;
  /** Reserves that can still be freed. */
  reserves = 0;
  onReserve = (): void => {};
  onCommit = (): void => {};
  readonly loop: Loop;

  constructor() {
    const commit = (what: Commit, also?: () => void): readonly JournalEvent[] => this.#commit(what, also);
    this.loop = new Loop(initialState(siteOf({})), {
      time: this.time,
      store: {
        commit,
        freeReserve: () => this.#freeReserve(),
        restoreReserve: () => this.acts.push('reserve'),
      } as unknown as Store,
      cabinet: {
        pulse: slot => this.acts.push(`pulse ${slot}`),
        signal: signal => this.acts.push(`signal ${signal}`),
        heard: () => true,
      },
      log: silent,
      examine: effect => {
        this.acts.push(effect.type);
        if (effect.type === 'look-up')
          this.loop.report(answerTo(effect, { code: [booking('a', 1)], phone: null }));
      },
    });
    const levels = siteOf({}).slots.map(
      ({ id }) => ({ slot: id, door: 'shut', presence: 'present' }) as const,
    );
    this.loop.report({ type: 'booted', reason: 'test', levels });
    this.acts.length = 0;
    this.commits.length = 0;
  }

  /** A driver types a code that is good for the key of slot 1. */
  types(): void {
    this.loop.report({ type: 'entered', length: 8, choice: null });
  }

  get events(): readonly string[] {
    return this.commits.flatMap(({ late = [], entries }) => [
      ...late.map(({ entry }) => `late ${entry.type}`),
      ...entries.map(({ type }) => type),
    ]);
  }

  #freeReserve(): boolean {
    if (this.reserves === 0) return false;
    this.reserves -= 1;
    this.onReserve();
    return true;
  }

  #commit(what: Commit, also?: () => void): readonly JournalEvent[] {
    this.onCommit();
    if (this.refusal !== null) throw this.refusal;
    also?.();
    this.time.advance(this.commitMs);
    this.acts.push('commit');
    this.commits.push(what);
    return what.entries.map(entry => entry as unknown as JournalEvent);
  }
}

export const refused = (code = 'storage-io'): Fault => new Fault(code, 'refused', '');
