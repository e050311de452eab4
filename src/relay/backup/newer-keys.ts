/**
 * A relay that is restored over itself still has, in the database that goes, the keys that it made since the backup. Boxes
 * that were led to one of them hear nothing else: so the chain goes on from where the backup ends, sealed under its key at rest.
 */
import type { Transaction } from 'kysely';
import { verifySignature } from '../../wire/chain.ts';
import { handoverText } from '../../wire/relay-key.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import type { IdentityTable, Tables } from '../store/tables.ts';

/** A row whose private halves are open. */
export type OpenIdentity = IdentityTable;

/** @throws Fault `at-rest` where the key at rest is not the one of these rows */
export const openedIdentities = (rows: readonly IdentityTable[], atRest: AtRest): readonly OpenIdentity[] =>
  rows.map(row => ({
    ...row,
    ...turned(row, (half, text) => atRest.open('relay-key', `${row.id}/${half}`, text)),
  }));

/** In the transaction of the restore, after its rows are there. How many keys go on. */
export async function carryOn(
  tx: Transaction<Tables>,
  before: readonly OpenIdentity[],
  atRest: AtRest,
): Promise<number> {
  const all = await tx.selectFrom('identity').selectAll().orderBy('number').execute();
  let last = all.at(-1);
  let carried = 0;
  for (const next of before) {
    if (last === undefined || next.number !== last.number + 1 || next.handover === null) continue;
    const signed = handoverText(last.id, { sign: next.sign, seal: next.seal });
    // Of another relay, whose numbers are alike.
    if (!verifySignature(signed, next.handover, last.sign)) break;
    const sealed = turned(next, (half, text) => atRest.seal('relay-key', `${next.id}/${half}`, text));
    await tx
      .insertInto('identity')
      .values({ ...next, ...sealed })
      .execute();
    last = next;
    carried += 1;
  }
  // Which of them a box believes by now, it says itself: a word under an older one would be refused there.
  if (carried > 0) await tx.updateTable('box').set({ pinned: null }).execute();
  return carried;
}

function turned(
  row: IdentityTable,
  turn: (half: 'sign' | 'seal', text: string) => string,
): Pick<IdentityTable, 'private_sign' | 'private_seal'> {
  return { private_sign: turn('sign', row.private_sign), private_seal: turn('seal', row.private_seal) };
}
