/** A part of the disk that events do not get, so that a flood of them leaves room for bookings and for what people do. */
import { statfs } from 'node:fs/promises';
import { type Millis, minutes, seconds } from '../../base/brand.ts';
import { repeat } from '../../base/every.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../../base/time.ts';
import type { OperatorProblems } from './operator-problems.ts';

const reserveMostBytes = 256 * 1_024 * 1_024;
/** Of a small disk. */
const reservePart = 0.05;
/** There must be so much more again before events are taken again: not a few at a time. */
const enoughTimes = 1.5;
const lookMs = seconds(10);
/** A disk that cannot be asked is not taken for full. */
const lookAgainMs = minutes(1);

export interface Room {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

interface DiskReserveOptions {
  readonly folder: string;
  readonly time: Time;
  readonly log: Log;
  readonly problems: Pick<OperatorProblems, 'raise' | 'clear'>;
  /** Tests pass their own. */
  readonly roomOf?: (folder: string) => Promise<Room>;
}

export class DiskReserve {
  readonly #options: DiskReserveOptions;
  #low: boolean | null = null;
  #cancel: () => void = () => {};
  #closed = false;

  constructor(options: DiskReserveOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#low !== true;
  }

  /** Has looked once when it resolves. */
  async start(): Promise<void> {
    const firstMs = await this.#look();
    if (!this.#closed) this.#cancel = repeat(this.#options.time, () => this.#look(), firstMs);
  }

  /** Gives when to look again. */
  async #look(): Promise<Millis> {
    const { folder, log, roomOf = ofFileSystem } = this.#options;
    try {
      this.#judge(await roomOf(folder));
      return lookMs;
    } catch (error) {
      log.warn({ folder, reason: reasonOf(error) }, 'the free space of the disk is not known');
      return lookAgainMs;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #judge({ freeBytes, sizeBytes }: Room): void {
    const reserve = Math.min(reserveMostBytes, sizeBytes * reservePart);
    const low = freeBytes < (this.#low === true ? reserve * enoughTimes : reserve);
    if (low === this.#low) return;
    this.#low = low;
    const { problems } = this.#options;
    const mib = Math.floor(freeBytes / 1_024 / 1_024);
    if (low) problems.raise('disk-low', 'disk', `${mib} MiB are left on the disk of the database.`);
    else problems.clear('disk-low', 'disk');
  }
}

async function ofFileSystem(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
