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

/** Newest first. */
export function listAudit({ tx, account }: Reading, page: Page): Promise<readonly AuditTable[]> {
  let query = tx.selectFrom('audit').selectAll().where('account', '=', account);
  if (page.after !== null) query = query.where('id', '<', page.after);
  return query.orderBy('id', 'desc').limit(pageSize(page)).execute();
}
