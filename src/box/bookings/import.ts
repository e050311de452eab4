import { Fault } from '../../base/fault.ts';
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
export type Source = Pick<Call, 'rows' | 'item' | 'gone' | 'who'>;

/**
 * Reads, judges and keeps the bookings of a file: all of them or none (contracts.md §3). Rows are judged in slices, so that
 * the keypad never waits; then PINs are hashed one by one; then one transaction.
 * @throws BadRows `bad-rows`; Fault `enrolled`, `storage-…`, `gone`
 */
export async function importBookings(source: Source, box: BoxHandle): Promise<ImportReport> {
  mayWrite(box);
  const company = await companyOf(box);
  const bad = new Notes();
  const odd = new Notes();
  const file = new FileCompany(company.now);
  const drafts = await readAll(source, box, { company, file, bad });
  await judgeAll(drafts, box, { company, file, bad, odd });
  if (bad.count > 0) throw new BadRows(bad);
  const rows = await withPins(drafts, source, box);
  // Hashing PINs takes long: the box may have been enrolled meanwhile.
  mayWrite(box);
  const counts = keep(rows, source.who, box);
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
}

async function readAll(source: Source, box: BoxHandle, judging: Judging): Promise<readonly Draft[]> {
  const { company, file, bad } = judging;
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
      if (file.add(draft, bad)) drafts.push(draft);
    }
    await pause.breathe();
  }
  return drafts;
}

async function judgeAll(
  drafts: readonly Draft[],
  box: BoxHandle,
  { company, file, bad, odd }: Judging & { readonly odd: Notes },
): Promise<void> {
  const pause = new Pause(box.time);
  for (const draft of drafts) {
    conflicts(draft, file, company, bad, odd);
    oddities(draft, company, odd);
    overlapsInBox(draft, file, company, odd);
    await pause.breathe();
  }
  const running = drafts.filter(draft => draft.end === null || draft.end > company.now);
  for (const ofOneKey of Map.groupBy(running, draft => draft.key).values()) {
    overlapsInFile(ofOneKey, odd);
    await pause.breathe();
  }
}

async function withPins(
  drafts: readonly Draft[],
  source: Source,
  box: BoxHandle,
): Promise<readonly BookingRow[]> {
  const pins = new Pins(box);
  const withPin = drafts.filter(draft => draft.members.pin !== null).length;
  const rows: BookingRow[] = [];
  for (const draft of drafts) {
    if (draft.members.pin !== null) {
      if (source.gone.aborted) throw new Fault('gone', 'the client has hung up', 'Import the file again.');
      await source.item({ step: 'pins', done: pins.done, of: withPin });
    }
    rows.push(rowOf(draft, await pins.verifierOf(draft), 'import'));
  }
  return rows;
}

export function rowOf(draft: Draft, pin: string | null, origin: BookingRow['origin']): BookingRow {
  const { id, key, start, end, code, phone, badge, reuse, driver } = draft;
  return { id, key, start, end, code, phone, badge, pin, reuse, driver, origin };
}

/** Taken back at the last moment: a file that changes nothing leaves no event. */
class NothingNew extends Error {}

function keep(rows: readonly BookingRow[], who: string, box: BoxHandle): Record<PutOutcome, number> {
  const counts = { added: 0, changed: 0, same: 0 };
  if (rows.length === 0) return counts;
  try {
    const out = new Set(box.state().uses.map(use => use.booking));
    const ends = rows.filter(({ id }) => out.has(id)).map(({ id, end }) => ({ booking: id, end }));
    box.write({ type: 'bookings-changed', count: rows.length, who, what: 'import', ends }, () => {
      for (const row of rows) counts[box.store.bookings.put(row)] += 1;
      if (counts.same === rows.length) throw new NothingNew();
    });
  } catch (error) {
    if (!(error instanceof NothingNew)) throw error;
  }
  return counts;
}
