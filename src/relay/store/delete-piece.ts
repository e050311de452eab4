import { type SqlBool, sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Rows that one transaction deletes: other writers wait for it. */
export const pieceMax = 500;

interface Piece<Table extends keyof Tables> {
  readonly table: Table;
  /** The columns of its primary key. */
  readonly key: readonly (keyof Tables[Table] & string)[];
  /** A condition on its rows: everything is deleted of which it is true, `pieceMax` rows at a time. */
  readonly where: ReturnType<typeof sql<SqlBool>>;
}

/** Deletes at most `pieceMax` rows. True: there may be more. */
export async function deletePiece<Table extends keyof Tables>(
  tx: Transaction<Tables>,
  { table, key, where }: Piece<Table>,
): Promise<boolean> {
  const columns = sql.join(key.map(column => sql.ref(column)));
  const { numAffectedRows } = await sql`delete from ${sql.table(table)} where (${columns}) in
    (select ${columns} from ${sql.table(table)} where ${where} limit ${sql.lit(pieceMax)})`.execute(tx);
  return (numAffectedRows ?? 0n) >= BigInt(pieceMax);
}
