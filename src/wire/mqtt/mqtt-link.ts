import { after, type MonoMs, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import { Backoff, healthyMs, type LinkEnd } from './backoff.ts';
import type { ConnectionEvents, OpenConnection } from './connection.ts';
import type { Link, LinkHandlers, LinkOptions, LinkTime } from './link.ts';
import { Liveness } from './liveness.ts';
import { linkDown, overload, Pending, refusal } from './pending.ts';
import { SilenceLimit } from './silence-limit.ts';

/** From the first SYN to the broker's yes to the subscriptions. */
const connectMaxMs = 30_000;
/** A broker that takes no goodbye gets none. */
const leaveMaxMs = 1_000;

export interface MqttLinkDeps {
  readonly time: LinkTime;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Begins a connection; each is told of by its own events. */
  readonly connect: (events: ConnectionEvents) => OpenConnection;
}

/** One connection after the other, until it is closed. */
export class MqttLink implements Link {
  readonly #deps: MqttLinkDeps;
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  readonly #backoff: Backoff;
  #handling = false;
  readonly #pending = new Pending();
  readonly #silence = new SilenceLimit();
  #connection: OpenConnection | null = null;
  #liveness: Liveness | null = null;
  #upSince: MonoMs | null = null;
  #upMs = 0;
  /** The broker has acknowledged something on this connection. */
  #acknowledged = false;
  /** Silence before the ping that was not answered; null: it did not end so. */
  #unanswered: number | null = null;
  #end: LinkEnd = 'failed';
  #closed = false;
  #cancelTimer = (): void => {};
  #gone = (): void => {};

  constructor(deps: MqttLinkDeps, options: LinkOptions, handlers: LinkHandlers) {
    this.#deps = deps;
    this.#options = options;
    this.#handlers = handlers;
    this.#backoff = new Backoff(deps.random);
    this.#connect();
  }

  get up(): boolean {
    return this.#upSince !== null && !this.#closed;
  }

  publish(topic: string, payload: Uint8Array, { retain = false } = {}): Promise<void> {
    const connection = this.#connection;
    const fault = refusal(this.up, payload) ?? overload(this.#pending, payload.length);
    if (fault !== null || connection === null) return Promise.reject(fault ?? linkDown('not connected'));
    return this.#pending.add(payload.length, settle =>
      connection.publish(topic, payload, retain, error => {
        if (error === null && connection === this.#connection) this.#acknowledged = true;
        settle(error === null ? null : linkDown(error.message));
      }),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    this.#liveness?.stop();
    this.#pending.fail(linkDown('closed'));
    const connection = this.#connection;
    if (connection === null) return;
    const gone = new Promise<void>(resolve => {
      this.#gone = resolve;
    });
    const up = this.#upSince !== null;
    this.#cancelTimer = this.#after(up ? leaveMaxMs : 0, () => connection.cut('closed'));
    if (up) connection.leave();
    await gone;
  }

  #connect(): void {
    const connection = this.#deps.connect({
      accepted: () => this.#accepted(connection),
      message: (topic, payload, done) => this.#message(topic, payload, done),
      closed: reason => this.#lost(reason, connection.silentMs),
    });
    this.#connection = connection;
    this.#cancelTimer = this.#after(connectMaxMs, () =>
      connection.cut(`the broker did not let us in within ${connectMaxMs} ms`),
    );
  }

  #accepted(connection: OpenConnection): void {
    if (this.#closed) return;
    this.#cancelTimer();
    const since = this.#deps.time.mono();
    this.#upSince = since;
    this.#acknowledged = false;
    this.#unanswered = null;
    this.#liveness = new Liveness(this.#deps.time, {
      heard: () => connection.heardBytes,
      sent: () => connection.sentBytes,
      backlog: () => connection.backlogBytes,
      owed: () => this.#pending.count,
      ping: () => connection.ping(),
      pingAfterMs: () => this.#silence.pingAfterMs(this.#deps.time.mono() - since),
      dead: (reason, silentMs) => {
        this.#unanswered = silentMs;
        connection.cut(reason);
      },
    });
    const { state } = this.#options;
    // Nobody waits for this one; without its acknowledgement the link is found dead like with any other.
    if (state !== undefined) this.publish(state.topic, state.here(), { retain: true }).catch(() => {});
    this.#handlers.connected();
  }

  #message(topic: string, payload: Uint8Array, done: () => void): void {
    const connection = this.#connection;
    if (this.#closed || connection === null) return;
    this.#handling = true;
    this.#liveness?.handling(true);
    const handled = (error: unknown): void => {
      this.#handling = false;
      this.#liveness?.handling(false);
      if (error !== null) connection.cut(`a message on ${topic} was not handled: ${reasonOf(error)}`);
      done();
      if (this.#connection === null) this.#reconnect();
    };
    try {
      const pending = this.#handlers.message(topic, payload);
      if (pending === undefined) handled(null);
      else pending.then(() => handled(null), handled);
    } catch (error) {
      handled(error);
    }
  }

  #lost(reason: string, silentMs: number): void {
    this.#upMs = this.#upSince === null ? 0 : this.#deps.time.mono() - this.#upSince;
    this.#end = this.#endOf(silentMs);
    this.#cancelTimer();
    this.#liveness?.stop();
    this.#liveness = null;
    this.#connection = null;
    this.#upSince = null;
    if (this.#closed) {
      this.#gone();
      return;
    }
    this.#pending.fail(linkDown(reason));
    this.#reconnect();
    this.#handlers.lost(reason);
  }

  #endOf(silentMs: number): LinkEnd {
    const upMs = this.#upMs;
    if (this.#upSince === null || (!this.#acknowledged && upMs < healthyMs)) return 'failed';
    const unanswered = this.#unanswered !== null;
    // While a message is handled nothing is read, and silence proves nothing.
    const heardMs = this.#handling ? 0 : (this.#unanswered ?? silentMs);
    return this.#silence.ended({ upMs, silentMs: heardMs, unanswered }) ? 'regular' : 'good';
  }

  /** Not before the last message is handled: so messages come one at a time, whatever happens to connections. */
  #reconnect(): void {
    if (this.#handling || this.#closed) return;
    this.#cancelTimer = this.#after(this.#backoff.next(this.#end, this.#upMs), () => this.#connect());
  }

  #after(ms: number, wake: () => void): () => void {
    const { time } = this.#deps;
    return time.at(after(time.mono(), millis(ms)), wake);
  }
}
