/** The relay's one queue of what is to be done later: an item a row, named by its kind and its subject. */
import type { Transaction } from 'kysely';
import { noteWorkDue } from '../store/commit-effects.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Tables } from '../store/tables.ts';
import type { WorkTable } from '../store/tables-work.ts';

type Tx = Transaction<Tables>;

export interface WorkName {
  /** `booking`, `retention`, a fact of domain/facts.ts … */
  readonly kind: string;
  readonly subject: string;
}

interface NewWork extends WorkName {
  /** Not before; one that is due already is begun as soon as this transaction is committed. */
  readonly due: number;
}

const idOf = ({ kind, subject }: WorkName): string => `${kind}:${subject}`;

/** One item of a kind for a subject: putting it again moves it, and takes it from the copy that was about to run it. */
export async function putWork(tx: Tx, { kind, subject, due }: NewWork): Promise<void> {
  await put(tx, idOf({ kind, subject }), kind, subject, due);
  noteWorkDue(tx, due);
}

const afresh = (due: number) => ({ due, lease: null, lease_until: null, tries: 0, failed: null });

const put = preparedQuery((tx, id: string, kind: string, subject: string, due: number) =>
  tx
    .insertInto('work')
    .values({ id, kind, subject, ...afresh(due) })
    .onConflict(on => on.column('id').doUpdateSet(afresh(due))),
);

/** One that is due sooner already stays as it is. */
export async function hastenWork(tx: Tx, { kind, subject, due }: NewWork): Promise<void> {
  await hasten(tx, idOf({ kind, subject }), kind, subject, due);
  noteWorkDue(tx, due);
}

const hasten = preparedQuery((tx, id: string, kind: string, subject: string, due: number) =>
  tx
    .insertInto('work')
    .values({ id, kind, subject, ...afresh(due) })
    .onConflict(on => on.column('id').doUpdateSet(afresh(due)).whereRef('work.due', '>', 'excluded.due')),
);

export async function dropWork(tx: Tx, name: WorkName): Promise<void> {
  await drop(tx, idOf(name));
}

const drop = preparedQuery((tx, id: string) => tx.deleteFrom('work').where('id', '=', id));

/** Whether an item of this kind waits, for whichever subject. */
export async function hasWork(tx: Tx, kind: string): Promise<boolean> {
  const row = await tx.selectFrom('work').select('id').where('kind', '=', kind).executeTakeFirst();
  return row !== undefined;
}

/** Of these subjects, those for which an item of this kind waits. */
export async function waitingSubjects(
  tx: Tx,
  kind: string,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  if (subjects.length === 0) return new Set();
  const ids = subjects.map(subject => idOf({ kind, subject }));
  const rows = await tx.selectFrom('work').select('subject').where('id', 'in', ids).execute();
  return new Set(rows.map(({ subject }) => subject));
}

/** Takes off what waits for a subject, of these kinds, to do it here and now. Gives the kinds that waited, in their order. */
export async function takeWaiting<Kind extends string>(
  tx: Tx,
  kinds: readonly Kind[],
  subject: string,
): Promise<readonly Kind[]> {
  const ids = kinds.map(kind => idOf({ kind, subject }));
  const found = await tx.selectFrom('work').select('id').where('id', 'in', ids).execute();
  if (found.length === 0) return [];
  const taken = await tx.deleteFrom('work').where('id', 'in', ids).returning('kind').execute();
  return kinds.filter(kind => taken.some(row => row.kind === kind));
}

interface WorkClaim {
  readonly copy: string;
  readonly now: number;
  /** The lease ends then, and another copy may try. */
  readonly until: number;
  readonly most: number;
  readonly kinds: readonly string[];
}

/** Kinds of which an item is due. */
export const kindsDue = preparedQuery((db, now: number) =>
  db.selectFrom('work').select('kind').distinct().where('failed', 'is', null).where('due', '<=', now),
);

/** Leases items that are due, the ones that have waited longest first. */
export function leaseWork(
  tx: Tx,
  { copy, now, until, most, kinds }: WorkClaim,
): Promise<readonly WorkTable[]> {
  return tx
    .updateTable('work')
    .set({ lease: copy, lease_until: until })
    .where('id', 'in', eb =>
      eb
        .selectFrom('work')
        .select('id')
        .where('failed', 'is', null)
        .where('due', '<=', now)
        .where('kind', 'in', kinds)
        .where(eb2 => eb2.or([eb2('lease_until', 'is', null), eb2('lease_until', '<=', now)]))
        .orderBy('due')
        .limit(most),
    )
    .where(eb => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .returningAll()
    .execute();
}

/** Takes the item off before it is done, in the same transaction. False: it was moved, or is another's by now. */
export async function spendWork(tx: Tx, { id, due }: WorkTable, copy: string): Promise<boolean> {
  return (await spend(tx, id, copy, due)).length > 0;
}

const spend = preparedQuery((tx, id: string, copy: string, due: number) =>
  tx.deleteFrom('work').where('id', '=', id).where('lease', '=', copy).where('due', '=', due).returning('id'),
);

/** An item that its own run has put again is not run again at once, whatever instant it has asked for. */
export async function restWork(tx: Tx, { id }: WorkTable, until: number): Promise<void> {
  await tx.updateTable('work').set({ due: until }).where('id', '=', id).where('due', '<', until).execute();
}

type Outcome = Partial<Pick<WorkTable, 'due' | 'tries' | 'failed'>>;

/** Gives back an item that could not be done. */
async function release(tx: Tx, item: WorkTable, copy: string, outcome: Outcome): Promise<void> {
  await tx
    .updateTable('work')
    .set({ ...outcome, tries: item.tries + 1, lease: null, lease_until: null })
    .where('id', '=', item.id)
    .where('lease', '=', copy)
    .where('due', '=', item.due)
    .execute();
}

export const postponeWork = (tx: Tx, item: WorkTable, copy: string, due: number): Promise<void> =>
  release(tx, item, copy, { due });

/** It is tried no more until it is put again, or the relay starts anew: perhaps as a version that can do it. */
export const setAsideWork = (tx: Tx, item: WorkTable, copy: string, now: number): Promise<void> =>
  release(tx, item, copy, { failed: now });

/** Tries items that were set aside from the beginning. Gives their kinds. */
export async function reviveWork(
  tx: Tx,
  { kinds, now }: Pick<WorkClaim, 'kinds' | 'now'>,
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .updateTable('work')
    .set(afresh(now))
    .where('failed', 'is not', null)
    .where('kind', 'in', kinds)
    .returning('kind')
    .execute();
  return new Set(rows.map(({ kind }) => kind));
}
