import { assert } from '../../base/assert.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { checkpointLine } from '../../wire/chain.ts';
import type { Ack } from '../../wire/down.ts';
import type { JournalEvent } from '../../wire/journal.ts';
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
import { NamedTimers } from './named-timers.ts';

interface EventSenderDeps {
  readonly time: Time;
  readonly log: Log;
  readonly store: Pick<Store, 'journal' | 'synced'>;
  readonly send: (message: Events) => Promise<void>;
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
  readonly #deps: EventSenderDeps;
  readonly #timers: NamedTimers<'pump' | 'patience'>;
  #stream: EventStream;
  #up = false;
  #began: { readonly epoch: number; readonly seq: number } | null = null;

  constructor(deps: EventSenderDeps) {
    this.#deps = deps;
    this.#timers = new NamedTimers(deps.time);
    this.#stream = silentStream(deps.store.synced.acknowledged());
  }

  /** Events that the relay has not acknowledged. */
  get waiting(): number {
    return Math.max(0, this.#deps.store.journal.last().seq - this.#stream.acked);
  }

  /** Nothing is sent before the relay has said where it is. */
  connected(): void {
    this.#up = true;
    this.#stream = silentStream(this.#stream.acked);
  }

  disconnected(): void {
    this.#up = false;
    this.#timers.clearAll();
  }

  acknowledged(ack: Ack): void {
    this.#stream = acknowledged(this.#stream, ack, this.#ends());
    this.#deps.store.synced.acknowledge(this.#stream.acked);
    this.#soon();
    this.#watch();
  }

  /** The journal has grown. */
  grew(): void {
    if (this.#stream.next !== null) this.#soon();
  }

  #ends(): JournalEnds {
    const { journal, synced } = this.#deps.store;
    const epoch = synced.boxEpoch;
    if (this.#began?.epoch !== epoch) this.#began = { epoch, seq: synced.epochBegan() };
    return { first: journal.first(), last: journal.last().seq, epoch, epochBegan: this.#began.seq };
  }

  #soon(ms = 0): void {
    if (!this.#up || this.#timers.isSet('pump')) return;
    this.#timers.in(ms, 'pump', () => this.#pump());
  }

  #pump(): void {
    try {
      this.#batch();
    } catch (error) {
      this.#deps.log.warn({ reason: reasonOf(error) }, 'events cannot be read');
      this.#soon(restMs);
    }
  }

  #batch(): void {
    const { store, send, time } = this.#deps;
    const wanted = due(this.#stream, store.journal.last().seq);
    if (wanted === null) return;
    const page = store.journal.page(wanted.from, eventsMax);
    if (page === null) return;
    const lines = fitting(page.lines);
    this.#stream = sent(this.#stream, page.to - page.lines.length + lines.length, time.mono());
    const { follows } = page;
    const checkpoint = this.#checkpoint(lines);
    send({ kind: 'events', live: wanted.live, follows, lines: [...lines], ...checkpoint }).catch(() =>
      this.#unsent(),
    );
    this.#watch();
    this.#soon();
  }

  /**
   * With all of the last event's epoch: in one that still goes on there is no hole. What an earlier one has lost is not known
   * by now, so there the box vouches for these lines alone.
   */
  #checkpoint(lines: readonly string[]): Pick<Events, 'checkpoint'> {
    const [first, last] = [lines[0], lines.at(-1)].map(line => JSON.parse(line ?? '') as JournalEvent);
    assert(first !== undefined && last !== undefined, 'no message without lines');
    const { epoch, epochBegan } = this.#ends();
    const from = last.epoch === epoch ? epochBegan + 1 : first.seq;
    const { journal } = this.#deps.store;
    return { checkpoint: checkpointLine(journal.vouch({ from, to: last.seq, head: last.hash })) };
  }

  #unsent(): void {
    if (!this.#up) return;
    this.#stream = again(this.#stream, this.#deps.store.journal.first());
    this.#soon(restMs);
  }

  #watch(): void {
    const at = impatientAt(this.#stream);
    if (at === null) this.#timers.clear('patience');
    else {
      this.#timers.in(at - this.#deps.time.mono(), 'patience', () => {
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
