/** The relay and its verbs both stand on this: configuration → store and the key that protects secrets in it. */
import { readBounded } from '../../base/bounded-file.ts';
import { codeOf, Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Secret } from '../../base/secret.ts';
import type { RelayConfig, StoreConfig } from '../config/model.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import { openAtRest } from '../secrets/at-rest.ts';
import { checkAtRestKey } from '../secrets/check-value.ts';
import { atRestKey } from '../secrets/key-source.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { RelayStore } from '../store/store.ts';
import { ownFolder } from './data-lock.ts';

const secretMaxBytes = 65_536;

export interface Opened {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly key: Secret;
}

/**
 * Makes what is not there yet: folder, key, database.
 * @throws Fault naming what cannot be opened
 */
export async function openRelay(config: RelayConfig, log: Log): Promise<Opened> {
  ownFolder(config.data);
  const key = atRestKey({ file: config.secrets.keyFile, env: process.env });
  const atRest = await openAtRest(key);
  const store = await openStore(config, log);
  try {
    await checkAtRestKey(store, atRest);
  } catch (error) {
    await store.close();
    throw error;
  }
  return { store, atRest, key };
}

export async function openStore({ store, data }: RelayConfig, log: Log): Promise<RelayStore> {
  ownFolder(data);
  if (store.kind === 'sqlite') return await openSqliteStore({ file: store.file, log });
  // Some 10 MB that a relay on SQLite does without.
  const { openPostgresStore } = await import('../store/postgres.ts');
  return await openPostgresStore({ url: postgresAddress(store), log });
}

/**
 * With its password, never to be logged.
 * @throws Fault `secret-file`
 */
export function postgresAddress({
  url,
  passwordFile: file,
}: Extract<StoreConfig, { readonly kind: 'postgres' }>): string {
  if (file === null) return url;
  const [, head, rest] = /^(\w+:\/\/[^:@/]+)@(.*)$/.exec(url) ?? [];
  if (head !== undefined)
    return `${head}:${encodeURIComponent(secretText(file, 'store.passwordFile'))}@${rest}`;
  const hint = 'Write postgres://USER@HOST/DATABASE.';
  throw new Fault('secret-file', 'store.url has no user, or a password, beside store.passwordFile', hint);
}

/**
 * The one line of a file that holds a secret.
 * @throws Fault `secret-file` naming the key of relay.yaml
 */
export function secretText(file: string, key: string): string {
  try {
    return readBounded(file, { maxBytes: secretMaxBytes })
      .toString('utf8')
      .replace(/\r?\n$/, '');
  } catch (error) {
    const hint = 'It must be there, and readable by the user of the relay.';
    throw new Fault('secret-file', `${key}: cannot read ${file} (${codeOf(error)})`, hint, error);
  }
}
