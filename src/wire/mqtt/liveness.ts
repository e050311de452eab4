import { after, type MonoMs, millis } from '../../base/brand.ts';
import type { LinkTime } from './link.ts';

/** Told to the broker, in seconds; it gives a client up after one and a half times this. */
export const keepaliveS = 60;
/** How often is looked; more often where pings are more frequent. */
const checkMostMs = 5_000;
const checkLeastMs = 500;
const checksPerPing = 4;
/** An answer that is owed comes within this time, counted from the last byte that came in or left a backlog. */
export const answerMaxMs = 30_000;
/** A handler that takes longer is stuck. */
export const handlerMaxMs = 60_000;

/** Counters that only grow, read at each check. */
export interface Wire {
  /** Bytes that came in. */
  heard(): number;
  /** Bytes that the system has taken from us. */
  sent(): number;
  /** Bytes that it has not taken yet. */
  backlog(): number;
  /** Publications without an acknowledgement. */
  owed(): number;
  ping(): void;
  /** After how much silence, in either direction, to ping: with a check every five seconds less than the keepalive. */
  pingAfterMs(): number;
  /** `silentMs`: how long nothing had moved when the ping was sent that was not answered; null: it was no ping. */
  dead(reason: string, silentMs: number | null): void;
}

/**
 * Tells a slow connection from a dead one. A half-open TCP connection takes bytes for minutes before the system complains;
 * so whenever an answer is owed and for half a minute nothing moves, it is dead. While a message is being handled nothing is
 * read, and silence proves nothing.
 */
export class Liveness {
  readonly #time: LinkTime;
  readonly #wire: Wire;
  #heard = { count: 0, at: 0 as MonoMs };
  #sent = { count: 0, at: 0 as MonoMs };
  /** A system takes a few bytes for a dead peer too; it takes no backlog. */
  #drained = { backlog: 0, at: 0 as MonoMs };
  #askedAt: MonoMs | null = null;
  /** How long nothing had moved when the ping was sent that is not answered yet. */
  #pinged: number | null = null;
  #handlingSince: MonoMs | null = null;
  #cancel: () => void;

  constructor(time: LinkTime, wire: Wire) {
    this.#time = time;
    this.#wire = wire;
    this.#heard.at = time.mono();
    this.#sent.at = time.mono();
    this.#drained.at = time.mono();
    this.#cancel = this.#again(time.mono());
  }

  #again(now: MonoMs): () => void {
    const checkMs = Math.min(checkMostMs, Math.max(checkLeastMs, this.#wire.pingAfterMs() / checksPerPing));
    return this.#time.at(after(now, millis(Math.floor(checkMs))), () => this.#check());
  }

  handling(yes: boolean): void {
    this.#handlingSince = yes ? this.#time.mono() : null;
    // What was not read meanwhile may be read from now on.
    if (!yes) this.#heard.at = this.#time.mono();
  }

  stop(): void {
    this.#cancel();
  }

  #check(): void {
    const now = this.#time.mono();
    this.#cancel = this.#again(now);
    this.#look(now);
    const trouble = this.#trouble(now);
    if (trouble !== null) {
      this.#wire.dead(trouble, this.#handlingSince === null ? this.#pinged : null);
      return;
    }
    // One unanswered ping is enough, but while nothing is read the broker still wants to hear from us.
    const pingAfterMs = this.#wire.pingAfterMs();
    const quietMs = now - Math.min(this.#heard.at, this.#sent.at);
    const unheard = now - this.#sent.at >= pingAfterMs;
    if (this.#handlingSince === null ? quietMs >= pingAfterMs && this.#pinged === null : unheard)
      this.#ping(now, quietMs);
  }

  #trouble(now: MonoMs): string | null {
    if (this.#handlingSince !== null) {
      const handledMs = now - this.#handlingSince;
      return handledMs < handlerMaxMs ? null : `a message was not handled in ${handledMs} ms`;
    }
    const silentMs = now - Math.max(this.#heard.at, this.#drained.at, this.#askedAt ?? now);
    return silentMs < answerMaxMs ? null : `no answer in ${silentMs} ms`;
  }

  /** Notes what has moved since the last check, and whether an answer is owed. */
  #look(now: MonoMs): void {
    const [heard, sent] = [this.#wire.heard(), this.#wire.sent()];
    const taken = sent !== this.#sent.count;
    const backlog = this.#wire.backlog();
    // What waits at both checks is a backlog; what waits at one may just have been written.
    if (taken && this.#drained.backlog > 0 && backlog > 0) this.#drained.at = now;
    this.#drained.backlog = backlog;
    if (taken) this.#sent = { count: sent, at: now };
    if (heard !== this.#heard.count) {
      this.#heard = { count: heard, at: now };
      this.#askedAt = null;
      this.#pinged = null;
    }
    if (this.#wire.owed() > 0) this.#askedAt ??= now;
    else if (this.#pinged === null) this.#askedAt = null;
  }

  #ping(now: MonoMs, quietMs: number): void {
    this.#pinged = quietMs;
    this.#askedAt ??= now;
    this.#wire.ping();
  }
}
