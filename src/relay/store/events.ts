import type { Kysely, Transaction } from 'kysely';
import { meta, setMeta } from './migrate.ts';
import { runSql } from './run-sql.ts';
import type { EventTable, Tables } from './tables.ts';

type About = Pick<EventTable, 'key' | 'slot' | 'driver'>;
/** An event as the intake has checked it, with the box that it is from; the store gives it its number. */
export type SourcedEvent = Omit<EventTable, 'account' | 'number' | keyof About> & Partial<About>;

/** Rows in one statement: PostgreSQL and SQLite both take 32,766 parameters and more. */
const rowsMax = 256;

/** Texts of inserts by engine and number of rows: composed once, and prepared once where the engine keeps statements. */
const texts = new WeakMap<object, Map<number, string>>();

function textFor(tx: Transaction<Tables>, rows: readonly EventTable[]): string {
  const engine = tx.getExecutor().adapter;
  const known = texts.get(engine) ?? new Map<number, string>();
  texts.set(engine, known);
  const text = known.get(rows.length) ?? tx.insertInto('event').values(rows).compile().sql;
  known.set(rows.length, text);
  return text;
}

/**
 * Stores events of any boxes of one account, in the order in which they stand. Numbers come from the account's row, which stays locked until the commit: so a
 * reader who has number n has all before it, also where several copies write.
 */
export async function storeAllEvents(
  tx: Transaction<Tables>,
  account: string,
  events: readonly SourcedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const { events: last } = await tx
    .updateTable('account')
    .set(eb => ({ events: eb('events', '+', events.length) }))
    .where('id', '=', account)
    .returning('events')
    .executeTakeFirstOrThrow();
  let number = last - events.length;
  for (let from = 0; from < events.length; from += rowsMax) {
    const rows = events.slice(from, from + rowsMax).map((event): EventTable => {
      number += 1;
      return rowOf(event, account, number);
    });
    await runSql(tx, textFor(tx, rows), rows.flatMap(Object.values));
  }
}

/** Members in one order always: their values are the statement's parameters. */
const rowOf = (event: SourcedEvent, account: string, number: number): EventTable => ({
  box: event.box,
  enrolment: event.enrolment,
  epoch: event.epoch,
  seq: event.seq,
  account,
  number,
  at: Math.min(event.at, event.stored),
  type: event.type,
  booking: event.booking,
  line: event.line,
  stored: event.stored,
  key: event.key ?? null,
  slot: event.slot ?? null,
  driver: event.driver ?? null,
});

/** Numbers for each second of a relay epoch, which is of the clock: more than any relay gives. */
const numbersASecond = 1_000_000;
const skippedName = 'events-skipped';

/** In a restored database: from here on numbers lie beyond all that the relay gave before under any epoch but this. */
export async function skipNumbers(tx: Transaction<Tables>, epoch: number): Promise<void> {
  const from = epoch * numbersASecond;
  const rows = await tx.selectFrom('account').select('events').where('events', '<', from).execute();
  await tx.updateTable('account').set({ events: from }).where('events', '<', from).execute();
  const more = rows.reduce((sum, { events }) => sum + (from - events), 0);
  await setMeta(tx, skippedName, String((await skipped(tx)) + more));
}

const skipped = async (db: Kysely<Tables>): Promise<number> => Number((await meta(db, skippedName)) ?? 0);

/** Of all accounts, those that are forgotten too. */
export async function eventsSoFar(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('account')
    .select(eb => eb.fn.sum<number>('events').as('sum'))
    .executeTakeFirst();
  return Number(row?.sum ?? 0) - (await skipped(db));
}
