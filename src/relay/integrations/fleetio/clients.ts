/** The clients of all connected accounts, made when they are first needed and again when something about them changed. */
import { createHash } from 'node:crypto';
import { Secret } from '../../../base/secret.ts';
import type { Time } from '../../../base/time.ts';
import { notFound } from '../../domain/faults.ts';
import type { AtRest } from '../../secrets/at-rest.ts';
import type { RelayStore } from '../../store/store.ts';
import type { IntegrationTable } from '../../store/tables-fleetio.ts';
import { Client } from './api/client.ts';
import { Limiter } from './api/limiter.ts';
import { type IntegrationSettings, settingsOfIntegration } from './settings.ts';

interface ClientsOptions {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly time: Time;
  /** 0 ≤ x < 1. */
  readonly chance: () => number;
  readonly allowLoopback: boolean;
}

interface Credentials {
  readonly baseUrl: string;
  readonly apiKey: Secret;
  readonly accountToken: Secret;
}

/** An integration, and what speaks to its account. */
export interface Connected {
  readonly id: string;
  readonly account: string;
  readonly row: IntegrationTable;
  readonly settings: IntegrationSettings;
  readonly client: Client;
}

/** Limiters that are remembered; one that nobody waits for can be made anew. */
const limitersMax = 1_000;

interface Kept {
  readonly client: Client;
  /** The stored values that it was made of. */
  readonly of: string;
}

export class Clients {
  readonly #options: ClientsOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #limiters = new Map<string, Limiter>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /**
   * `account` null: whosever it is.
   * @throws Fault `not-found`
   */
  async of(id: string, account: string | null): Promise<Connected> {
    const { store } = this.#options;
    const row = await store.db
      .selectFrom('integration')
      .selectAll()
      .where('id', '=', id)
      .where('kind', '=', 'fleetio')
      .where('deletion', 'is', null)
      .executeTakeFirst();
    if (row === undefined || (account !== null && row.account !== account)) throw notFound('integration', id);
    const settings = settingsOfIntegration(row);
    return { id, account: row.account, row, settings, client: this.#clientOf(row, settings) };
  }

  /** A client that is not kept, to try something out; its owner closes it. @throws FleetioError `fleetio-address` */
  fresh({ baseUrl, apiKey, accountToken }: Credentials, settings: IntegrationSettings): Client {
    const { time, chance, allowLoopback } = this.#options;
    const limiter = this.#limiterOf(`${baseUrl}\n${accountToken.reveal()}`, settings.callsPerMin);
    return new Client({ baseUrl, allowLoopback, apiKey, accountToken, settings, limiter, time, chance });
  }

  credentials(row: IntegrationTable): Credentials {
    const open = (column: 'api_key' | 'account_token'): Secret =>
      new Secret(this.#options.atRest.open('fleetio', `${row.id}/${column}`, row[column]));
    return { baseUrl: row.base_url, apiKey: open('api_key'), accountToken: open('account_token') };
  }

  webhookSecrets(row: IntegrationTable): {
    readonly key: string | null;
    readonly authorization: string | null;
  } {
    const { atRest } = this.#options;
    const open = (column: 'webhook_key' | 'webhook_authorization'): string | null =>
      row[column] === null ? null : atRest.open('fleetio', `${row.id}/${column}`, row[column]);
    return { key: open('webhook_key'), authorization: open('webhook_authorization') };
  }

  /** Calls that wait for their turn here. */
  waiting(id: string): number {
    return this.#kept.get(id)?.client.waiting ?? 0;
  }

  close(): void {
    for (const { client } of this.#kept.values()) client.close();
    for (const limiter of this.#limiters.values()) limiter.close();
  }

  #clientOf(row: IntegrationTable, settings: IntegrationSettings): Client {
    const of = [row.base_url, row.api_key, row.account_token, row.settings].join('\n');
    const kept = this.#kept.get(row.id);
    if (kept?.of === of) return kept.client;
    const client = this.fresh(this.credentials(row), settings);
    this.#kept.set(row.id, { client, of });
    // Calls of the former one end by themselves; only its idle connections go.
    kept?.client.close();
    return client;
  }

  /** One for an account of Fleetio's, however often it is connected: that is whom Fleetio counts. */
  #limiterOf(account: string, perMin: number): Limiter {
    const name = createHash('sha256').update(account).digest('hex');
    const limiter = this.#limiters.get(name) ?? new Limiter(this.#options.time, perMin);
    limiter.perMin = perMin;
    this.#limiters.delete(name);
    this.#limiters.set(name, limiter);
    if (this.#limiters.size > limitersMax)
      for (const [other, { waiting }] of this.#limiters)
        if (waiting === 0 && other !== name) {
          this.#limiters.delete(other);
          break;
        }
    return limiter;
  }
}
