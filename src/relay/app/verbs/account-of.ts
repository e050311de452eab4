import { Fault } from '../../../base/fault.ts';
import { ensureFirstAccount, firstAccount } from '../../domain/accounts.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Task } from './verb.ts';

/** The first account, made where there is none yet, unless another is named. @throws Fault `not-found` */
export async function accountOf(task: Task, store: RelayStore): Promise<string> {
  await store.write(tx => ensureFirstAccount(tx, Date.now()));
  const id = task.text('account') ?? firstAccount;
  const row = await store.db.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return id;
  throw new Fault('not-found', `there is no account ${id}`, 'smartbox-relay account list shows them.');
}
