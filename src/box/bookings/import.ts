import type { Json } from '../../base/canonical.ts';
import { codeOf, Fault } from '../../base/fault.ts';
import { TimeSlice } from '../../base/time-slice.ts';
import type { ImportReport } from '../../wire/report.ts';
import { requireWritable } from '../ports/writable.ts';
import type { Arrival, BookingRow, BoxHandle, PutOutcome } from '../ports.ts';
import { idIn, type RowContext, readBooking } from './booking-row.ts';
import {
  type BoxContext,
  conflicts,
  FileBookings,
  oddities,
  overlapsInBox,
  overlapsInFile,
} from './conflicts.ts';
import { type Draft, draftOf } from './draft.ts';
import { BadRows, Notes } from './notes.ts';
import { Pins } from './pins.ts';

/** An import needs this of whoever sends it. */
export interface Source {
  /** The rows as they arrive. Throws Fault where the sender stalls or sends no JSON. */
  rows(): AsyncIterable<Json>;
  /** A line of the answer; resolves when there is room for the next. Throws Fault `gone`. */
  item(value: Json): Promise<void>;
  /** The sender has hung up. */
  readonly gone: AbortSignal;
  /** Who asks, and why, as claimed. */
  readonly who: string;
  readonly why: string | null;
}

/** So many bookings are kept in one transaction; more would keep the keypad waiting, and become bookings slice by slice. */
const atOnceMax = 200;

/**
 * Reads, judges and keeps the bookings of a file: all of them or none (contracts.md §3). Rows are judged in slices, so that
 * the keypad never waits; then PINs are hashed one by one; then one transaction decides.
 * @throws BadRows `bad-rows`; Fault `enrolled`, `storage-…`, `gone`
 */
export async function importBookings(source: Source, box: BoxHandle): Promise<ImportReport> {
  mayWrite(box);
  const boxContext = await boxContextOf(box);
  const odd = new Notes();
  const judging = { boxContext, file: new FileBookings(boxContext.now), bad: new Notes(), odd };
  const drafts = await readAll(source, box, judging);
  await judgeAll(drafts, box, judging);
  if (judging.bad.count > 0) throw new BadRows(judging.bad);
  const counts = { added: 0, changed: 0, same: 0 };
  const rows = rowsToKeep(drafts, counts, { source, box });
  const keep = drafts.length > atOnceMax ? keepMany : keepFew;
  await keep(rows, counts, { source, box, file: judging.file });
  return { ...counts, warnings: odd.kept, moreWarnings: odd.more };
}

/** @throws Fault `enrolled`, `storage-degraded` */
export function mayWrite(box: BoxHandle): void {
  const { sync, health } = box.state();
  if (sync.enrolled) {
    throw new Fault(
      'enrolled',
      'this box gets its bookings and keys from a relay',
      'Make them there; for an emergency see smartbox bookings add.',
    );
  }
  requireWritable(health.storage);
}

export async function boxContextOf(box: BoxHandle): Promise<BoxContext> {
  const { rules, slots } = box.state();
  return {
    bookings: box.store.bookings,
    keys: box.store.keys,
    vault: box.vault,
    phones: await box.phones(),
    now: box.judged(),
    slots: slots.length,
    badgeNeedsPin: rules.badgeNeedsPin,
  };
}

interface Judging {
  readonly boxContext: BoxContext;
  readonly file: FileBookings;
  readonly bad: Notes;
  readonly odd: Notes;
}

async function readAll(source: Source, box: BoxHandle, judging: Judging): Promise<readonly Draft[]> {
  const { boxContext, file, bad, odd } = judging;
  const { slots, keys } = box.state();
  const context: RowContext = { slots: slots.map(slot => slot.id), keys, phones: boxContext.phones };
  const slice = new TimeSlice(box.time);
  const drafts: Draft[] = [];
  let at = 0;
  for await (const value of source.rows()) {
    const row = at;
    at += 1;
    const members = readBooking(value, context, problem => bad.add(row, idIn(value), problem));
    if (members !== null) {
      const draft = draftOf(box.vault, row, members);
      oddities(draft, members, boxContext, odd);
      if (file.add(draft, bad)) drafts.push(draft);
    }
    await slice.yield();
  }
  return drafts;
}

async function judgeAll(
  drafts: readonly Draft[],
  box: BoxHandle,
  { boxContext, file, bad, odd }: Judging,
): Promise<void> {
  const slice = new TimeSlice(box.time);
  for (const draft of drafts) {
    conflicts(draft, file, boxContext, bad, odd);
    overlapsInBox(draft, file, boxContext, odd);
    await slice.yield();
  }
  const running = drafts.filter(draft => draft.end === null || draft.end > boxContext.now);
  for (const ofOneKey of Map.groupBy(running, draft => draft.key).values()) {
    overlapsInFile(ofOneKey, odd);
    await slice.yield();
  }
}

interface Parties {
  readonly source: Source;
  readonly box: BoxHandle;
}

type Counts = Record<PutOutcome, number>;

/** Gives rows that are new or changed, with their PINs hashed; those that the box knows already are counted and left out. */
async function* rowsToKeep(
  drafts: readonly Draft[],
  counts: Counts,
  { source, box }: Parties,
): AsyncGenerator<BookingRow> {
  const pins = new Pins(box);
  const slice = new TimeSlice(box.time);
  const withPin = drafts.filter(draft => draft.pin !== null).length;
  for (const draft of drafts) {
    if (source.gone.aborted) throw new Fault('gone', 'the client has hung up', 'Import the file again.');
    if (draft.pin !== null) await source.item({ step: 'pins', done: pins.done, of: withPin });
    const row = rowOf(draft, await pins.verifierOf(draft), 'import');
    const outcome = box.store.bookings.compare(row);
    counts[outcome] += 1;
    if (outcome !== 'same') yield row;
    await slice.yield();
  }
}

export function rowOf(draft: Draft, pin: string | null, origin: BookingRow['origin']): BookingRow {
  const { id, key, start, end, code, phone, badge, reuse, driver } = draft;
  return { id, key, start, end, code, phone, badge, pin, reuse, driver, origin };
}

interface Keeping extends Parties {
  readonly file: FileBookings;
}

/** A file that changes nothing leaves no event. */
async function keepFew(rows: AsyncIterable<BookingRow>, counts: Counts, keeping: Keeping): Promise<void> {
  const { bookings } = keeping.box.store;
  const found: BookingRow[] = [];
  for await (const row of rows) found.push(row);
  if (found.length === 0) return;
  decide(counts, keeping, () => {
    for (const row of found) bookings.put(row);
  });
}

/** After the decision a client that leaves, or a daemon that is killed, changes nothing any more: the rest follows. */
async function keepMany(rows: AsyncIterable<BookingRow>, counts: Counts, keeping: Keeping): Promise<void> {
  const { incoming, bookings } = keeping.box.store;
  await incoming.stage(arrivals(rows, bookings));
  try {
    if (counts.added + counts.changed > 0) decide(counts, keeping, () => incoming.decide());
  } catch (error) {
    incoming.drop();
    throw error;
  }
  try {
    await incoming.settle();
  } catch (error) {
    throw codeOf(error).startsWith('storage-') ? later(error as Fault) : error;
  }
}

async function* arrivals(
  rows: AsyncIterable<BookingRow>,
  bookings: BoxHandle['store']['bookings'],
): AsyncGenerator<Arrival> {
  for await (const row of rows) yield { row, record: null, was: bookings.find(row.id)?.row ?? null };
}

const later = ({ code, message, hint }: Fault): Fault =>
  new Fault(code, `${message}; the file is taken in, its rest follows when the disk takes writes`, hint);

function decide(counts: Counts, { box, source, file }: Keeping, also: () => void): void {
  // Hashing PINs takes long: the box may have been enrolled meanwhile.
  mayWrite(box);
  const ends = box.state().uses.flatMap(({ booking }) => {
    const draft = file.get(booking);
    return draft === null ? [] : [{ booking, end: draft.end }];
  });
  const count = counts.added + counts.changed;
  const { who, why } = source;
  const reason = why === null ? {} : { why };
  box.write({ type: 'bookings-changed', count, who, what: 'import', ends, ...reason }, also);
}
