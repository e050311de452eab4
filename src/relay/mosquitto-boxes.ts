import type { RelayStore } from './store/store.ts';

/** Boxes that may connect, with the hashes of their passwords. */
export async function boxPasswords(store: RelayStore): Promise<ReadonlyMap<string, string>> {
  const rows = await store.db
    .selectFrom('box')
    .select(['id', 'password'])
    .where('password', 'is not', null)
    .execute();
  return new Map(rows.map(({ id, password }) => [id, password ?? '']));
}
