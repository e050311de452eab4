/** Writes of the fleet about its boxes: many boxes in one statement, since words of a thousand boxes come at once. */
import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import { type Kinds, manyRows } from './many-rows.ts';
import type { BookingTable, Tables } from './tables.ts';

type Tx = Transaction<Tables>;

const kinds = (letters: string): Kinds => [...letters].map(each => (each === 't' ? 't' : 'i'));

/** The contents of a hello or a receipt of a box. */
export interface ReportRow {
  readonly box: string;
  readonly enrolment: number;
  readonly knownEpoch: number;
  readonly knownRev: number;
  /** Where the box stood when this was last written: bookings up to there are marked already. */
  readonly markedRev: number;
  /** The word with its signature, as proof. */
  readonly receipt: string;
  readonly clock: string;
  readonly challenge: string | null;
  readonly pinned: string;
  /** Null: as it was. */
  readonly label: string | null;
  readonly program: string | null;
  /** JSON. */
  readonly place: string | null;
  readonly toldAt: number;
  /** Known under the relay's own epoch: what is known to be there need not be sent any more. */
  readonly settles: boolean;
  readonly now: number;
}

/** Copies of the relay agree about the time within this: what was heard further ahead was heard by a clock that was wrong. */
const aheadMs = 60_000;

const words = manyRows(
  kinds('tiiittttttiiit'),
  values => sql`update box set known_epoch = v.column3, known_rev = v.column4, known_at = v.column12,
    receipt = v.column5, clock = v.column6, challenge = v.column7, pinned = v.column8,
    label = coalesce(v.column9, label), program = coalesce(v.column10, program), told_at = v.column11,
    heard = v.column12, place = coalesce(v.column14, place),
    dirty = case when v.column13 = 1 and revision <= v.column4 then 0 else dirty end
    from (values ${values}) as v where box.id = v.column1 and box.enrolments = v.column2
      and (box.known_at is null or box.known_at <= v.column12
        or box.known_at > v.column12 + ${sql.lit(aheadMs)})`,
);

/** Stores reports; a later one that another copy of the relay has heard stays. */
export async function storeReports(tx: Tx, rows: readonly ReportRow[]): Promise<void> {
  await words(
    tx,
    rows.map(row => [
      row.box,
      row.enrolment,
      row.knownEpoch,
      row.knownRev,
      row.receipt,
      row.clock,
      row.challenge,
      row.pinned,
      row.label,
      row.program,
      row.toldAt,
      row.now,
      row.settles ? 1 : 0,
      row.place,
    ]),
  );
}

/** Bookings of a box whose content came with the revisions above `above`, up to `rev`. */
export interface MarkRow {
  readonly box: string;
  readonly above: number;
  readonly rev: number;
  readonly now: number;
}

const marked = (rows: readonly MarkRow[]) => rows.map(({ box, above, rev, now }) => [box, above, rev, now]);

const range = sql`booking.box = v.column1 and booking.rev > v.column2 and booking.rev <= v.column3`;

const arrived = manyRows<Pick<BookingTable, 'id' | 'origin' | 'account'>>(
  kinds('tiii'),
  values => sql`update booking set on_box = v.column4, sent = coalesce(sent, v.column4)
    from (values ${values}) as v where ${range} and booking.on_box is null
    returning booking.id as id, booking.origin as origin, booking.account as account`,
);

/** Those whose first receipt this is; they are given. */
export const markOnBox = (
  tx: Tx,
  rows: readonly MarkRow[],
): Promise<readonly Pick<BookingTable, 'id' | 'origin' | 'account'>[]> => arrived(tx, marked(rows));

const sent = manyRows(
  kinds('tiii'),
  values => sql`update booking set sent = v.column4
    from (values ${values}) as v where ${range} and booking.sent is null`,
);

export async function markSent(tx: Tx, rows: readonly MarkRow[]): Promise<void> {
  await sent(tx, marked(rows));
}

export interface LinkRow {
  readonly box: string;
  readonly link: 'up' | 'lost';
  readonly now: number;
}

/**
 * When what comes after `last` happened, by this copy's clock: one that was set back by little would look like another copy that
 * has heard less, and be refused for good.
 */
export const notBefore = (last: number | null, now: number): number =>
  last !== null && last > now && last <= now + aheadMs ? last : now;

const links = manyRows(
  kinds('tti'),
  values => sql`update box set link = v.column2, link_since = v.column3
    from (values ${values}) as v where box.id = v.column1
      and (box.link_since is null or box.link_since <= v.column3
        or box.link_since > v.column3 + ${sql.lit(aheadMs)})`,
);

/** One that comes late, since the disk refused it, undoes nothing. */
export async function storeLinks(tx: Tx, rows: readonly LinkRow[]): Promise<void> {
  await links(
    tx,
    rows.map(({ box, link, now }) => [box, link, now]),
  );
}

const clean = manyRows(
  kinds('ti'),
  values => sql`update box set dirty = 0
    from (values ${values}) as v where box.id = v.column1 and box.revision <= v.column2`,
);

/** Somebody has taken note of these changes: a later one sets the flag again. */
export async function clearDirty(
  tx: Tx,
  rows: readonly { readonly id: string; readonly revision: number }[],
): Promise<void> {
  await clean(
    tx,
    rows.map(({ id, revision }) => [id, revision]),
  );
}

/** A journal that goes on: from where the row must still stand, to where it then stands. */
export interface StandRow {
  readonly box: string;
  readonly enrolment: number;
  readonly from: { readonly epoch: number; readonly seq: number; readonly head: string };
  readonly to: { readonly epoch: number; readonly seq: number; readonly head: string };
  /** When its last event happened, unless that is a lie about the future. */
  readonly toldAt: number;
  readonly now: number;
}

const stands = manyRows<{ readonly id: string }>(
  kinds('tiiitiitii'),
  values => sql`update box
    set box_epoch = v.column6, seq = v.column7, head = v.column8,
      told_at = case when v.column9 > told_at then v.column9 else told_at end,
      heard = case when heard > v.column10 then heard else v.column10 end
    from (values ${values}) as v where box.id = v.column1 and box.enrolments = v.column2
      and box.box_epoch = v.column3 and box.seq = v.column4 and box.head = v.column5
    returning box.id as id`,
);

/**
 * Moves the journals on, and gives the boxes for which that was possible: where another copy of the relay, or another
 * enrolment, has come first, nothing may be stored.
 */
export async function moveStands(tx: Tx, rows: readonly StandRow[]): Promise<ReadonlySet<string>> {
  const moved = await stands(
    tx,
    rows.map(({ box, enrolment, from, to, toldAt, now }) => [
      ...[box, enrolment, from.epoch, from.seq, from.head],
      ...[to.epoch, to.seq, to.head, toldAt, now],
    ]),
  );
  return new Set(moved.map(({ id }) => id));
}

export async function storeOutcome(
  tx: Tx,
  command: { readonly box: string; readonly id: string; readonly outcome: string; readonly now: number },
): Promise<void> {
  await tx
    .updateTable('command')
    .set({ outcome: command.outcome, answered: command.now })
    .where('id', '=', command.id)
    .where('box', '=', command.box)
    // What a box says later than expected still counts; but only its first word.
    .where(eb => eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'no-answer')]))
    .execute();
}

/** Whatever a box has said that nothing else is kept of shows that it was there. */
export async function storeHeard(tx: Tx, box: string, now: number): Promise<void> {
  await tx
    .updateTable('box')
    .set({ heard: now })
    .where('id', '=', box)
    .where(eb => eb.or([eb('heard', 'is', null), eb('heard', '<', now)]))
    .execute();
}

export async function storeCommandSent(tx: Tx, id: string, now: number): Promise<void> {
  await tx.updateTable('command').set({ sent: now }).where('id', '=', id).where('sent', 'is', null).execute();
}

/** Those that end before `before` and were never answered. */
export async function endCommands(tx: Tx, before: number): Promise<void> {
  await tx
    .updateTable('command')
    .set({ outcome: 'no-answer', answered: before })
    .where('outcome', 'is', null)
    .where('not_after', '<', before)
    .execute();
}

/** The box has told a later epoch of its own; its codes are sent for that one from now on. False: known already. */
export async function raiseToldEpoch(tx: Tx, box: string, epoch: number): Promise<boolean> {
  const row = await tx
    .updateTable('box')
    .set({ told_epoch: epoch })
    .where('id', '=', box)
    .where('told_epoch', '<', epoch)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The box has proven a later revision than this database remembers: count on from there. */
export async function raiseRevision(tx: Tx, box: string, above: number): Promise<void> {
  await tx
    .updateTable('box')
    .set({ revision: above + 1, dirty: 1 })
    .where('id', '=', box)
    .where('revision', '<=', above)
    .execute();
}
