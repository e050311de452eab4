/** Names that stand beside a booking in a list: who has it, and behind which door its key hangs. */
import type { Reading } from './context.ts';

type Names<T> = ReadonlyMap<string, T>;

/** Null: erased. */
export async function driverNames(
  { tx, account }: Reading,
  ids: readonly (string | null)[],
): Promise<Names<string | null>> {
  const asked = [...new Set(ids.filter(id => id !== null))];
  if (asked.length === 0) return new Map();
  const rows = await tx
    .selectFrom('driver')
    .select(['id', 'name', 'erased'])
    .where('account', '=', account)
    .where('id', 'in', asked)
    .execute();
  return new Map(rows.map(({ id, name, erased }) => [id, erased === null ? name : null]));
}

/** Where a key hangs now; its home where it is not in a box. Null: it has none any more. */
export async function keyDoors(
  { tx, account }: Reading,
  ids: readonly string[],
): Promise<Names<number | null>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('key')
    .select(['id', 'slot', 'place', 'place_slot'])
    .where('account', '=', account)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(row => [row.id, row.place === 'in' ? (row.place_slot ?? row.slot) : row.slot]));
}
