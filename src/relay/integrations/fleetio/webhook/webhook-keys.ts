/** Whose webhook a post is: several connected accounts share one address, so that its key says whose it is. */
import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Millis, type MonoMs, millis } from '../../../../base/brand.ts';
import { reasonOf } from '../../../../base/fault.ts';
import type { Log } from '../../../../base/log.ts';
import type { Time } from '../../../../base/time.ts';
import type { AtRest } from '../../../secrets/at-rest.ts';
import type { RelayStore } from '../../../store/store.ts';
import type { IntegrationTable } from '../../../store/tables-fleetio.ts';
import { type IntegrationSettings, settingsOfIntegration } from '../settings.ts';

/** Whom a post is for. */
export interface Target {
  readonly integration: string;
  readonly account: string;
  readonly settings: IntegrationSettings;
  readonly enabled: boolean;
}

export interface Proof {
  /** `X-Fleetio-Webhook-Signature`. */
  readonly signature?: string;
  readonly authorization?: string;
}

interface Guarded extends Target {
  /** SHA-256 of the value that `Authorization` must have; null: any. */
  readonly authorization: Buffer | null;
}

type Signed = Map<string, { readonly key: KeyObject; readonly targets: Guarded[] }>;

interface Known {
  readonly at: MonoMs;
  /** By the text of the key: an account of Fleetio's that is connected twice has one key. */
  readonly signed: readonly { readonly key: KeyObject; readonly targets: readonly Guarded[] }[];
  /** Without a key: their `Authorization` alone proves them. */
  readonly unsigned: readonly Guarded[];
}

/** A change by another copy of the relay is known after this time. */
const trustMs = millis(5_000);
/** A post that fits nobody may be for somebody who was connected a moment ago; it is looked up no more often. */
const againMs = millis(1_000);
const signatureShape = /^[0-9a-f]{64}$/;

interface WebhookKeysOptions {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly time: Time;
  readonly log: Log;
}

export class WebhookKeys {
  readonly #store: RelayStore;
  readonly #atRest: AtRest;
  readonly #time: Time;
  readonly #log: Log;
  #known: Known | null = null;
  #loading: Promise<Known> | null = null;

  constructor({ store, atRest, time, log }: WebhookKeysOptions) {
    this.#store = store;
    this.#atRest = atRest;
    this.#time = time;
    this.#log = log;
  }

  /** After a change here: the next post is judged by what is stored then. */
  forget(): void {
    this.#known = null;
  }

  /**
   * Empty: nobody's. `raw`: the body exactly as it came. Each key that is tried costs a hash over all of it, so that whoever
   * sent much that fitted none has only the keys of `among` (ids of integrations) tried.
   */
  async whose(raw: Uint8Array, proof: Proof, among: Among = 'all'): Promise<readonly Target[]> {
    const known = await this.#atMost(trustMs);
    if (among !== 'all') return fitting(only(known, among), raw, proof);
    const found = fitting(known, raw, proof);
    if (found.length > 0) return found;
    const again = await this.#atMost(againMs);
    return again === known ? [] : fitting(again, raw, proof);
  }

  #atMost(age: Millis): Known | Promise<Known> {
    const known = this.#known;
    if (known !== null && this.#time.mono() - known.at < age) return known;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load(): Promise<Known> {
    const at = this.#time.mono();
    const rows = await this.#store.db
      .selectFrom('integration')
      .select(['id', 'account', 'webhook_key', 'webhook_authorization', 'settings', 'state'])
      .where('kind', '=', 'fleetio')
      .where('deletion', 'is', null)
      .execute();
    const signed: Signed = new Map();
    const unsigned: Guarded[] = [];
    for (const row of rows) {
      try {
        const target = this.#guarded(row);
        if (row.webhook_key !== null) addSigned(signed, this.#keyOf(row.id, row.webhook_key), target);
        else if (target.authorization !== null) unsigned.push(target);
      } catch (error) {
        // A row that does not open is trouble of its own account alone.
        this.#log.error({ integration: row.id, reason: reasonOf(error) }, 'a webhook key cannot be read');
      }
    }
    this.#known = { at, signed: [...signed.values()], unsigned };
    return this.#known;
  }

  #keyOf(id: string, sealed: string): string {
    return this.#atRest.open('fleetio', `${id}/webhook_key`, sealed);
  }

  #guarded(
    row: Pick<IntegrationTable, 'id' | 'account' | 'webhook_authorization' | 'settings' | 'state'>,
  ): Guarded {
    const { id, account, state, webhook_authorization: sealed } = row;
    const value =
      sealed === null ? null : this.#atRest.open('fleetio', `${id}/webhook_authorization`, sealed);
    return {
      integration: id,
      account,
      settings: settingsOfIntegration(row),
      enabled: state === 'connected',
      authorization: value === null ? null : digest(value),
    };
  }
}

function addSigned(signed: Signed, text: string, target: Guarded): void {
  const one = signed.get(text) ?? { key: createSecretKey(text, 'utf8'), targets: [] };
  one.targets.push(target);
  signed.set(text, one);
}

export type Among = ReadonlySet<string> | 'all';

function only({ at, signed, unsigned }: Known, among: ReadonlySet<string>): Known {
  const isOne = ({ integration }: Guarded): boolean => among.has(integration);
  return {
    at,
    signed: signed.filter(({ targets }) => targets.some(isOne)),
    unsigned: unsigned.filter(isOne),
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length, so that a comparison takes as long for every value. */
function fitting(known: Known, raw: Uint8Array, { signature, authorization }: Proof): readonly Target[] {
  const given = authorization === undefined ? null : digest(authorization);
  const admits = (target: Guarded): boolean =>
    target.authorization === null || (given !== null && timingSafeEqual(target.authorization, given));
  if (signature === undefined) return known.unsigned.filter(admits);
  if (!signatureShape.test(signature)) return [];
  const said = Buffer.from(signature, 'hex');
  const own = known.signed.find(({ key }) =>
    timingSafeEqual(createHmac('sha256', key).update(raw).digest(), said),
  );
  // Who has no key cannot check a signature, and does not mind one.
  return own === undefined ? known.unsigned.filter(admits) : own.targets.filter(admits);
}
