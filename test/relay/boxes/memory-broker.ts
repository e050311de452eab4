/** A broker in memory: every link hears what it has subscribed to, at once and in order. */
import type { Link, LinkHandlers, LinkOptions, OpenLink } from '../../../src/wire/mqtt/link.ts';

const matches = (filter: string, topic: string): boolean => {
  const parts = topic.split('/');
  const wanted = filter.split('/');
  return wanted.length === parts.length && wanted.every((each, at) => each === '+' || each === parts[at]);
};

interface Client {
  readonly options: LinkOptions;
  readonly handlers: LinkHandlers;
  up: boolean;
  /** What is being handled: one after the other. */
  busy: Promise<void>;
}

export class MemoryBroker {
  readonly clients = new Set<Client>();
  readonly retained = new Map<string, Uint8Array>();
  /** Sees everything; false: lost on the way. */
  pass: (topic: string, payload: Uint8Array) => boolean = () => true;

  readonly open: OpenLink = (options, handlers): Link => {
    const client: Client = { options, handlers, up: false, busy: Promise.resolve() };
    this.clients.add(client);
    queueMicrotask(() => this.#rise(client));
    return {
      publish: (topic, payload, { retain = false } = {}) => this.publish(client, topic, payload, retain),
      get up() {
        return client.up;
      },
      close: async () => {
        client.up = false;
        this.clients.delete(client);
      },
    };
  };

  #rise(client: Client): void {
    if (!this.clients.has(client) || client.up) return;
    client.up = true;
    const { state } = client.options;
    if (state !== undefined) this.say(state.topic, state.here(), true);
    client.handlers.connected();
    for (const [topic, payload] of this.retained)
      if (client.options.subscriptions.some(filter => matches(filter, topic)))
        this.#give(client, topic, payload);
  }

  async publish(from: Client, topic: string, payload: Uint8Array, retain: boolean): Promise<void> {
    if (!from.up) throw new Error('link-down');
    this.say(topic, payload, retain);
  }

  say(topic: string, payload: Uint8Array, retain = false): void {
    if (retain) this.retained.set(topic, payload);
    if (!this.pass(topic, payload)) return;
    for (const client of this.clients)
      if (client.up && client.options.subscriptions.some(filter => matches(filter, topic)))
        this.#give(client, topic, payload);
  }

  #give(client: Client, topic: string, payload: Uint8Array): void {
    client.busy = client.busy.then(async () => {
      if (!client.up) return;
      try {
        await client.handlers.message(topic, payload);
      } catch (error) {
        this.#cut(client, String(error));
      }
    });
  }

  #cut(client: Client, reason: string): void {
    client.up = false;
    client.handlers.lost(reason);
    queueMicrotask(() => this.#rise(client));
  }

  /** The broker goes and comes back, with what it had retained or without. */
  restart(options: { readonly forget?: boolean } = {}): void {
    if (options.forget) this.retained.clear();
    for (const client of [...this.clients]) this.#cut(client, 'broker restarts');
  }

  async idle(): Promise<void> {
    for (const { busy } of this.clients) await busy;
  }
}
