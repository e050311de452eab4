/** Made-up journals of a box. */
import { wall } from '../../../src/base/brand.ts';
import { instantText } from '../../../src/base/instant.ts';
import { eventLine, hashEvent, noHash } from '../../../src/wire/chain.ts';
import type { Entry, JournalEvent } from '../../../src/wire/journal.ts';

export const startMs = 1_800_000_000_000;

export interface Written {
  readonly event: JournalEvent;
  readonly line: string;
}

export function written(rest: Omit<JournalEvent, 'hash'>): Written {
  const event: JournalEvent = { ...rest, hash: hashEvent(rest) };
  return { event, line: eventLine(event) };
}

/** Writes on, as a box does; `fork` is a copy that goes its own way. */
export class JournalWriter {
  readonly all: Written[] = [];
  epoch = 1;
  seq = 0;
  head: string = noHash;
  /** What the clock shows; null: a second for each event. */
  clockMs: (() => number) | null = null;
  readonly #box: string;

  constructor(box = 'depot-a') {
    this.#box = box;
  }

  write(entry: Partial<Entry> = {}): Written {
    const made = written({
      type: 'door-opened',
      ...entry,
      box: this.#box,
      epoch: this.epoch,
      seq: this.seq + 1,
      at: instantText(wall(this.clockMs?.() ?? startMs + this.seq * 1_000)),
      mono: this.seq * 1_000,
      clock: 'synced',
      prev: this.head,
    });
    this.all.push(made);
    this.seq += 1;
    this.head = made.event.hash;
    return made;
  }

  many(count: number): this {
    for (let at = 0; at < count; at += 1) this.write();
    return this;
  }

  /** A copy as of event `seq`, as from a backup; without `sayNothing` it begins a new epoch. */
  copyAt(seq: number, epoch = this.epoch): JournalWriter {
    const copy = new JournalWriter(this.#box);
    const kept = this.all.filter(({ event }) => event.seq <= seq);
    copy.all.push(...kept);
    copy.seq = seq;
    copy.head = kept.at(-1)?.event.hash ?? noHash;
    copy.epoch = epoch;
    copy.clockMs = this.clockMs;
    return copy;
  }

  /** Lines of numbers `from` to `to` as a message has them. */
  batch(from: number, to: number) {
    const before = this.all.findLast(({ event }) => event.seq < from)?.event;
    return {
      follows: { boxEpoch: before?.epoch ?? 0, seq: before?.seq ?? 0 },
      lines: this.all.filter(({ event }) => event.seq >= from && event.seq <= to).map(({ line }) => line),
    };
  }
}
