/** Keys are found by the name and the plate of their vehicle too (domain/search-words.ts): these keep up with it. */
import type { Context } from '../../../domain/context.ts';
import { noteKeyWords } from '../../../domain/search-words.ts';
import type { VehicleTable } from '../../../store/tables-fleetio.ts';

/** Around what writes these vehicles anew. */
export async function withKeyWords(
  context: Context,
  integration: string,
  rows: readonly VehicleTable[],
  write: () => Promise<unknown>,
): Promise<void> {
  const before = await context.tx
    .selectFrom('vehicle')
    .select(['id', 'key', 'name', 'plate'])
    .where('integration', '=', integration)
    .where(eb => eb('id', 'in', [...rows.map(({ id }) => id)]))
    .where('key', 'is not', null)
    .execute();
  await write();
  for (const { id, key, name, plate } of before) {
    const now = rows.find(row => row.id === id);
    if (key !== null && (now?.name !== name || now.plate !== plate)) await noteKeyWords(context, key);
  }
}

/** In one transaction: each has its words to be written. */
const unlinkedAtOnce = 100;

/** Vehicles of a connection that goes have no keys any more. True: there may be more. */
export async function unlinkPiece(context: Context, integration: string): Promise<boolean> {
  const linked = await context.tx
    .selectFrom('vehicle')
    .select(['id', 'key'])
    .where('integration', '=', integration)
    .where('key', 'is not', null)
    .limit(unlinkedAtOnce)
    .execute();
  for (const { id, key } of linked) {
    await context.tx
      .updateTable('vehicle')
      .set({ key: null })
      .where('integration', '=', integration)
      .where('id', '=', id)
      .execute();
    if (key !== null) await noteKeyWords(context, key);
  }
  return linked.length === unlinkedAtOnce;
}
