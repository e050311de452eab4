import { setImmediate as turn } from 'node:timers/promises';
import type { ControlledTransaction, Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import type { Work } from './store.ts';
import type { Tables } from './tables.ts';
import { touchedBoxes } from './touched.ts';

/** Jobs that may wait; one more is refused, so that a disk that stalls does not fill the memory. */
export const waitingMax = 20_000;
/** Jobs in one transaction: what follows waits for them. */
const groupMax = 256;
/** What an engine does differently. */
export interface Committer {
  begin(): Promise<ControlledTransaction<Tables>>;
  /** Marks where the next job begins; what the one before did is kept. */
  mark(tx: Transaction<Tables>, first: boolean): Promise<void>;
  /** Back to the mark. */
  undo(tx: Transaction<Tables>): Promise<void>;
  /** In the transaction, before its commit. */
  announce(tx: Transaction<Tables>, boxes: readonly string[]): Promise<void>;
  /** Whether the job failed only because of others, and can be run again when what is before it is committed. */
  mayRunAgain(error: unknown, runs: number): boolean;
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
      await turn();
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
      if (!tx.isRolledBack) await tx.commit().execute();
    } catch (error) {
      if (tx !== null) await rolledBack(tx);
      for (const job of jobs) if (!this.#queue.includes(job)) job.reject(this.#committer.faultOf(error));
      return;
    }
    if (boxes.size > 0) {
      this.#committed([...boxes]);
      // Boxes first: a driver may stand there. Whoever asked hears it in the next turn.
      await turn();
    }
    for (const { job, value } of done) job.resolve(value);
  }

  /** The jobs that are to be run after this group: the first that stood in another's way, and all behind it. */
  async #jobs(
    tx: ControlledTransaction<Tables>,
    jobs: readonly Job[],
    group: { readonly done: Done[]; readonly boxes: Set<string> },
  ): Promise<readonly Job[]> {
    const alone = jobs.length === 1;
    for (const [at, job] of jobs.entries()) {
      if (!alone) await this.#committer.mark(tx, at === 0);
      // An object of its own for each job, by which it is known what the job has touched.
      const own = tx.withoutPlugins();
      try {
        job.runs += 1;
        group.done.push({ job, value: await job.work(own) });
      } catch (error) {
        if (alone) await tx.rollback().execute();
        else await this.#committer.undo(tx);
        if (this.#committer.mayRunAgain(error, job.runs)) return jobs.slice(at);
        job.reject(this.#committer.faultOf(error));
        continue;
      }
      for (const box of touchedBoxes(own).keys()) group.boxes.add(box);
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
