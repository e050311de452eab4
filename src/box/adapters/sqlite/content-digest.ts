/** Makes one hash of all that a backup holds: its rows in the order of their keys, whatever pages they lie in. */
import { createHash } from 'node:crypto';
import type { Db } from './connection.ts';

/** Row of `meta` in a copy: the public key of the box, and its signature over the digest of all other rows. */
export const signatureRow = 'backup-signature';

/** Gives the text that the box signs for a copy. */
export const backupText = (digest: string): string => `smartbox/1/backup\n${digest}`;

const cell = (value: unknown): unknown => (Buffer.isBuffer(value) ? { hex: value.toString('hex') } : value);

/** BLAKE2b-512, hex. */
export function contentDigest(db: Db): string {
  const hash = createHash('blake2b512');
  for (const table of tablesOf(db)) {
    hash.update(`${table}\n`);
    const rows = db.prepare<[], unknown[]>(`SELECT * FROM "${table}" ORDER BY ${keyOf(db, table)}`).raw();
    for (const row of rows.iterate())
      if (table !== 'meta' || row[0] !== signatureRow) hash.update(`${JSON.stringify(row.map(cell))}\n`);
  }
  return hash.digest('hex');
}

/** Our own: those of a file whose schema was compared. */
export const tablesOf = (db: Db): readonly string[] =>
  db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();

function keyOf(db: Db, table: string): string {
  const columns = db.pragma(`table_info("${table}")`) as readonly { name: string; pk: number }[];
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return key.map(({ name }) => `"${name}"`).join(', ');
}
