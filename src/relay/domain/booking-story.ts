/** The domain's own part of the story of a booking: how it stands, what was done to it, and what its box tells. */
import type { JournalEvent } from '../../wire/journal.ts';
import type { BookingTable } from '../store/tables.ts';
import type { Reading } from './context.ts';
import { notFound } from './faults.ts';
import type { StoryLine, StoryLines } from './story-line.ts';

/** @throws Fault `not-found` */
export async function bookingToTell({ tx, account }: Reading, id: string): Promise<BookingTable> {
  const row = await tx
    .selectFrom('booking')
    .selectAll()
    .where('account', '=', account)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw notFound('booking', id);
  return row;
}

/** Of its own row: of what was sent and proven, the content of now. */
export const ownLines: StoryLines = async (reading, { id }) => {
  const row = await bookingToTell(reading, id);
  const { box, rev: revision, trace, origin } = row;
  const line = (
    at: number | null,
    told: Pick<StoryLine, 'kind' | 'what'> & Partial<Pick<StoryLine, 'proof' | 'detail' | 'behind'>>,
  ): readonly StoryLine[] =>
    at === null ? [] : [{ at, heardAt: at, proof: null, detail: null, behind: {}, ...told }];
  const atBox = { behind: { box, revision } };
  return [
    ...line(row.created, { kind: 'booking', what: 'booked', detail: origin, behind: { trace } }),
    ...line(row.sent, { kind: 'box', what: 'sent', ...atBox }),
    ...line(row.on_box, { kind: 'box', what: 'on-box', proof: 'receipt', ...atBox }),
    ...line(row.overdue, { kind: 'booking', what: 'overdue' }),
    ...line(row.ended, { kind: 'booking', what: 'ended' }),
    ...line(row.cancelled, { kind: 'booking', what: 'cancelled' }),
  ];
};

/** Deeds of administrators, scripts and parts of the relay; a code that was read is a deed, its digits are nowhere. */
export const deedLines: StoryLines = async ({ tx, account }, { id }, most) => {
  const rows = await tx
    .selectFrom('audit')
    .select(['id', 'at', 'who', 'what', 'detail'])
    .where('account', '=', account)
    .where('subject', '=', id)
    .orderBy('at')
    .limit(most)
    .execute();
  return rows.map(({ id: audit, at, who, what, detail }) => ({
    ...{ at, heardAt: at, kind: 'deed', what, proof: null, detail },
    behind: { audit, who },
  }));
};

/** Events that its box wrote of it, each with the instant at which it came. */
export const eventLines: StoryLines = async ({ tx, account }, { id }, most) => {
  const rows = await tx
    .selectFrom('event')
    .select(['box', 'epoch', 'seq', 'at', 'type', 'line', 'stored'])
    .where('account', '=', account)
    .where('booking', '=', id)
    .orderBy('number')
    .limit(most)
    .execute();
  return rows.map(({ box, epoch, seq, at, type, line, stored }) => ({
    ...{ at, heardAt: stored, kind: 'event', what: type, behind: { box, epoch, seq } },
    ...saidBy(JSON.parse(line) as JournalEvent),
  }));
};

function saidBy({ proof, reason, slot, ms, late }: JournalEvent): Pick<StoryLine, 'proof' | 'detail'> {
  const said = [
    slot === undefined ? '' : `door ${slot}`,
    reason ?? '',
    ms === undefined ? '' : `${ms} ms`,
    late === true ? 'written after an outage of the disk' : '',
  ].filter(part => part !== '');
  return { proof: proof ?? null, detail: said.length === 0 ? null : said.join(', ') };
}
