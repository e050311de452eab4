/** The set of records of a box: what is in it, at which revision. */
import type { Transaction } from 'kysely';
import { effectsOf } from '../store/commit-effects.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { RecordTable, Tables } from '../store/tables.ts';
import { notFound } from './faults.ts';

interface RecordName {
  readonly kind: RecordTable['kind'];
  /** Id of the key, driver or booking. */
  readonly subject: string;
}

const prefixes = { key: 'k:', driver: 'd:', booking: '' } as const;

/** Id of its record in any box. */
const recordIdOf = ({ kind, subject }: RecordName): string => prefixes[kind] + subject;

/** The revision that this transaction gives the box's set: one, however much it changes. */
export async function nextRevision(tx: Transaction<Tables>, box: string): Promise<number> {
  const { changedBoxes } = effectsOf(tx);
  const known = changedBoxes.get(box);
  if (known !== undefined) return known;
  const [row] = await countOn(tx, box);
  if (row === undefined) throw notFound('box', box);
  changedBoxes.set(box, row.revision);
  return row.revision;
}

const countOn = preparedQuery((tx, box: string) =>
  tx
    .updateTable('box')
    .set(eb => ({ revision: eb('revision', '+', 1), dirty: 1 }))
    .where('id', '=', box)
    .returning('revision'),
);

/** Puts records into the set of the box, anew where their content has changed. Gives the revision. */
export async function putRecords(
  tx: Transaction<Tables>,
  box: string,
  records: readonly RecordName[],
): Promise<number> {
  const rev = await nextRevision(tx, box);
  for (const name of records) await put(tx, box, recordIdOf(name), name.kind, name.subject, rev);
  return rev;
}

type Put = readonly [box: string, id: string, kind: RecordTable['kind'], subject: string, rev: number];

const put = preparedQuery((tx, ...[box, id, kind, subject, rev]: Put) =>
  tx
    .insertInto('record')
    .values({ box, id, kind, subject, rev, dropped: 0 })
    .onConflict(on => on.columns(['box', 'id']).doUpdateSet({ rev, dropped: 0 })),
);

/** Takes records out of the set of the box; what is not in it changes nothing. */
export async function drop(
  tx: Transaction<Tables>,
  box: string,
  records: readonly RecordName[],
): Promise<void> {
  const ids = records.map(recordIdOf);
  if (ids.length === 0) return;
  const there = await tx
    .selectFrom('record')
    .select('id')
    .where('box', '=', box)
    .where('id', 'in', ids)
    .where('dropped', '=', 0)
    .execute();
  if (there.length === 0) return;
  const rev = await nextRevision(tx, box);
  await tx
    .updateTable('record')
    .set({ rev, dropped: 1 })
    .where('box', '=', box)
    .where(
      'id',
      'in',
      there.map(({ id }) => id),
    )
    .execute();
}

/** Forgets what was dropped before the box's known revision: no delta will name it again. */
export async function forgetDropped(tx: Transaction<Tables>, box: string, knownRev: number): Promise<void> {
  await forget(tx, box, knownRev);
}

const forget = preparedQuery((tx, box: string, knownRev: number) =>
  tx.deleteFrom('record').where('box', '=', box).where('dropped', '=', 1).where('rev', '<=', knownRev),
);

/** Puts in what is not in yet; what is there already keeps its revision. */
export async function include(tx: Transaction<Tables>, box: string, name: RecordName): Promise<void> {
  const rev = await nextRevision(tx, box);
  await tx
    .insertInto('record')
    .values({ box, id: recordIdOf(name), ...name, rev, dropped: 0 })
    .onConflict(on =>
      on.columns(['box', 'id']).doUpdateSet({ rev, dropped: 0 }).where('record.dropped', '=', 1),
    )
    .execute();
}

/**
 * Everything in the set anew: the box has begun another epoch, and its codes are void until they come again under it
 * (docs/synchronisation.md). `box.told_epoch` must be the new one already.
 */
export async function resendAll(tx: Transaction<Tables>, box: string): Promise<number> {
  const rev = await nextRevision(tx, box);
  await tx.updateTable('record').set({ rev }).where('box', '=', box).where('dropped', '=', 0).execute();
  await tx
    .updateTable('booking')
    .set({ rev, sent: null, on_box: null })
    .where('box', '=', box)
    .where('id', 'in', eb =>
      eb
        .selectFrom('record')
        .select('subject')
        .where('box', '=', box)
        .where('kind', '=', 'booking')
        .where('dropped', '=', 0),
    )
    .execute();
  return rev;
}
