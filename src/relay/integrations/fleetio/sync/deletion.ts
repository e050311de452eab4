/**
 * Taking an account of Fleetio away, and what becomes of the bookings that came of it. A request begins it and from then on the
 * account is gone for everybody; the rest is done by the queue in pieces, so that nobody waits for a fleet's whole past.
 */
import { type SqlBool, sql, type Transaction } from 'kysely';
import * as v from 'valibot';
import { wall } from '../../../../base/brand.ts';
import { readAs } from '../../../../wire/reading.ts';
import { isOut, needsCode } from '../../../core/booking-life.ts';
import { audit } from '../../../domain/audit.ts';
import type { BookingFact } from '../../../domain/booking-facts.ts';
import { factsOf } from '../../../domain/booking-rows.ts';
import { cancelBooking } from '../../../domain/bookings.ts';
import type { Context, DomainDeps } from '../../../domain/context.ts';
import { clearOpen, clearProblem } from '../../../domain/problems.ts';
import { deletePiece, pieceMax } from '../../../store/delete-piece.ts';
import { selectForUpdate } from '../../../store/select-for-update.ts';
import type { BookingTable, Tables } from '../../../store/tables.ts';
import { putWork, waitingSubjects } from '../../../work/queue.ts';
import { integrationToChange } from '../integrations.ts';
import { unlinkPiece } from '../vehicles/key-words.ts';
import { cancelledBefore, toldAllTheSame } from './by-hand.ts';

/** The fate of bookings that came of an integration and are not over; a key that is out can be brought back in either case. */
export const bookingFates = ['keep', 'cancel'] as const;
export type BookingFate = (typeof bookingFates)[number];

/** The kind of the queue's item that goes on with it; its subject is the integration. */
export const deletionWork = 'integration-deletion';

/** Bookings that one transaction settles, each with the word to its driver: whoever else writes waits for it. */
export const settledMax = 50;

/** How far it is, as the integration's row keeps it: in whose name, and what has become of bookings so far. */
const deletion = v.object({
  ...{ fate: v.picklist(bookingFates), who: v.pipe(v.string(), v.maxLength(100)) },
  ...{ cancelled: v.number(), kept: v.number(), out: v.number() },
});
type Deletion = v.InferOutput<typeof deletion>;

/**
 * Deletes what was Fleetio's; drivers and what is over stay. Its bookings stay too, as if they had been made by hand, or those whose
 * key nobody has taken are cancelled, and their drivers told. Drivers of those that stay are told who were to be told yet. Up to
 * `settledMax` bookings are settled when this is committed, and the queue does the rest.
 * @throws Fault `not-found`
 */
export async function deleteIntegration(context: Context, id: string, fate: BookingFate): Promise<void> {
  await integrationToChange(context, id);
  const begun: Deletion = { fate, who: context.who, cancelled: 0, kept: 0, out: 0 };
  // Its tokens go first: nothing of what is left can speak to Fleetio, or be spoken to.
  await context.tx
    .updateTable('integration')
    .set({
      state: 'disabled',
      api_key: '',
      account_token: '',
      webhook_key: null,
      webhook_authorization: null,
    })
    .set({ deletion: JSON.stringify(begun) })
    .where('id', '=', id)
    .execute();
  const { isOver, after } = await goOn(context, id, begun);
  await audit(context, 'integration-deleted', id, isOver ? said(after) : beingSettled[fate]);
}

/** As the audit has it while the queue is at it: how many of which follows as `integration-settled`. */
const beingSettled: Readonly<Record<BookingFate, string>> = {
  cancel: 'bookings: being cancelled',
  keep: 'bookings: being kept',
};

/** Does as much of it as the queue does at one time. */
export async function continueDeletion(
  deps: DomainDeps,
  tx: Transaction<Tables>,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<void> {
  const query = tx.selectFrom('integration').select(['account', 'deletion']).where('id', '=', id);
  const row = await selectForUpdate(tx, query).executeTakeFirst();
  if (row?.deletion == null) return;
  const read = readAs(deletion, JSON.parse(row.deletion));
  if (!read.success) throw new RangeError(`the deletion of ${id} cannot be read`);
  const before = read.output;
  const { atRest, random } = deps;
  const context: Context = { tx, atRest, random, account: row.account, who: before.who, now: wall(now) };
  const { isOver, after } = await goOn(context, id, before);
  if (isOver) await audit(context, 'integration-settled', id, said(after));
}

/** How many became what, in words for the audit. */
const said = ({ cancelled, kept, out }: Deletion): string =>
  `bookings: ${cancelled} cancelled, ${kept} kept (${out} with the key out)`;

interface Progress {
  readonly after: Deletion;
  /** Nothing of the integration is left. */
  readonly isOver: boolean;
}

/** One piece; where that was not all, the queue is to go on. */
async function goOn(context: Context, id: string, before: Deletion): Promise<Progress> {
  const { tx, now } = context;
  const progress = await piece(context, id, before);
  if (progress.isOver) {
    await tx.deleteFrom('integration').where('id', '=', id).execute();
  } else {
    const change = { deletion: JSON.stringify(progress.after) };
    await tx.updateTable('integration').set(change).where('id', '=', id).execute();
    await putWork(tx, { kind: deletionWork, subject: id, due: now });
  }
  return progress;
}

/** Problems of it, then its assignments with their bookings, then what it has read: of each no more than a piece. */
async function piece(context: Context, id: string, before: Deletion): Promise<Progress> {
  if (await clearProblemPiece(context, id)) return { after: before, isOver: false };
  const { after, isAll } = await settle(context, id, before);
  if (!isAll) return { after, isOver: false };
  if (await unlinkPiece(context, id)) return { after, isOver: false };
  for (const table of ['webhook_event', 'contact', 'vehicle'] as const) {
    const where = sql<SqlBool>`integration = ${id}`;
    if (await deletePiece(context.tx, { table, key: ['integration', 'id'], where }))
      return { after, isOver: false };
  }
  return { after, isOver: true };
}

/** True: there may be more. */
async function clearProblemPiece({ tx, account, now }: Context, id: string): Promise<boolean> {
  const piece = tx
    .selectFrom('problem')
    .select('id')
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .where(eb => eb.or([eb('subject', '=', id), eb('subject', 'like', `${id}/%`)]))
    .limit(pieceMax);
  return (await clearOpen(tx, now, eb => eb('id', 'in', piece))) >= pieceMax;
}

interface Settled {
  readonly after: Deletion;
  /** It has no assignment any more. */
  readonly isAll: boolean;
}

/** Assignments go together with what is done about their bookings: they say who has heard of one, and how its driver is told. */
async function settle(context: Context, id: string, before: Deletion): Promise<Settled> {
  const { tx } = context;
  const rows = await tx
    .selectFrom('assignment')
    .select(['id', 'booking'])
    .where('integration', '=', id)
    .orderBy('id')
    .limit(pieceMax)
    .execute();
  const bookings = rows.flatMap(({ booking }) => booking ?? []);
  const live = await liveBookings(context, bookings);
  // Somebody has cancelled these a moment ago, and nobody has told their drivers yet.
  const cancelled = await waitingSubjects(tx, 'booking-cancelled' satisfies BookingFact, bookings);
  const gone: string[] = [];
  let [after, settled] = [before, 0];
  for (const { id: assignment, booking } of rows) {
    const row = live.get(booking ?? '');
    if (row !== undefined || cancelled.has(booking ?? '')) {
      if (settled === settledMax) break;
      settled += 1;
    }
    if (row !== undefined) after = counted(after, await settleBooking(context, row, before.fate));
    else if (booking !== null && cancelled.has(booking)) await cancelledBefore(context, booking);
    gone.push(assignment);
  }
  if (gone.length > 0)
    await tx.deleteFrom('assignment').where('integration', '=', id).where('id', 'in', gone).execute();
  return { after, isAll: gone.length === rows.length && rows.length < pieceMax };
}

/** A booking has come to this; `out`: kept, since its key is out. */
type Outcome = 'cancelled' | 'kept' | 'out';

const counted = (before: Deletion, outcome: Outcome): Deletion =>
  outcome === 'out'
    ? { ...before, kept: before.kept + 1, out: before.out + 1 }
    : { ...before, [outcome]: before[outcome] + 1 };

async function settleBooking(context: Context, row: BookingTable, fate: BookingFate): Promise<Outcome> {
  if (isOut(factsOf(row))) return 'out';
  if (fate === 'keep') {
    await toldAllTheSame(context, row.id);
    return 'kept';
  }
  await cancelBooking(context, row.id);
  await cancelledBefore(context, row.id);
  // Whoever clears it when a booking is over comes by its assignment, or by another integration.
  await clearProblem(context, { kind: 'bookings-overlap', subject: row.id });
  return 'cancelled';
}

/** Those of them that are neither over nor cancelled, or have their key out: nobody else changes them now. */
async function liveBookings(
  { tx, account, now }: Context,
  ids: readonly string[],
): Promise<Map<string, BookingTable>> {
  if (ids.length === 0) return new Map();
  const query = tx
    .selectFrom('booking')
    .selectAll()
    .where('id', 'in', ids)
    .where('account', '=', account)
    .orderBy('id');
  const rows = await selectForUpdate(tx, query).execute();
  const isLive = (row: BookingTable): boolean =>
    isOut(factsOf(row)) || (needsCode(factsOf(row)) && (row.end === null || row.end > now));
  return new Map(rows.filter(isLive).map(row => [row.id, row]));
}
