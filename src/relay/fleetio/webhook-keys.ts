/** Whose webhook a post is: several connected accounts share one address, so that its key says whose it is. */
import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Millis, type MonoMs, millis } from '../../base/brand.ts';
import type { AtRest, Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { IntegrationTable } from '../store/tables-fleetio.ts';
import { type IntegrationSettings, settingsOfIntegration } from './settings.ts';

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

interface Known {
  readonly at: MonoMs;
  /** By the text of the key: an account of Fleetio's that is connected twice has one key. */
  readonly signed: readonly { readonly key: KeyObject; readonly targets: readonly Guarded[] }[];
  /** Without a key: their `Authorization` alone proves them. */
  readonly unsigned: readonly Guarded[];
}

/** What another copy of the relay has changed is known after this. */
const trustMs = millis(5_000);
/** A post that fits nobody may be for somebody who was connected a moment ago; it is looked up no more often. */
const againMs = millis(1_000);
const signatureShape = /^[0-9a-f]{64}$/;

export class WebhookKeys {
  readonly #store: RelayStore;
  readonly #atRest: AtRest;
  readonly #time: Time;
  #known: Known | null = null;
  #loading: Promise<Known> | null = null;

  constructor({
    store,
    atRest,
    time,
  }: { readonly store: RelayStore; readonly atRest: AtRest; readonly time: Time }) {
    this.#store = store;
    this.#atRest = atRest;
    this.#time = time;
  }

  /** After a change here: the next post is judged by what is stored then. */
  forget(): void {
    this.#known = null;
  }

  /** Empty: nobody's. `raw`: the body exactly as it came. */
  async whose(raw: Uint8Array, proof: Proof): Promise<readonly Target[]> {
    const known = await this.#atMost(trustMs);
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
      .execute();
    const signed = new Map<string, { readonly key: KeyObject; readonly targets: Guarded[] }>();
    const unsigned: Guarded[] = [];
    for (const row of rows) {
      const target = this.#guarded(row);
      if (row.webhook_key === null) {
        if (target.authorization !== null) unsigned.push(target);
        continue;
      }
      const text = this.#atRest.open('fleetio', `${row.id}/webhook_key`, row.webhook_key);
      const one = signed.get(text) ?? { key: createSecretKey(text, 'utf8'), targets: [] };
      one.targets.push(target);
      signed.set(text, one);
    }
    this.#known = { at, signed: [...signed.values()], unsigned };
    return this.#known;
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
