import type { Aedes, AedesPublishPacket } from 'aedes';
import { after, type MonoMs, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import { Backoff, healthyMs } from '../../wire/mqtt/backoff.ts';
import type { Link, LinkHandlers, LinkOptions, LinkTime } from '../../wire/mqtt/link.ts';
import { handlerMaxMs } from '../../wire/mqtt/liveness.ts';
import { linkDown, Pending, refusal } from '../../wire/mqtt/pending.ts';
import { matches, type Retained } from './retained.ts';
import { SerialQueue } from './serial-queue.ts';

interface InsideLinkDeps {
  readonly aedes: Aedes;
  readonly retained: Retained;
  readonly time: LinkTime;
  readonly random: () => number;
  /** Tells when the broker closes; the returned function stops telling. */
  closing(listener: () => void): () => void;
}

type Deliver = (packet: AedesPublishPacket, taken: () => void) => void;

/**
 * The relay's own link to the broker in its process: no socket, no second copy of a message. What a box has sent is not
 * read further until the relay has taken it, so that a flood stays in the sender's socket.
 */
export class InsideLink implements Link {
  readonly #inside: InsideLinkDeps;
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  readonly #backoff: Backoff;
  readonly #queue = new SerialQueue();
  /** Bounded by the broker: a connection that does not drain is cut. */
  readonly #pending = new Pending();
  /** Ours while we are up; a new one each time, so that what comes late for an earlier one is known. */
  #deliver: Deliver | null = null;
  #upSince: MonoMs | null = null;
  #upMs = 0;
  #handling = false;
  #rising = true;
  #closed = false;
  #cancelTimer: () => void;
  readonly #stopListening: () => void;

  constructor(inside: InsideLinkDeps, options: LinkOptions, handlers: LinkHandlers) {
    this.#inside = inside;
    this.#options = options;
    this.#handlers = handlers;
    this.#backoff = new Backoff(inside.random);
    this.#stopListening = inside.closing(() => this.#brokerCloses());
    this.#cancelTimer = this.#after(0, () => this.#rise());
  }

  get up(): boolean {
    return this.#deliver !== null;
  }

  /** Resolves when the sockets of those who hear it have taken it: a slow box slows whoever sends to it, and nobody else. */
  publish(topic: string, payload: Uint8Array, { retain = false } = {}): Promise<void> {
    const fault = refusal(this.up, payload);
    if (fault !== null) return Promise.reject(fault);
    return this.#pending.add(payload.length, settle => {
      this.#send(topic, payload, retain, error =>
        settle(error === undefined || error === null ? null : linkDown(error.message)),
      );
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#cancelTimer();
    this.#fall('closed');
  }

  #rise(): void {
    const { aedes, retained } = this.#inside;
    this.#rising = false;
    const deliver: Deliver = (packet, taken) => this.#take(deliver, packet, taken);
    this.#deliver = deliver;
    this.#upSince = this.#inside.time.mono();
    const { subscriptions, state } = this.#options;
    for (const filter of subscriptions) aedes.subscribe(filter, deliver, () => {});
    if (state !== undefined) this.publish(state.topic, state.here(), { retain: true }).catch(() => {});
    this.#handlers.connected();
    for (const [topic, payload] of retained.all())
      if (subscriptions.some(filter => matches(filter, topic))) this.#hand(deliver, topic, payload, () => {});
  }

  #take(deliver: Deliver, { topic, payload, retain }: AedesPublishPacket, taken: () => void): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    // A retained document is taken away, not said.
    if (retain && bytes.length === 0) taken();
    else this.#hand(deliver, topic, bytes, taken);
  }

  #hand(deliver: Deliver, topic: string, payload: Uint8Array, taken: () => void): void {
    const current = (): boolean => deliver === this.#deliver && !this.#closed;
    const work = (): void | Promise<void> => {
      const pending = current() ? this.#handlers.message(topic, payload) : undefined;
      if (pending === undefined) return undefined;
      this.#handling = true;
      this.#cancelTimer = this.#after(handlerMaxMs, () => this.#lost(`a message on ${topic} takes too long`));
      return pending;
    };
    this.#queue.enter(work, error => {
      const good = current();
      this.#handling = false;
      if (good) this.#cancelTimer();
      taken();
      if (error !== null && good) this.#lost(`a message on ${topic} was not handled: ${reasonOf(error)}`);
      else if (!this.up) this.#retry();
    });
  }

  #lost(reason: string): void {
    this.#upMs = this.#upSince === null ? 0 : this.#inside.time.mono() - this.#upSince;
    this.#fall(reason);
    const { state } = this.#options;
    if (state !== undefined) this.#send(state.topic, state.gone, true, () => {});
    this.#retry();
    this.#handlers.lost(reason);
  }

  /** Not before the last message is handled, and once. */
  #retry(): void {
    if (this.#handling || this.#closed || this.#rising) return;
    this.#rising = true;
    this.#cancelTimer();
    this.#cancelTimer = this.#after(
      this.#backoff.next(this.#upMs >= healthyMs ? 'good' : 'failed', this.#upMs),
      () => this.#rise(),
    );
  }

  #fall(reason: string): void {
    const deliver = this.#deliver;
    this.#deliver = null;
    this.#upSince = null;
    if (deliver !== null)
      for (const filter of this.#options.subscriptions)
        this.#inside.aedes.unsubscribe(filter, deliver, () => {});
    this.#pending.fail(linkDown(reason));
  }

  #brokerCloses(): void {
    const was = this.up;
    this.#closed = true;
    this.#cancelTimer();
    this.#fall('the broker closes');
    if (was) this.#handlers.lost('the broker closes');
  }

  #send(topic: string, payload: Uint8Array, retain: boolean, done: (error?: Error | null) => void): void {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#inside.aedes.publish({ cmd: 'publish', topic, payload: bytes, qos: 1, dup: false, retain }, done);
  }

  #after(ms: number, wake: () => void): () => void {
    const { time } = this.#inside;
    return time.at(after(time.mono(), millis(ms)), wake);
  }
}
