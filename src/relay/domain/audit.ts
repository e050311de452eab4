import type { AuditTable } from '../store/tables-work.ts';
import { type Page, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { newId } from './ids.ts';

/** Notes who did what, in the transaction of the deed. `detail` holds ids and words of ours, never a name or a secret. */
export async function audit(
  context: Context,
  what: string,
  subject: string,
  detail: string | null = null,
): Promise<void> {
  const { tx, account, who, now } = context;
  const id = newId('a', context);
  await tx.insertInto('audit').values({ id, account, at: now, who, what, subject, detail }).execute();
}

/** Newest first. */
export function listAudit({ tx, account }: Reading, page: Page): Promise<readonly AuditTable[]> {
  let query = tx.selectFrom('audit').selectAll().where('account', '=', account);
  if (page.after !== null) query = query.where('id', '<', page.after);
  return query.orderBy('id', 'desc').limit(pageSize(page)).execute();
}
