import type { ScheduledTask } from 'node-cron';
import { millis, type WallMs } from '../../base/brand.ts';
import { every } from '../../base/every.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../ports.ts';

/** The jobs need this of a store, which has all of it. */
export interface JobStore {
  backupNightly(): Promise<void>;
  purge(now: WallMs): Promise<object>;
  check(depth: 'full'): Promise<string | null>;
}

export interface JobsOptions {
  readonly store: JobStore;
  /** IANA name: people expect what is nightly at their night. */
  readonly timezone: string;
  readonly time: Time;
  /** The best estimate of UTC; null while the clock is not believed, and then nothing is deleted. */
  readonly trustedNow: () => WallMs | null;
  /** The weekly check found this. */
  readonly damaged: (reason: string) => void;
  readonly log: Log;
}

interface Job {
  readonly name: string;
  /** Never finer than hourly: on a step ahead node-cron walks every run that it has missed, one by one. */
  readonly schedule: string;
  readonly run: (options: JobsOptions) => Promise<void>;
}

/** Apart by minutes, outside the hours that daylight saving skips or repeats. */
const jobs: readonly Job[] = [
  { name: 'backup', schedule: '10 4 * * *', run: ({ store }) => store.backupNightly() },
  { name: 'retention', schedule: '40 4 * * *', run: retention },
  { name: 'integrity-check', schedule: '20 5 * * 0', run: integrity },
];

/** A clock that moved further than this against the monotonic one was set. */
export const stepMs = 2_000;
export const lookEveryMs = millis(60_000);

async function retention({ store, trustedNow, log }: JobsOptions): Promise<void> {
  const now = trustedNow();
  if (now === null) log.warn({}, 'nothing is deleted while the clock is not believed');
  else log.info({ ...(await store.purge(now)) }, 'what was past its time is deleted');
}

async function integrity({ store, damaged }: JobsOptions): Promise<void> {
  const found = await store.check('full');
  if (found !== null) damaged(found);
}

/** Loads node-cron and arms the jobs; call after READY, no key waits for it. Gives what ends them. */
export async function startJobs(options: JobsOptions): Promise<() => void> {
  const { default: cron } = await import('node-cron');
  const jobs = new CronJobs(options, (job, run) =>
    cron.schedule(job.schedule, run, {
      name: job.name,
      timezone: options.timezone,
      noOverlap: true,
      suppressMissedWarning: true,
      unref: true,
      logger: loggerOf(options.log),
    }),
  );
  return () => jobs.stop();
}

type Schedule = (job: Job, run: () => Promise<void>) => ScheduledTask;

const loggerOf = (log: Log) => ({
  info: (message: string) => log.debug({}, message),
  debug: (message: string | Error) => log.debug({}, reasonOf(message)),
  warn: (message: string) => log.warn({}, message),
  error: (message: string | Error) => log.error({}, reasonOf(message)),
});

class CronJobs {
  readonly #options: JobsOptions;
  readonly #schedule: Schedule;
  #tasks: readonly ScheduledTask[] = [];
  /** Wall minus monotonic time when the jobs were armed. */
  #offset: number;
  #cancelLook: () => void = () => {};

  constructor(options: JobsOptions, schedule: Schedule) {
    this.#options = options;
    this.#schedule = schedule;
    this.#offset = this.#offsetNow();
    this.#arm();
    this.#cancelLook = every(this.#options.time, lookEveryMs, () => this.#look());
  }

  #offsetNow(): number {
    return this.#options.time.wall() - this.#options.time.mono();
  }

  #arm(): void {
    for (const task of this.#tasks) void task.destroy();
    this.#offset = this.#offsetNow();
    this.#tasks = jobs.map(job => this.#schedule(job, () => this.#run(job)));
  }

  /** Never throws: a job that fails must not take the daemon with it. */
  async #run(job: Job): Promise<void> {
    const { log } = this.#options;
    try {
      await job.run(this.#options);
      log.info({ job: job.name }, 'job done');
    } catch (error) {
      log.error({ job: job.name, reason: reasonOf(error) }, 'job failed');
    }
  }

  /** Jobs that were armed by a clock that was set since are made anew. */
  #look(): void {
    if (Math.abs(this.#offsetNow() - this.#offset) <= stepMs) return;
    this.#options.log.info({}, 'the clock was set; jobs are armed anew');
    this.#arm();
  }

  stop(): void {
    this.#cancelLook();
    for (const task of this.#tasks) void task.destroy();
    this.#tasks = [];
  }
}
