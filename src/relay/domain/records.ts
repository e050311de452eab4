/** The set of records of a box: what is in it, at which revision. */
import type { Transaction } from 'kysely';
import { codeRestMs } from '../../base/code-strength.ts';
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

const inSet = { dropped: 0, gone: null } as const;

type Put = readonly [box: string, id: string, kind: RecordTable['kind'], subject: string, rev: number];

const put = preparedQuery((tx, ...[box, id, kind, subject, rev]: Put) =>
  tx
    .insertInto('record')
    .values({ box, id, kind, subject, rev, ...inSet })
    .onConflict(on => on.columns(['box', 'id']).doUpdateSet({ rev, ...inSet })),
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

interface Known {
  readonly box: string;
  readonly knownRev: number;
  readonly now: number;
}

/**
 * Forgets what was dropped before the box's known revision: no delta will name it again. Who a driver was may still be read from its
 * card for as long as it keeps used codes, and longer than it keeps nightly copies: so long it is known here that they were there.
 */
export async function forgetDropped(tx: Transaction<Tables>, { box, knownRev, now }: Known): Promise<void> {
  await leave(tx, box, knownRev, now);
  await forget(tx, box, knownRev, now - codeRestMs);
}

const leave = preparedQuery((tx, box: string, knownRev: number, now: number) =>
  tx
    .updateTable('record')
    .set({ gone: now })
    .where('box', '=', box)
    .where('dropped', '=', 1)
    .where('rev', '<=', knownRev)
    .where('kind', '=', 'driver')
    .where('gone', 'is', null),
);

const forget = preparedQuery((tx, box: string, knownRev: number, goneBefore: number) =>
  tx
    .deleteFrom('record')
    .where('box', '=', box)
    .where('dropped', '=', 1)
    .where('rev', '<=', knownRev)
    .where(eb => eb.or([eb('kind', '!=', 'driver'), eb('gone', '<', goneBefore)])),
);

/** Whom the card of the box can still give away. */
export async function driversKnown(tx: Transaction<Tables>, box: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('record')
    .select('subject')
    .where('box', '=', box)
    .where('kind', '=', 'driver')
    .execute();
  return rows.map(({ subject }) => subject);
}

/** Another computer takes its place, which has heard of none of them. */
export async function forgetGone(tx: Transaction<Tables>, box: string): Promise<void> {
  await tx.deleteFrom('record').where('box', '=', box).where('dropped', '=', 1).execute();
}

/** Puts in what is not in yet; what is there already keeps its revision. */
export async function include(tx: Transaction<Tables>, box: string, name: RecordName): Promise<void> {
  const rev = await nextRevision(tx, box);
  await tx
    .insertInto('record')
    .values({ box, id: recordIdOf(name), ...name, rev, ...inSet })
    .onConflict(on =>
      on
        .columns(['box', 'id'])
        .doUpdateSet({ rev, ...inSet })
        .where('record.dropped', '=', 1),
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
