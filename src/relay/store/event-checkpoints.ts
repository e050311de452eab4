import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import { manyRows } from './many-rows.ts';
import type { Tables } from './tables.ts';
import type { EventCheckpointTable } from './tables-work.ts';

export type NewCheckpoint = Omit<EventCheckpointTable, 'ring'>;

/** How many are kept of an epoch: a prime, so that batches of whatever even size do not fall into one place. */
const ringSize = 61;

const put = manyRows(
  ['t', 'i', 'i', 'i', 't', 'i', 'i', 't', 'i'],
  values => sql`insert into event_checkpoint
    (box, enrolment, epoch, ring, account, seq, "from", line, stored)
    select distinct column1, column2, column3, column4, column5, column6, column7, column8, column9
    from (values ${values}) as v where true
    on conflict (box, enrolment, epoch, ring) do update set
    seq = excluded.seq, "from" = excluded."from", line = excluded.line, stored = excluded.stored`,
);

/** In the transaction that stores the events: the last of a box and epoch is enough, for all become visible at once. */
export async function storeCheckpoints(
  tx: Transaction<Tables>,
  checkpoints: readonly NewCheckpoint[],
): Promise<void> {
  const newest = new Map(checkpoints.map(each => [`${each.box} ${each.enrolment} ${each.epoch}`, each]));
  const rows = [...newest.values()].map(({ box, enrolment, epoch, account, seq, from, line, stored }) => {
    return [box, enrolment, epoch, seq % ringSize, account, seq, from, line, stored] as const;
  });
  if (rows.length > 0) await put(tx, rows);
}

interface Ending {
  readonly box: string;
  readonly enrolment: number;
  readonly epoch: number;
  readonly seq: number;
}

/** The number with which the first one ends that covers this event; null: none of those that are kept does. */
export async function coveredBy(
  db: Kysely<Tables>,
  { box, enrolment, epoch, seq }: Ending,
): Promise<number | null> {
  const row = await db
    .selectFrom('event_checkpoint')
    .select(eb => eb.fn.min('seq').as('seq'))
    .where('box', '=', box)
    .where('enrolment', '=', enrolment)
    .where('epoch', '=', epoch)
    .where('seq', '>=', seq)
    .executeTakeFirst();
  return row?.seq == null ? null : Number(row.seq);
}

/** The one that ends with just this event. */
export async function checkpointAt(
  db: Kysely<Tables>,
  { box, enrolment, epoch, seq }: Ending,
): Promise<Pick<EventCheckpointTable, 'from' | 'line'> | null> {
  const row = await db
    .selectFrom('event_checkpoint')
    .select(['from', 'line'])
    .where('box', '=', box)
    .where('enrolment', '=', enrolment)
    .where('epoch', '=', epoch)
    .where('ring', '=', seq % ringSize)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row === undefined ? null : { from: Number(row.from), line: row.line };
}
