import type { ControlledTransaction, Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import type { Work } from './store.ts';
import type { Tables } from './tables.ts';
import { touchedBoxes } from './touched.ts';

/** Jobs that may wait; one more is refused, so that a disk that stalls does not fill the memory. */
export const waitingMax = 20_000;
/** Jobs in one transaction: what follows waits for them. */
const groupMax = 256;
/** How often a job is run again that stood in the way of another. */
const runsMax = 50;

/** What an engine does differently. */
export interface Committer {
  begin(): Promise<ControlledTransaction<Tables>>;
  /** In the transaction, before its commit. */
  announce(tx: Transaction<Tables>, boxes: readonly string[]): Promise<void>;
  /** Whether the job failed only because of others, and holds up no one when it is run again later. */
  mayRunAgain(error: unknown): boolean;
  /** What the engine says, as the Fault that people know; anything else as it is. */
  faultOf(error: unknown): unknown;
}

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  runs: number;
}

interface Done {
  readonly job: Job;
  readonly value: unknown;
}

/** One writer, many jobs a commit: worth twice the single events a second (facts/relay.md §0.4). */
export class GroupCommit {
  readonly #committer: Committer;
  readonly #committed: (boxes: readonly string[]) => void;
  #queue: Job[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(committer: Committer, committed: (boxes: readonly string[]) => void) {
    this.#committer = committer;
    this.#committed = committed;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  write<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Fault('store-closed', 'the relay stops', 'Ask again.'));
    if (this.#queue.length >= waitingMax)
      return Promise.reject(
        new Fault('store-busy', `${waitingMax} changes wait for the disk`, 'Ask again in a minute.'),
      );
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: value => resolve(value as T), reject, runs: 0 });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      // One turn of the loop: all that arrives meanwhile goes along.
      await new Promise(resolve => setImmediate(resolve));
      await this.#group(this.#queue.splice(0, groupMax));
    }
    this.#running = null;
  }

  async #group(jobs: readonly Job[]): Promise<void> {
    const done: Done[] = [];
    const boxes = new Set<string>();
    let tx: ControlledTransaction<Tables> | null = null;
    try {
      tx = await this.#committer.begin();
      const left = await this.#jobs(tx, jobs, { done, boxes });
      this.#queue.unshift(...left);
      if (boxes.size > 0) await this.#committer.announce(tx, [...boxes]);
      await tx.commit().execute();
    } catch (error) {
      if (tx !== null) await rolledBack(tx);
      for (const job of jobs) if (!this.#queue.includes(job)) job.reject(this.#committer.faultOf(error));
      return;
    }
    for (const { job, value } of done) job.resolve(value);
    if (boxes.size > 0) this.#committed([...boxes]);
  }

  /** The jobs that are to be run after this group: the first that stood in another's way, and all behind it. */
  async #jobs(
    tx: ControlledTransaction<Tables>,
    jobs: readonly Job[],
    group: { readonly done: Done[]; readonly boxes: Set<string> },
  ): Promise<readonly Job[]> {
    for (const [at, job] of jobs.entries()) {
      const saved = await tx.savepoint('job').execute();
      let value: unknown;
      try {
        job.runs += 1;
        value = await job.work(saved);
      } catch (error) {
        await saved.rollbackToSavepoint('job').execute();
        await saved.releaseSavepoint('job').execute();
        if (this.#committer.mayRunAgain(error) && job.runs < runsMax) return jobs.slice(at);
        job.reject(this.#committer.faultOf(error));
        continue;
      }
      await saved.releaseSavepoint('job').execute();
      group.done.push({ job, value });
      for (const box of touchedBoxes(saved).keys()) group.boxes.add(box);
    }
    return [];
  }
}

async function rolledBack(tx: ControlledTransaction<Tables>): Promise<void> {
  try {
    if (!tx.isCommitted && !tx.isRolledBack) await tx.rollback().execute();
  } catch {
    // The engine has rolled back by itself, or the connection is gone.
  }
}
