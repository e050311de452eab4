/** A box that was stolen or is lost: it hears and says nothing any more, and what it knew opens nothing in its successor. */
import { noteBoxNews } from '../store/commit-effects.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { BoxTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { forgetTold } from './box-told.ts';
import { type BoxView, boxRow, boxView } from './boxes.ts';
import type { Context } from './context.ts';
import { changeDriver } from './drivers.ts';
import { conflict } from './faults.ts';
import type { FollowedContext } from './followers.ts';
import { freshCodes } from './fresh-code.ts';
import { forgetPlaces } from './keys.ts';
import { clearProblem } from './problems.ts';
import { forgetGone, nextRevision } from './records.ts';

/**
 * Keys and password are void with this transaction: sessions with the box end, its words are refused, its events are stored no
 * more. Bookings whose key is not out get new codes, which nobody is told before the next box under this name has them.
 * Whoever has its card finds out phones, badges and PINs in minutes: they open nothing any more, at no box of the account.
 * @throws Fault `not-found`; `conflict` where no box is enrolled
 */
export async function retireBox(
  context: FollowedContext,
  id: string,
  why: string | null = null,
): Promise<Retired> {
  const { tx, account, now } = context;
  await selectForUpdate(
    tx,
    tx.selectFrom('box').select('id').where('id', '=', id).where('account', '=', account),
  ).execute();
  const box = await boxRow(context, id);
  if (box.sign === null)
    throw conflict(`no box is enrolled as ${id}`, 'There is nothing that could be used any more.');
  await tx
    .updateTable('box')
    .set({
      ...{ enrolments: box.enrolments + 1, enrolled: null, sign: null, seal: null, password: null },
      ...{ pinned: null, receipt: null, clock: null, challenge: null },
      ...{ known_epoch: 0, known_rev: 0, known_at: null, link: 'lost', link_since: now, heard: null },
    })
    .where('id', '=', id)
    .execute();
  await forgetTold(context, id);
  await tx.deleteFrom('claim').where('box', '=', id).where('used', 'is', null).execute();
  // Also without a booking: so every copy of the relay hears of it.
  await nextRevision(tx, id);
  await forgetPlaces(context, id);
  const untold = await freshCodes(context, box);
  const drivers = await voidPhones(context, box);
  await clearProblem(context, { kind: 'box-replaced', subject: id });
  noteBoxNews(tx, account, id, true);
  await audit(context, 'box-retired', id, why);
  const voided = drivers.map(driver => driver.id);
  for (const { phonesVoided, codesRenewed } of context.followers) {
    await phonesVoided?.(context, voided);
    await codesRenewed?.(context, untold);
  }
  return { box: await boxView(context, id), drivers };
}

interface Retired {
  readonly box: BoxView;
  /** Whose phone, badge and PIN open nothing any more. */
  readonly drivers: readonly Voided[];
}

interface Voided {
  readonly id: string;
  readonly name: string;
}

/**
 * Of everybody whom its card may still give away. The badge goes with the PIN: without one it would open by itself, wherever
 * `badgeNeedsPin` is off, and whoever has its number makes another.
 */
async function voidPhones(context: Context, box: BoxTable): Promise<readonly Voided[]> {
  const { tx, account } = context;
  const rows = await tx
    .selectFrom('driver')
    .select(['id', 'name'])
    .where('account', '=', account)
    .where('erased', 'is', null)
    .where(eb =>
      eb.or([eb('phone_opens', '=', 1), eb('pin', 'is not', null), eb('badge_hash', 'is not', null)]),
    )
    .where('id', 'in', eb =>
      eb.selectFrom('record').select('subject').where('box', '=', box.id).where('kind', '=', 'driver'),
    )
    .orderBy('id')
    .execute();
  for (const { id } of rows) {
    await changeDriver(context, id, { phoneOpens: false, badge: null, pin: null });
    await audit(context, 'phone-voided', id, `box ${box.id}`);
  }
  await forgetGone(tx, box.id);
  return rows;
}
