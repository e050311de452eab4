/** Assignments of all connected accounts, worked on by one copy of the relay each. */
import { millis, seconds } from '../../../../base/brand.ts';
import { reasonOf } from '../../../../base/fault.ts';
import { Poll } from '../../../../base/poll.ts';
import type { EngineDeps } from './context.ts';
import { claimIntegrations, dueWork, releaseIntegrations } from './leases.ts';
import { type KindOfWork, Worker } from './worker.ts';

const tickMs = millis(500);
/** So long others leave an integration to whoever has taken it; renewed while there is work. */
const leaseMs = seconds(10);
/** After a failure of ours. */
const failedMs = seconds(30);

export class Engine {
  readonly #deps: EngineDeps;
  readonly #workers = new Map<string, Worker>();
  /** Until when their leases are ours; until when nothing is tried with them. */
  readonly #until = new Map<string, number>();
  readonly #resting = new Map<string, number>();
  readonly #poll: Poll;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#poll = new Poll({
      time: deps.time,
      everyMs: tickMs,
      look: () => this.#look(),
      failed: reason => deps.log.warn({ reason }, 'assignments could not be looked at'),
    });
  }

  start(): void {
    this.#poll.start(millis(0));
  }

  /** There is something new to work on: do not wait for the next look. */
  nudge(): void {
    this.#poll.nudge();
  }

  /** Calls to Fleetio that wait for their turn must have been ended before. */
  async close(): Promise<void> {
    await this.#poll.stop();
    await Promise.all([...this.#workers.values()].map(worker => worker.close()));
    const { store, copy } = this.#deps;
    await store.write(tx => releaseIntegrations(tx, copy)).catch(() => {});
  }

  /** Nothing is left over: whoever finds more says so. */
  async #look(): Promise<boolean> {
    const { store, time } = this.#deps;
    const due = await dueWork(store.db, time.wall());
    const work = new Map<string, ReadonlySet<KindOfWork>>();
    for (const [id, kinds] of due) {
      const ready = this.#workers.get(id)?.ready(kinds) ?? kinds;
      if (ready.size > 0 && (this.#resting.get(id) ?? 0) <= time.wall()) work.set(id, ready);
    }
    for (const [id, worker] of this.#workers)
      if (worker.isBusy || worker.isReconcileWanted) work.set(id, work.get(id) ?? new Set());
      else if (!due.has(id)) this.#workers.delete(id);
    for (const id of await this.#held([...work.keys()])) await this.#run(id, work.get(id) ?? new Set());
    return false;
  }

  /** Those of them whose lease this copy has, or gets now. */
  async #held(ids: readonly string[]): Promise<readonly string[]> {
    const { store, time, copy } = this.#deps;
    const now = time.wall();
    const isHeld = (id: string): boolean => (this.#until.get(id) ?? 0) > now + leaseMs / 2;
    const wanted = ids.filter(id => !isHeld(id));
    if (wanted.length === 0) return ids;
    const claim = { copy, now, until: now + leaseMs, ids: wanted };
    const claimed = await store.write(tx => claimIntegrations(tx, claim));
    for (const id of wanted) this.#until.delete(id);
    for (const id of claimed) this.#until.set(id, claim.until);
    return ids.filter(id => this.#until.has(id));
  }

  async #run(id: string, kinds: ReadonlySet<KindOfWork>): Promise<void> {
    const worker = this.#workers.get(id) ?? new Worker(this.#deps, id, () => this.nudge());
    this.#workers.set(id, worker);
    try {
      await worker.run(kinds);
      this.#resting.delete(id);
    } catch (error) {
      this.#resting.set(id, this.#deps.time.wall() + failedMs);
      const reason = reasonOf(error);
      this.#deps.log.error({ integration: id, reason }, 'an integration cannot be worked on');
    }
  }
}
