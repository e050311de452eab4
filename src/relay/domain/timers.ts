import type { Transaction } from 'kysely';
import { keptQuery } from '../store/kept-query.ts';
import type { Tables } from '../store/tables.ts';

export interface TimerName {
  /** `booking`, `retention`. */
  readonly kind: string;
  readonly subject: string;
}

const idOf = ({ kind, subject }: TimerName): string => `${kind}:${subject}`;

/** One timer of a kind for a subject: setting it again moves it, and takes it from whoever was about to run it. */
export async function putTimer(
  tx: Transaction<Tables>,
  { kind, subject, due }: TimerName & { readonly due: number },
): Promise<void> {
  await upsert(tx, idOf({ kind, subject }), kind, subject, due);
}

const upsert = keptQuery((tx, id: string, kind: string, subject: string, due: number) => {
  const fresh = { due, lease: null, lease_until: null, tries: 0 };
  return tx
    .insertInto('timer')
    .values({ id, kind, subject, ...fresh })
    .onConflict(on => on.column('id').doUpdateSet(fresh));
});

export async function dropTimer(tx: Transaction<Tables>, name: TimerName): Promise<void> {
  await tx.deleteFrom('timer').where('id', '=', idOf(name)).execute();
}
