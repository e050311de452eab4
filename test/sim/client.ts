/** Somebody at the broker, over all its connections. */
import type { LinkHandlers, LinkOptions } from '../../src/wire/mqtt/link.ts';
import type { Hop } from './hop.ts';

const matches = (filter: string, topic: string): boolean => {
  const parts = topic.split('/');
  const wanted = filter.split('/');
  return wanted.length === parts.length && wanted.every((each, at) => each === '+' || each === parts[at]);
};

interface Waiting {
  readonly reject: (error: unknown) => void;
}

/** One try to be connected, from its start to its end. */
export interface Connection {
  /** Whether anything passes. */
  passes: boolean;
  /** Held up on the way: a network that stalls. */
  stalled: boolean;
  readonly parked: (() => void)[];
  readonly waiting: Set<Waiting>;
  readonly out: Hop;
  readonly back: Hop;
  busy: Promise<void>;
}

export class Client {
  readonly options: LinkOptions;
  readonly handlers: LinkHandlers;
  readonly isAlive: () => boolean;
  connection: Connection | null = null;
  up = false;
  closed = false;
  cancelRise = (): void => {};

  constructor(options: LinkOptions, handlers: LinkHandlers, isAlive: () => boolean) {
    this.options = options;
    this.handlers = handlers;
    this.isAlive = isAlive;
  }

  hears(topic: string): boolean {
    return this.options.subscriptions.some(filter => matches(filter, topic));
  }
}
