import { setImmediate as turn } from 'node:timers/promises';
import type { ControlledTransaction, Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import { effectsOf } from './commit-effects.ts';
import type { Work } from './store.ts';
import type { Tables } from './tables.ts';

/** Jobs that may wait; one more is refused, so that a disk that stalls does not fill the memory. */
const waitingMax = 20_000;
/** Jobs in one transaction: what follows waits for them. */
const groupMax = 256;
/** The operations in which the two engines differ. */
export interface Committer {
  begin(): Promise<ControlledTransaction<Tables>>;
  /** Marks where the next job begins; what the one before did is kept. */
  mark(tx: Transaction<Tables>, first: boolean): Promise<void>;
  /** Back to the mark. */
  undo(tx: Transaction<Tables>): Promise<void>;
  /** In the transaction, before its commit. */
  announce(tx: Transaction<Tables>, boxes: readonly string[]): Promise<void>;
  /** After a commit by which something was erased: nothing of it stays in files that the engine alone looks after. */
  forget(): Promise<void>;
  /** Whether the job failed only because of others, and can be run again when what is before it is committed. */
  mayRunAgain(error: unknown, runs: number): boolean;
  /** The engine's error as a Fault; anything else as it is. */
  faultOf(error: unknown): unknown;
}

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  runs: number;
}

/** The notice of a commit. */
interface Committed {
  readonly boxes: readonly string[];
  /** The earliest instant for which work was put into the queue; infinite: none was. */
  readonly workDue: number;
  /** As `newsText` writes them. */
  readonly news: readonly string[];
}

interface Group {
  readonly done: Done[];
  readonly boxes: Set<string>;
  readonly news: Set<string>;
  workDue: number;
  isErasure: boolean;
}

interface Done {
  readonly job: Job;
  readonly value: unknown;
}

/** One writer, many jobs a commit: worth twice the single events a second. */
export class GroupCommit {
  readonly #committer: Committer;
  readonly #committed: (committed: Committed) => void;
  #queue: Job[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(committer: Committer, committed: (committed: Committed) => void) {
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
    const nothing = { workDue: Number.POSITIVE_INFINITY, isErasure: false };
    const group: Group = { done: [], boxes: new Set<string>(), news: new Set<string>(), ...nothing };
    const { boxes, news, done } = group;
    let tx: ControlledTransaction<Tables> | null = null;
    try {
      tx = await this.#committer.begin();
      const left = await this.#jobs(tx, jobs, group);
      this.#queue.unshift(...left);
      if (boxes.size > 0) await this.#committer.announce(tx, [...boxes]);
      if (!tx.isRolledBack) await tx.commit().execute();
    } catch (error) {
      if (tx !== null) await rolledBack(tx);
      for (const job of jobs) if (!this.#queue.includes(job)) job.reject(this.#committer.faultOf(error));
      return;
    }
    if (boxes.size > 0 || news.size > 0 || group.workDue < Number.POSITIVE_INFINITY)
      this.#committed({ boxes: [...boxes], workDue: group.workDue, news: [...news] });
    // Boxes first: a driver may stand there. Whoever asked hears it in the next turn.
    if (boxes.size > 0) await turn();
    if (group.isErasure) await this.#committer.forget();
    for (const { job, value } of done) job.resolve(value);
  }

  /** The jobs that are to be run after this group: the first that stood in another's way, and all behind it. */
  async #jobs(
    tx: ControlledTransaction<Tables>,
    jobs: readonly Job[],
    group: Group,
  ): Promise<readonly Job[]> {
    const alone = jobs.length === 1;
    for (const [at, job] of jobs.entries()) {
      if (!alone) await this.#committer.mark(tx, at === 0);
      // An object of its own for each job, by which its effects are known.
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
      const effects = effectsOf(own);
      for (const box of effects.changedBoxes.keys()) group.boxes.add(box);
      for (const each of effects.news) group.news.add(each);
      group.workDue = Math.min(group.workDue, effects.workDue);
      group.isErasure ||= effects.isErasure;
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
