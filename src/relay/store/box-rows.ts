/** Queries by which the fleet reads its boxes. */
import { type Kysely, sql } from 'kysely';
import { preparedQuery } from './prepared-query.ts';
import type { BoxTable, Tables } from './tables.ts';
import type { CommandTable } from './tables-work.ts';

type Db = Kysely<Tables>;

/** A box that has been enrolled, as far as a session needs it. */
export type FleetBox = Pick<
  BoxTable,
  | 'id'
  | 'account'
  | 'enrolments'
  | 'pinned'
  | 'revision'
  | 'known_epoch'
  | 'known_rev'
  | 'told_at'
  | 'told_epoch'
  | 'box_epoch'
  | 'seq'
  | 'head'
  | 'link'
  | 'link_since'
> & { readonly sign: string; readonly seal: string };

const columns = [
  'id',
  'account',
  'enrolments',
  'sign',
  'seal',
  'pinned',
  'revision',
  'known_epoch',
  'known_rev',
  'told_at',
  'told_epoch',
  'box_epoch',
  'seq',
  'head',
  'link',
  'link_since',
] as const;

/** Null: there is no such box, or it was never enrolled. */
export async function fleetBox(db: Db, id: string): Promise<FleetBox | null> {
  const [row] = await boxRow(db, id);
  if (row === undefined || row.sign === null || row.seal === null) return null;
  return { ...row, sign: row.sign, seal: row.seal };
}

const boxRow = preparedQuery((db, id: string) => db.selectFrom('box').select(columns).where('id', '=', id));

export type OpenCommand = Pick<CommandTable, 'id' | 'box' | 'who' | 'why' | 'body' | 'not_after'>;

/** Commands of a box without an outcome, oldest first. */
export const openCommands = preparedQuery((db, box: string) =>
  db
    .selectFrom('command')
    .select(['id', 'box', 'who', 'why', 'body', 'not_after'])
    .where('box', '=', box)
    .where('outcome', 'is', null)
    .orderBy('created')
    .orderBy('id')
    .limit(1_000),
);

/** The hash of a box's broker password; null: it is not enrolled. */
export async function boxPassword(db: Db, box: string): Promise<string | null> {
  const [row] = await passwordRow(db, box);
  return row?.password ?? null;
}

const passwordRow = preparedQuery((db, id: string) =>
  db.selectFrom('box').select('password').where('id', '=', id),
);

/** Those that were not sent yet, of all boxes. */
export const unsentCommands = preparedQuery(db =>
  db
    .selectFrom('command')
    .select(['id', 'box', 'who', 'why', 'body', 'not_after'])
    .where('outcome', 'is', null)
    .where('sent', 'is', null)
    .orderBy('created')
    .orderBy('id')
    .limit(1_000),
);

/** Ids of all boxes that may come. */
export async function enrolledBoxes(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('box').select('id').where('enrolments', '>', 0).orderBy('id').execute();
  return rows.map(({ id }) => id);
}

interface EventPlace {
  readonly box: string;
  readonly enrolment: number;
  readonly epoch: number;
  readonly seq: number;
}

/** The line that is stored there; null: none. */
export async function storedLine(db: Db, at: EventPlace): Promise<string | null> {
  const row = await db
    .selectFrom('event')
    .select('line')
    .where('box', '=', at.box)
    .where('enrolment', '=', at.enrolment)
    .where('epoch', '=', at.epoch)
    .where('seq', '=', at.seq)
    .executeTakeFirst();
  return row?.line ?? null;
}

/** Earlier enrolments of a box in which an event of its journal may be filed. */
const enrolmentsBack = 8;

/** Whether this event is stored, with this hash: in this enrolment of the box or one before. */
export async function hasEvent(db: Db, at: EventPlace, hash: string): Promise<boolean> {
  const enrolments = Array.from({ length: enrolmentsBack }, (_, back) => at.enrolment - back);
  const rows = await db
    .selectFrom('event')
    .select('line')
    .where('box', '=', at.box)
    .where('enrolment', 'in', enrolments)
    .where('epoch', '=', at.epoch)
    .where('seq', '=', at.seq)
    .execute();
  return rows.some(({ line }) => line.includes(`,"hash":"${hash}"`));
}

/** Boxes whose set has changed since somebody last took note, and their newest revision. */
export const dirtyBoxes = preparedQuery((db, limit: number) =>
  db.selectFrom('box').select(['id', 'revision']).where(sql<boolean>`dirty = 1`).limit(limit),
);

/** Id of the relay's newest key. */
export async function newestIdentity(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('identity')
    .select('id')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The database's own clock, so that copies on several machines mean the same instant. Milliseconds since 1970. */
export async function databaseNow(db: Db, engine: 'sqlite' | 'postgres'): Promise<number> {
  const now =
    engine === 'postgres'
      ? sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`
      : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
  const { rows } = await sql<{ now: number }>`select ${now} as now`.execute(db);
  return Number(rows[0]?.now ?? 0);
}
