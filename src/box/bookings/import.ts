import { codeOf, Fault } from '../../base/fault.ts';
import type { ImportReport } from '../../wire/report.ts';
import type { Call } from '../control/call.ts';
import type { BoxHandle } from '../control/handle.ts';
import type { BookingRow, PutOutcome } from '../ports.ts';
import { type Company, conflicts, FileCompany, oddities, overlapsInBox, overlapsInFile } from './beside.ts';
import { idIn, type RowContext, readBooking } from './booking-row.ts';
import { type Draft, draftOf } from './draft.ts';
import { BadRows, Notes } from './notes.ts';
import { Pause } from './pause.ts';
import { Pins } from './pins.ts';

/** What an import needs of its client. */
export type Source = Pick<Call, 'rows' | 'item' | 'gone' | 'who' | 'why'>;

/** So many bookings are kept in one transaction; more would keep the keypad waiting, and become bookings slice by slice. */
const atOnceMax = 200;

/**
 * Reads, judges and keeps the bookings of a file: all of them or none (contracts.md §3). Rows are judged in slices, so that
 * the keypad never waits; then PINs are hashed one by one; then one transaction decides.
 * @throws BadRows `bad-rows`; Fault `enrolled`, `storage-…`, `gone`
 */
export async function importBookings(source: Source, box: BoxHandle): Promise<ImportReport> {
  mayWrite(box);
  const company = await companyOf(box);
  const odd = new Notes();
  const judging = { company, file: new FileCompany(company.now), bad: new Notes(), odd };
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
  notDegraded(health.storage);
}

/** @throws Fault `storage-degraded` */
export function notDegraded(storage: 'good' | 'degraded'): void {
  if (storage === 'good') return;
  throw new Fault(
    'storage-degraded',
    'the disk takes no writes',
    'Free space or replace the card; see smartbox doctor.',
  );
}

export async function companyOf(box: BoxHandle): Promise<Company> {
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
  readonly company: Company;
  readonly file: FileCompany;
  readonly bad: Notes;
  readonly odd: Notes;
}

async function readAll(source: Source, box: BoxHandle, judging: Judging): Promise<readonly Draft[]> {
  const { company, file, bad, odd } = judging;
  const { slots, keys } = box.state();
  const context: RowContext = { slots: slots.map(slot => slot.id), keys, phones: company.phones };
  const pause = new Pause(box.time);
  const drafts: Draft[] = [];
  let at = 0;
  for await (const value of source.rows()) {
    const row = at;
    at += 1;
    const members = readBooking(value, context, problem => bad.add(row, idIn(value), problem));
    if (members !== null) {
      const draft = draftOf(box.vault, row, members);
      oddities(draft, members, company, odd);
      if (file.add(draft, bad)) drafts.push(draft);
    }
    await pause.breathe();
  }
  return drafts;
}

async function judgeAll(
  drafts: readonly Draft[],
  box: BoxHandle,
  { company, file, bad, odd }: Judging,
): Promise<void> {
  const pause = new Pause(box.time);
  for (const draft of drafts) {
    conflicts(draft, file, company, bad, odd);
    overlapsInBox(draft, file, company, odd);
    await pause.breathe();
  }
  const running = drafts.filter(draft => draft.end === null || draft.end > company.now);
  for (const ofOneKey of Map.groupBy(running, draft => draft.key).values()) {
    overlapsInFile(ofOneKey, odd);
    await pause.breathe();
  }
}

interface Parties {
  readonly source: Source;
  readonly box: BoxHandle;
}

type Counts = Record<PutOutcome, number>;

/** What is new or changed, with its PIN hashed; what the box knows already is counted and left out. */
async function* rowsToKeep(
  drafts: readonly Draft[],
  counts: Counts,
  { source, box }: Parties,
): AsyncGenerator<BookingRow> {
  const pins = new Pins(box);
  const pause = new Pause(box.time);
  const withPin = drafts.filter(draft => draft.pin !== null).length;
  for (const draft of drafts) {
    if (source.gone.aborted) throw new Fault('gone', 'the client has hung up', 'Import the file again.');
    if (draft.pin !== null) await source.item({ step: 'pins', done: pins.done, of: withPin });
    const row = rowOf(draft, await pins.verifierOf(draft), 'import');
    const outcome = box.store.bookings.compare(row);
    counts[outcome] += 1;
    if (outcome !== 'same') yield row;
    await pause.breathe();
  }
}

export function rowOf(draft: Draft, pin: string | null, origin: BookingRow['origin']): BookingRow {
  const { id, key, start, end, code, phone, badge, reuse, driver } = draft;
  return { id, key, start, end, code, phone, badge, pin, reuse, driver, origin };
}

interface Keeping extends Parties {
  readonly file: FileCompany;
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
  const { incoming } = keeping.box.store;
  await incoming.stage(rows);
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
