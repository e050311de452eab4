/**
 * Box and relay need this much of MQTT 3.1.1, and no more. Three things stand behind it: the mqtt package over TCP or TLS, the broker
 * inside the relay without a socket, and tests over virtual time. All of them pass one suite.
 */
import type { MonoMs } from '../../base/brand.ts';

export interface LinkHandlers {
  /** Connected and subscribed; `state.here()` is on its way, before anything that is published from here on. */
  connected(): void;
  /** Once for each `connected`, and once for each try that did not get so far. `reason` is for the log. */
  lost(reason: string): void;
  /**
   * One at a time, in the broker's order. The broker hears that the message has arrived when this has returned, or what it
   * returned has resolved; when it fails, or takes over a minute, the broker hears nothing and the link is cut: what follows
   * the next `connected` must bring the message back, since no broker keeps a session for us. May be called twice with one
   * message. Never await a `publish` of the same link in here: its acknowledgement comes in behind the message.
   */
  message(topic: string, payload: Uint8Array): void | Promise<void>;
}

/** The retained document of whoever connects. */
export interface RetainedState {
  readonly topic: string;
  /** Asked and published at each connect, just before `connected`. */
  here(): Uint8Array;
  /** The last will: the broker publishes it, retained, when the link breaks without a word. */
  readonly gone: Uint8Array;
}

export interface LinkOptions {
  /** Two connections with one id do not live together: the later takes over. */
  readonly clientId: string;
  /** Each at QoS 1. A broker that refuses one of them is a link that does not come up. */
  readonly subscriptions: readonly string[];
  readonly state?: RetainedState;
}

/** The whole life of a connection and of all that follow it: it reconnects by itself until it is closed. */
export interface Link {
  /**
   * QoS 1. Resolves when the broker has it, which does not say that it is on a disk or with anybody. Rejects with a `Fault`:
   * `link-down` when not connected or when the link breaks first (then it may or may not have arrived), `link-busy` when
   * too much waits already, `too-large` over `payloadMaxBytes`.
   */
  publish(topic: string, payload: Uint8Array, options?: { readonly retain?: boolean }): Promise<void>;
  readonly up: boolean;
  /** Says goodbye, so that no will is published; no handler is called any more. */
  close(): Promise<void>;
}

/** Links need this much of a clock; the ports of box and relay both have it. */
export interface LinkTime {
  mono(): MonoMs;
  /** Calls back once at or after `at`; the returned function cancels. */
  at(at: MonoMs, wake: () => void): () => void;
}

/** Made by an adapter, which knows the address, the credentials, the clock and chance. */
export type OpenLink = (options: LinkOptions, handlers: LinkHandlers) => Link;
