import pg from 'pg';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';

interface LastingOptions {
  readonly url: string;
  /** Names the connection at the server, after the program. */
  readonly name: string;
  readonly log: Log;
  /** Makes of a connection what it is for, the first time and each time anew. */
  readonly begin: (client: pg.Client) => Promise<void>;
  readonly lost?: (reason: string) => void;
  /** `begin` has thrown this Fault for a connection that was made anew; it is not tried again. */
  readonly refused?: (fault: Fault) => void;
}

const againAfterMs = 1_000;

/** A connection to PostgreSQL beside those of the store, which is made anew a second after it was lost, until it is closed. */
export class LastingConnection {
  readonly #options: LastingOptions;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: LastingOptions) {
    this.#options = options;
  }

  /** @throws what PostgreSQL or `begin` says the first time, when nothing is tried again */
  async open(): Promise<void> {
    const { url, name, begin } = this.#options;
    const client = new pg.Client({
      ...{ connectionString: url, application_name: `smartbox-relay ${name}`, keepAlive: true },
    });
    this.#client = client;
    // Until it is begun, what goes wrong is what this rejects with: heard twice, it would be tried again twice.
    let isBegun = false;
    client.on('error', error => isBegun && this.#lost(client, reasonOf(error)));
    client.on('end', () => isBegun && this.#lost(client, 'closed'));
    await client.connect();
    await begin(client);
    isBegun = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#end();
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #lost(client: pg.Client, reason: string): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = null;
    this.#options.lost?.(reason);
    this.#again();
  }

  #again(): void {
    this.#timer = setTimeout(() => void this.open().catch(error => this.#failed(error)), againAfterMs);
  }

  async #failed(error: unknown): Promise<void> {
    const { log, refused } = this.#options;
    await this.#end();
    if (this.#closed) return;
    if (error instanceof Fault && refused !== undefined) return refused(error);
    log.debug({ reason: reasonOf(error) }, 'PostgreSQL is not back yet');
    this.#again();
  }
}
