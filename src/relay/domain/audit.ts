import { preparedQuery } from '../store/prepared-query.ts';
import type { AuditTable } from '../store/tables-work.ts';
import { type Page, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { newId } from './ids.ts';

/** Notes who did what, in the transaction of the deed. `detail` holds ids and words of ours, never a name or a secret. */
export async function audit(
  context: Pick<Context, 'tx' | 'account' | 'who' | 'now' | 'random'>,
  what: string,
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

interface Deed extends AuditTable {
  /** Of the person who did it, as they are called now; null: it was a token, or a part of the relay. */
  readonly name: string | null;
}

/** Newest first. */
export function listAudit({ tx, account }: Reading, page: Page): Promise<readonly Deed[]> {
  let query = tx
    .selectFrom('audit')
    .leftJoin('person', join =>
      join.onRef('person.id', '=', 'audit.who').onRef('person.account', '=', 'audit.account'),
    )
    .selectAll('audit')
    .select('person.name as name')
    .where('audit.account', '=', account);
  if (page.after !== null) query = query.where('audit.id', '<', page.after);
  return query.orderBy('audit.id', 'desc').limit(pageSize(page)).execute();
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
