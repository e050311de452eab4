/** From the lines of a backup to an empty store, in one transaction: all of it, or nothing. */
import { sql, type Transaction } from 'kysely';
import * as v from 'valibot';
import { Fault } from '../../base/fault.ts';
import { parseForeign } from '../../base/foreign-json.ts';
import { Secret } from '../../base/secret.ts';
import { readAs } from '../../wire/reading.ts';
import { openAtRest } from '../secrets/at-rest.ts';
import { skipNumbers } from '../store/events.ts';
import { relayEpoch, setMeta } from '../store/migrate.ts';
import { schemaVersion } from '../store/schema.ts';
import { regraded } from '../store/schema-problem-grades.ts';
import { carriedOver } from '../store/schema-work.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Row } from './dump.ts';
import { carryOn, type OpenIdentity } from './newer-keys.ts';
import { isKept, isMadeAnew, keptTables, left, nameNow } from './tables.ts';

const begin = v.object({
  line: v.literal('begin'),
  schema: v.number(),
  program: v.string(),
  at: v.number(),
  atRest: v.pipe(v.string(), v.base64()),
});
const value = v.union([v.string(), v.number(), v.null()]);
const rows = v.object({
  line: v.literal('rows'),
  table: v.string(),
  rows: v.array(v.record(v.string(), value)),
});
const end = v.object({ line: v.literal('end'), rows: v.number() });
const dumpLine = v.variant('line', [begin, rows, end]);

export interface Loaded {
  readonly rows: number;
  /** When the backup was made. */
  readonly at: number;
  /** The new relay epoch. */
  readonly epoch: number;
  /** Keys that this relay made since the backup, and keeps. */
  readonly keysKept: number;
}

const notOurs = (why: string): Fault =>
  new Fault(
    'backup-unknown',
    `the backup cannot be read: ${why}`,
    'Restore it with the version that made it.',
  );

/** The first line, before anything is touched. */
function beginOf(line: v.InferOutput<typeof dumpLine> | undefined): v.InferOutput<typeof begin> {
  if (line?.line !== 'begin') throw notOurs('it does not begin as one');
  if (line.schema > schemaVersion)
    throw notOurs(`it was made by version ${line.program}, whose database is newer than this program`);
  return line;
}

interface LoadOptions {
  /** Whether boxes that are there already may go. */
  readonly replace: boolean;
  readonly nowMs: number;
  /** Keys that the database which goes has, oldest first, with their private halves open. */
  readonly identities: readonly OpenIdentity[];
  /** Keeps the key at rest; called once all has been read and believed, before the commit. */
  readonly key: (atRest: Uint8Array) => Promise<void>;
}

/**
 * @throws Fault `backup-unknown`, `backup-damaged` (from `lines`), `store-in-use`; then nothing has changed
 */
export async function load(
  store: RelayStore,
  lines: AsyncIterable<string>,
  { replace, nowMs, identities, key }: LoadOptions,
): Promise<Loaded> {
  return await store.write(async tx => {
    const before = await relayEpoch(tx);
    await mustBeFree(tx, replace);
    let head: v.InferOutput<typeof begin> | null = null;
    let count = 0;
    let said: number | null = null;
    for await (const text of lines) {
      const line = lineOf(text);
      if (head === null) head = beginOf(line);
      else if (line.line === 'rows') count += await insert(tx, line.table, line.rows);
      else if (line.line === 'end') said = line.rows;
    }
    if (head === null || said !== count)
      throw notOurs(`it has ${count} rows and says ${said ?? 'nothing of them'}`);
    const epoch = Math.max(before, await relayEpoch(tx), Math.floor(nowMs / 1_000)) + 1;
    await reborn(tx, epoch);
    const atRest = Buffer.from(head.atRest, 'base64');
    const keysKept = await carryOn(tx, identities, await openAtRest(new Secret(atRest.toString('hex'))));
    await key(atRest);
    return { rows: count, at: head.at, epoch, keysKept };
  });
}

function lineOf(text: string): v.InferOutput<typeof dumpLine> {
  let parsed: unknown;
  try {
    parsed = parseForeign(text);
  } catch {
    throw notOurs('a line is no JSON');
  }
  const line = readAs(dumpLine, parsed);
  if (!line.success) throw notOurs('a line is of a kind that this version does not know');
  return line.output;
}

/** An empty database is made ready by our own migrations; one with boxes in it goes only when that is asked for. */
async function mustBeFree(tx: Transaction<Tables>, replace: boolean): Promise<void> {
  const busy = await tx.selectFrom('box').select('id').limit(1).executeTakeFirst();
  if (busy !== undefined && !replace)
    throw new Fault(
      'store-in-use',
      'there are boxes in this database already',
      'Name an empty one, or add --replace.',
    );
  // Some of these refer to tables that are kept.
  for (const table of left) await tx.deleteFrom(table).execute();
  for (const table of [...keptTables].reverse())
    if (table === 'meta') await tx.deleteFrom('meta').where('name', '!=', 'schema').execute();
    else await tx.deleteFrom(table).execute();
}

/** The database says these of itself, and a link was printed on another day. */
const ownMeta: readonly string[] = ['schema', 'first-admin'];

/** Values in one statement: SQLite takes 32,766, PostgreSQL 65,535. */
const valuesMax = 30_000;

async function insert(tx: Transaction<Tables>, name: string, all: readonly Row[]): Promise<number> {
  if (isMadeAnew(name)) return all.length;
  const table = nameNow(name);
  if (!isKept(table)) throw notOurs(`there is no table ${name}`);
  const ours = table === 'meta' ? all.filter(row => !ownMeta.includes(String(row.name))) : all;
  const columns = Object.keys(ours[0] ?? {});
  const atOnce = Math.max(1, Math.floor(valuesMax / Math.max(1, columns.length)));
  for (let from = 0; from < ours.length; from += atOnce) {
    const values = ours
      .slice(from, from + atOnce)
      .map(row => sql`(${sql.join(columns.map(column => sql`${row[column] ?? null}`))})`);
    const names = sql.join(columns.map(column => sql.ref(column)));
    await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(tx);
  }
  return all.length;
}

/**
 * Takes from the copy what a restored relay must not believe: that links are up, that receipts still hold. Every box takes the raised
 * relay epoch as a signed snapshot and says what it had (docs/synchronisation.md). The epoch is of the clock, so that a copy that is
 * restored twice on fresh machines gets two of them. Events that come again get numbers beyond all that was ever given, so
 * that whoever reads from where they were misses none.
 */
async function reborn(tx: Transaction<Tables>, epoch: number): Promise<void> {
  await tx.updateTable('box').set({ dirty: 1, known_epoch: 0, known_rev: 0, challenge: null }).execute();
  await tx.updateTable('box').set({ link: 'lost' }).where('link', '=', 'up').execute();
  await tx.updateTable('booking').set({ on_box: null }).where('taken', 'is', null).execute();
  await skipNumbers(tx, epoch);
  for (const statement of [...carriedOver, ...regraded]) await sql.raw(statement).execute(tx);
  await tx.updateTable('work').set({ lease: null, lease_until: null }).execute();
  await setMeta(tx, 'epoch', String(epoch));
}
