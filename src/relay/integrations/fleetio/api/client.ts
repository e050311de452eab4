/** One connected account of Fleetio, spoken to in its turn. There is no POST: nothing here happens twice by being tried again. */
import * as v from 'valibot';
import { after, millis, type WallMs } from '../../../../base/brand.ts';
import type { HttpAnswer } from '../../../../base/http-call.ts';
import type { Secret } from '../../../../base/secret.ts';
import type { Time } from '../../../../base/time.ts';
import { readAs } from '../../../../wire/reading.ts';
import type { IntegrationSettings } from '../settings.ts';
import { type Base, readBase } from './address.ts';
import { meaning } from './answers.ts';
import { FleetioError, isPassing } from './errors.ts';
import { answerMaxBytes, Http, smallestPageMaxBytes } from './http.ts';
import type { Limiter } from './limiter.ts';
import { pagesOf } from './lists.ts';
import type * as port from './port.ts';
import * as records from './records.ts';

export interface ClientOptions {
  readonly baseUrl: string;
  /** relay.yaml `fleetio.allowLoopback`. */
  readonly allowLoopback: boolean;
  readonly apiKey: Secret;
  readonly accountToken: Secret;
  readonly settings: Pick<IntegrationSettings, 'version' | 'paths' | 'filters'>;
  readonly limiter: Limiter;
  readonly time: Time;
  /** 0 ≤ x < 1. */
  readonly chance: () => number;
  /** How calls are made, where not over the network. */
  readonly http?: Pick<Http, 'ask' | 'close'>;
}

const triesMax = 3;
const backOffMs = 1_000;

interface Asked {
  readonly method?: 'GET' | 'PATCH';
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: object;
  /** For messages: `vehicle 301`. */
  readonly what: string;
  /** Of one record: `vehicle`, and the id that was asked for. */
  readonly record?: { readonly kind: string; readonly id: string };
  readonly maxBytes?: number;
  readonly keyAlone?: boolean;
  readonly turn: port.Turn;
}

type PageAnswered = { readonly heard: HttpAnswer; readonly json: unknown };
type Answered = PageAnswered | 'gone';

export class Client implements port.FleetioClient {
  readonly #options: ClientOptions;
  readonly #base: Base;
  readonly #http: Pick<Http, 'ask' | 'close'>;

  /** @throws FleetioError `fleetio-address` */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = readBase(options.baseUrl, options.allowLoopback);
    this.#http = options.http ?? new Http(this.#base, options.time);
  }

  close(): void {
    this.#http.close();
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#options.limiter.waiting;
  }

  waitMs(turn: port.Turn): number {
    return this.#options.limiter.waitMs(turn);
  }

  accounts(turn: port.Turn): Promise<readonly port.FleetAccount[]> {
    return this.#all(records.accountRecord, { path: '/accounts', what: 'accounts', turn });
  }

  /** Without an account token: whether the key alone is known. */
  accountsOfKey(turn: port.Turn): Promise<readonly port.FleetAccount[]> {
    return this.#all(records.accountRecord, { path: '/accounts', what: 'accounts', keyAlone: true, turn });
  }

  /** Two at most: whether they can be read, and which fields they carry. */
  async someAssignments(turn: port.Turn): Promise<readonly port.Assignment[]> {
    const asked = { path: '/vehicle_assignments', what: 'assignments', turn };
    const pages = this.#pages(records.assignmentRecord, asked, [['per_page', '2']]);
    for await (const { records: some } of pages) return some;
    return [];
  }

  assignment(id: string, turn: port.Turn): Promise<port.Assignment | 'gone'> {
    const asked = { path: `/vehicle_assignments/${segment(id)}`, ...one('assignment', id), turn };
    return this.#sure(records.assignmentRecord, asked, '/vehicle_assignments');
  }

  assignments(filter: port.AssignmentFilter, turn: port.Turn): AsyncIterable<port.ListPage<port.Assignment>> {
    const asked = { path: '/vehicle_assignments', what: 'assignments', turn };
    return this.#pages(records.assignmentRecord, asked, [...this.#filtered(filter)]);
  }

  async patchAssignment(
    id: string,
    { fields, started, ended }: port.AssignmentChange,
    turn: port.Turn,
  ): Promise<port.Assignment | 'gone'> {
    const body = {
      ...(fields === undefined ? {} : { custom_fields: fields }),
      ...(started === undefined ? {} : { started_at: instantText(started) }),
      ...(ended === undefined ? {} : { ended_at: instantText(ended) }),
    };
    const path = `/vehicle_assignments/${segment(id)}`;
    const asked = one('assignment', id);
    const answered = await this.#ask({ method: 'PATCH', path, body, ...asked, turn });
    if (answered === 'gone') {
      if ((await this.assignment(id, turn)) === 'gone') return 'gone';
      throw new FleetioError('fleetio-unreachable', `Fleetio did not find ${asked.what}, which is there`);
    }
    const read = readAs(records.assignmentRecord, answered.json);
    // Where it does not answer with the record, it is read again: only what is read back counts as written.
    return read.success ? read.output : await this.assignment(id, turn);
  }

  contact(id: string, turn: port.Turn): Promise<port.Contact | 'gone'> {
    const asked = { path: `/contacts/${segment(id)}`, ...one('contact', id), turn };
    return this.#sure(records.contactRecord, asked, '/contacts');
  }

  contacts(turn: port.Turn): AsyncIterable<port.ListPage<port.Contact>> {
    return this.#pages(records.contactRecord, { path: '/contacts', what: 'contacts', turn }, []);
  }

  vehicle(id: string, turn: port.Turn): Promise<port.Vehicle | 'gone'> {
    return this.#one(records.vehicleRecord, {
      path: `/vehicles/${segment(id)}`,
      ...one('vehicle', id),
      turn,
    });
  }

  vehicles(turn: port.Turn): AsyncIterable<port.ListPage<port.Vehicle>> {
    return this.#pages(records.vehicleRecord, { path: '/vehicles', what: 'vehicles', turn }, []);
  }

  async customFields(turn: port.Turn): Promise<readonly port.CustomField[]> {
    const asked = { path: '/custom_fields', what: 'custom fields', turn };
    const found = await this.#all(records.customFieldRecord, asked);
    return found.flatMap(field => (field === null || field.onAssignments === false ? [] : [field]));
  }

  webhooks(turn: port.Turn): Promise<readonly port.WebhookSettings[]> {
    return this.#all(records.webhookRecord, { path: '/webhooks', what: 'webhooks', turn });
  }

  webhook(id: string, turn: port.Turn): Promise<port.WebhookSettings | 'gone'> {
    return this.#one(records.webhookRecord, {
      path: `/webhooks/${segment(id)}`,
      ...one('webhook', id),
      turn,
    });
  }

  enableWebhook(id: string, turn: port.Turn): Promise<port.WebhookSettings | 'gone'> {
    const asked = { path: `/webhooks/${segment(id)}`, ...one('webhook', id), turn };
    return this.#one(records.webhookRecord, { ...asked, method: 'PATCH', body: { enabled: true } });
  }

  *#filtered(filter: port.AssignmentFilter): Iterable<readonly [string, string]> {
    const isNew = this.#options.settings.filters === 'filter';
    if ('vehicle' in filter) yield [isNew ? 'filter[vehicle_id][eq]' : 'q[vehicle_id_eq]', filter.vehicle];
    else {
      const since = instantText(filter.updatedSince);
      yield [isNew ? 'filter[updated_at][gte]' : 'q[updated_at_gteq]', since];
      yield isNew ? ['sort[updated_at]', 'asc'] : ['q[s]', 'updated_at asc'];
    }
  }

  async #one<Schema extends v.GenericSchema>(
    schema: Schema,
    asked: Asked,
  ): Promise<v.InferOutput<Schema> | 'gone'> {
    const { record = { kind: asked.what, id: null } } = asked;
    try {
      const answered = await this.#ask(asked);
      return answered === 'gone' ? 'gone' : records.readRecord(schema, answered.json, record);
    } catch (error) {
      if (!(error instanceof FleetioError) || error.code !== 'fleetio-too-large') throw error;
      throw records.malformedRecord({ ...record, why: `it is over ${answerMaxBytes / 1_048_576} MiB` });
    }
  }

  /**
   * Whoever believes a 404 takes somebody's key away. Where the path itself is not there all would pass for deleted, so that a
   * list must be found there, and the one still not.
   */
  async #sure<Schema extends v.GenericSchema>(
    schema: Schema,
    asked: Asked,
    listPath: string,
  ): Promise<v.InferOutput<Schema> | 'gone'> {
    const read = await this.#one(schema, asked);
    if (read !== 'gone') return read;
    const list = { path: listPath, what: listPath.slice(1).replaceAll('_', ' '), turn: asked.turn };
    for await (const _page of this.#pages(v.unknown(), list, [['per_page', '2']])) break;
    return await this.#one(schema, asked);
  }

  /** Those that can be read: lists of what is only looked at, to compare names. */
  async #all<Schema extends v.GenericSchema>(
    schema: Schema,
    asked: Asked,
  ): Promise<readonly v.InferOutput<Schema>[]> {
    const all: v.InferOutput<Schema>[] = [];
    for await (const page of this.#pages(schema, asked, [])) all.push(...page.records);
    return all;
  }

  #pages<Schema extends v.GenericSchema>(
    schema: Schema,
    asked: Asked,
    query: readonly (readonly [string, string])[],
  ): AsyncIterable<port.ListPage<v.InferOutput<Schema>>> {
    const page = async (parameters: URLSearchParams, isSmallest: boolean): Promise<PageAnswered> => {
      const maxBytes = isSmallest ? smallestPageMaxBytes : answerMaxBytes;
      const answered = await this.#ask({ ...asked, query: parameters, maxBytes });
      if (answered !== 'gone') return answered;
      // A list that is not there is no empty list.
      throw new FleetioError('fleetio-not-found', `there is no list of ${asked.what} at Fleetio’s address`);
    };
    return pagesOf({ schema, what: asked.what, kind: asked.what.replace(/s$/, ''), query, page });
  }

  /** Everything that is asked may be asked again: reading changes nothing, and what is written is the same each time. */
  async #ask(asked: Asked): Promise<Answered> {
    for (let tries = 1; ; tries += 1) {
      await this.#options.limiter.turn(asked.turn);
      try {
        return await this.#once(asked);
      } catch (error) {
        if (!(error instanceof FleetioError) || !isPassing(error)) throw error;
        if (error.retryAfterMs !== null) this.#options.limiter.pause(error.retryAfterMs);
        if (tries === triesMax || asked.turn.for === 'person') throw error;
        if (error.retryAfterMs === null) await this.#backOff(tries);
      }
    }
  }

  async #once({
    method = 'GET',
    path,
    query,
    body,
    what,
    maxBytes,
    keyAlone = false,
  }: Asked): Promise<Answered> {
    const { apiKey, accountToken, settings } = this.#options;
    const heard = await this.#http.ask({
      method,
      path: `${versionOf(path, settings.paths)}${path}`,
      headers: {
        authorization: `Token ${apiKey.reveal()}`,
        ...(keyAlone ? {} : { 'account-token': accountToken.reveal() }),
        'x-api-version': settings.version,
      },
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    const answered = meaning(heard, { what, wallMs: this.#options.time.wall() });
    return answered === 'gone' ? 'gone' : { heard, json: answered.json };
  }

  #backOff(tries: number): Promise<void> {
    const { time, chance } = this.#options;
    const wait = millis(backOffMs * 4 ** (tries - 1) * (0.5 + chance()));
    return new Promise(resolve => void time.at(after(time.mono(), wait), resolve));
  }
}

const versionOf = (path: string, paths: IntegrationSettings['paths']): string => {
  if (paths === 'plain') return '';
  return /^\/contacts\b/.test(path) ? '/v2' : '/v1';
};

const one = (kind: string, id: string): Pick<Asked, 'what'> & Required<Pick<Asked, 'record'>> => ({
  what: `${kind} ${id}`,
  record: { kind, id },
});

/** Ids are checked when they are read, and once more here: none can lead to another path. */
const segment = (id: string): string => encodeURIComponent(id);

const instantText = (at: WallMs): string => new Date(at).toISOString();
