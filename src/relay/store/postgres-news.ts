import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';

export const dirtyChannel = 'smartbox_dirty';

const againAfterMs = 1_000;

export interface NewsOptions {
  readonly url: string;
  readonly log: Log;
  readonly heard: (boxes: readonly string[]) => void;
}

/**
 * Hears which boxes other copies have changed. What is said while the connection is down is lost: the sweep over `box.dirty`
 * finds it.
 */
export class PostgresNews {
  /** Who announces; its own announcements it knows already. */
  readonly name: string = randomUUID();
  readonly #options: NewsOptions;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** @throws what PostgreSQL says when the first connection cannot be made */
  async start(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'smartbox-relay news',
      keepAlive: true,
    });
    client.on('error', error => this.#lost(client, reasonOf(error)));
    client.on('end', () => this.#lost(client, 'closed'));
    client.on('notification', ({ payload }) => this.#heard(payload ?? ''));
    this.#client = client;
    await client.connect();
    await client.query(`LISTEN ${dirtyChannel}`);
  }

  #heard(payload: string): void {
    const [name, box] = payload.split(' ');
    if (name !== this.name && box !== undefined) this.#options.heard([box]);
  }

  #lost(client: pg.Client, reason: string): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = null;
    this.#options.log.warn({ reason }, 'news of other copies are not heard until PostgreSQL is back');
    this.#again();
  }

  #again(): void {
    this.#timer = setTimeout(() => {
      this.start().catch((error: unknown) => {
        if (this.#closed || this.#client === null) return;
        this.#client = null;
        this.#options.log.debug({ reason: reasonOf(error) }, 'PostgreSQL is not back yet');
        this.#again();
      });
    }, againAfterMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }
}
