import { sql } from 'kysely';
import { preparedQuery } from '../store/prepared-query.ts';
import type { AuditTable } from '../store/tables-work.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import type { DeedName } from './deed-names.ts';
import { newId } from './ids.ts';

/** Notes who did what, in the transaction of the deed. `detail` holds ids and words of ours, never a name or a secret. */
export async function audit(
  context: Pick<Context, 'tx' | 'account' | 'who' | 'now' | 'random'>,
  what: DeedName,
  subject: string,
  detail: string | null = null,
): Promise<void> {
  const { tx, account, who, now } = context;
  await insert(tx, newId('a', context), account, now, who, what, subject, detail);
}

type Row = readonly [
  id: string,
  account: string,
  at: number,
  who: string,
  what: string,
  subject: string,
  detail: string | null,
];

const insert = preparedQuery((tx, ...[id, account, at, who, what, subject, detail]: Row) =>
  tx.insertInto('audit').values({ id, account, at, who, what, subject, detail }),
);

export interface Deed extends AuditTable {
  /** Of the person who did it, as they are called now; null: it was a token, or a part of the relay. */
  readonly name: string | null;
}

/** Where a deed stands in the list. */
type DeedPlace = readonly [at: number, id: string];

export const deedPlace = ({ at, id }: AuditTable): DeedPlace => [at, id];

export interface AuditFilter {
  readonly who?: string | undefined;
  readonly what?: string | undefined;
  readonly subject?: string | undefined;
  /** In milliseconds, `until` excluded. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** Newest first. */
export function listAudit(
  { tx, account }: Reading,
  page: PageFrom<DeedPlace>,
  { who, what, subject, from, until }: AuditFilter = {},
): Promise<readonly Deed[]> {
  let query = tx
    .selectFrom('audit')
    .leftJoin('person', join =>
      join.onRef('person.id', '=', 'audit.who').onRef('person.account', '=', 'audit.account'),
    )
    .selectAll('audit')
    .select('person.name as name')
    .where('audit.account', '=', account);
  if (who !== undefined) query = query.where('audit.who', '=', who);
  if (what !== undefined) query = query.where('audit.what', '=', what);
  if (subject !== undefined) query = query.where('audit.subject', '=', subject);
  if (from !== undefined) query = query.where('audit.at', '>=', from);
  if (until !== undefined) query = query.where('audit.at', '<', until);
  if (page.after !== null) {
    const [at, id] = page.after;
    query = query.where(sql<boolean>`(audit.at, audit.id) < (${at}, ${id})`);
  }
  return query.orderBy('audit.at', 'desc').orderBy('audit.id', 'desc').limit(pageSize(page)).execute();
}

const exportedAtOnce = 500;

/** Every deed, page by page: whoever reads them slowly keeps no transaction open. */
export async function* allDeeds(reading: Reading, filter: AuditFilter): AsyncIterable<Deed> {
  let after: DeedPlace | null = null;
  for (;;) {
    const rows: readonly Deed[] = await listAudit(reading, { after, limit: exportedAtOnce }, filter);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < exportedAtOnce) return;
    after = deedPlace(last);
  }
}

/** Who did the last thing to it, and when; null: nobody has. */
export async function lastDeed({ tx, account }: Reading, subject: string): Promise<Deed | null> {
  const row = await tx
    .selectFrom('audit')
    .leftJoin('person', join =>
      join.onRef('person.id', '=', 'audit.who').onRef('person.account', '=', 'audit.account'),
    )
    .selectAll('audit')
    .select('person.name as name')
    .where('audit.account', '=', account)
    .where('audit.subject', '=', subject)
    .orderBy('audit.at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
