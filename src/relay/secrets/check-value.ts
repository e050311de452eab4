import type { Kysely } from 'kysely';
import { Fault } from '../../base/fault.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { AtRest } from './at-rest.ts';

const name = 'at-rest-check';

/**
 * Told at start, before anything is decrypted: whether this key belongs to this database. Its hash is kept with the first use.
 * @throws Fault `secret-key`
 */
export async function checkAtRestKey(store: RelayStore, atRest: AtRest): Promise<void> {
  const mine = atRest.hash('check', 'the key of this relay');
  const known =
    (await found(store.db)) ??
    (await store.write(async tx => {
      await tx
        .insertInto('meta')
        .values({ name, value: mine })
        .onConflict(on => on.doNothing())
        .execute();
      return found(tx);
    }));
  if (known === mine) return;
  throw new Fault(
    'secret-key',
    'the key that protects secrets is not the one of this database',
    'Put back the key file, variable or credential that this relay had; `smartbox-relay restore` brings both together.',
  );
}

async function found(db: Kysely<Tables>): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}
