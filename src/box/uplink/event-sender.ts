import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Ack } from '../../wire/down.ts';
import { type Events, eventsMax } from '../../wire/up.ts';
import {
  acknowledged,
  again,
  due,
  type EventStream,
  impatientAt,
  type JournalEnds,
  sent,
  silentStream,
} from '../core/event-stream.ts';
import type { Store, Time } from '../ports.ts';
import { Alarms } from './alarms.ts';

export interface EventSenderParts {
  readonly time: Time;
  readonly log: Log;
  readonly store: Pick<Store, 'journal' | 'synced'>;
  readonly say: (message: Events) => Promise<void>;
}

/** Lines of one message, as JSON has them: sealed and in base64 that stays below what a broker carries. */
const batchMaxBytes = 40 * 1024;
/** After a broker that had no room, or a file that could not be read. */
const restMs = 1_000;

/**
 * The journal on its way to the relay, a page at a time. Each batch is its own turn of the event loop: a key that is pressed
 * waits for one page at most, and no event waits for the network.
 */
export class EventSender {
  readonly #parts: EventSenderParts;
  readonly #alarms: Alarms<'pump' | 'patience'>;
  #stream: EventStream;
  #up = false;
  #began: { readonly epoch: number; readonly seq: number } | null = null;

  constructor(parts: EventSenderParts) {
    this.#parts = parts;
    this.#alarms = new Alarms(parts.time);
    this.#stream = silentStream(parts.store.synced.acknowledged());
  }

  /** Events that the relay has not acknowledged. */
  get waiting(): number {
    return Math.max(0, this.#parts.store.journal.last().seq - this.#stream.acked);
  }

  /** Nothing is sent before the relay has said where it is. */
  connected(): void {
    this.#up = true;
    this.#stream = silentStream(this.#stream.acked);
  }

  disconnected(): void {
    this.#up = false;
    this.#alarms.clearAll();
  }

  acknowledged(ack: Ack): void {
    this.#stream = acknowledged(this.#stream, ack, this.#ends());
    this.#parts.store.synced.acknowledge(this.#stream.acked);
    this.#soon();
    this.#watch();
  }

  /** The journal has grown. */
  grew(): void {
    if (this.#stream.next !== null) this.#soon();
  }

  #ends(): JournalEnds {
    const { journal, synced } = this.#parts.store;
    const epoch = synced.boxEpoch;
    if (this.#began?.epoch !== epoch) this.#began = { epoch, seq: synced.epochBegan() };
    return { first: journal.first(), last: journal.last().seq, epoch, epochBegan: this.#began.seq };
  }

  #soon(ms = 0): void {
    if (!this.#up || this.#alarms.isSet('pump')) return;
    this.#alarms.in(ms, 'pump', () => this.#pump());
  }

  #pump(): void {
    try {
      this.#batch();
    } catch (error) {
      this.#parts.log.warn({ reason: reasonOf(error) }, 'events cannot be read');
      this.#soon(restMs);
    }
  }

  #batch(): void {
    const { store, say, time } = this.#parts;
    const wanted = due(this.#stream, store.journal.last().seq);
    if (wanted === null) return;
    const page = store.journal.page(wanted.from, eventsMax);
    if (page === null) return;
    const lines = fitting(page.lines);
    this.#stream = sent(this.#stream, page.to - page.lines.length + lines.length, time.mono());
    const { follows } = page;
    say({ kind: 'events', live: wanted.live, follows, lines: [...lines] }).catch(() => this.#unsent());
    this.#watch();
    this.#soon();
  }

  #unsent(): void {
    if (!this.#up) return;
    this.#stream = again(this.#stream, this.#parts.store.journal.first());
    this.#soon(restMs);
  }

  #watch(): void {
    const at = impatientAt(this.#stream);
    if (at === null) this.#alarms.clear('patience');
    else {
      this.#alarms.in(at - this.#parts.time.mono(), 'patience', () => {
        this.#unsent();
      });
    }
  }
}

function fitting(lines: readonly string[]): readonly string[] {
  let bytes = 0;
  const end = lines.findIndex((line, at) => {
    bytes += Buffer.byteLength(JSON.stringify(line)) + 1;
    return at > 0 && bytes > batchMaxBytes;
  });
  return end < 0 ? lines : lines.slice(0, end);
}
