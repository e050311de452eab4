import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { BookingId, Fingerprint, KeyName, WallMs } from '../../../src/base/brand.ts';
import { canonical } from '../../../src/base/canonical.ts';
import type { Candidate, Use } from '../../../src/box/core/model.ts';
import type {
  Arrival,
  BookingRow,
  BookingStaging,
  Bookings,
  BookingView,
  Journal,
  KeyRow,
  Keys,
  PutOutcome,
  Store,
} from '../../../src/box/ports.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const candidate = (row: BookingRow): Candidate => ({
  booking: row.id,
  key: row.key,
  start: row.start,
  end: row.end,
  reuse: row.reuse,
  driver: row.driver,
  cancelled: false,
  voided: false,
  conflicting: false,
  needsPin: row.pin !== null,
  use: null,
});

/** Bookings in a map: what the port promises, without a file. */
export class FakeBookings implements Bookings {
  rows = new Map<BookingId, BookingRow>();
  cancelled = new Set<BookingId>();
  uses = new Map<BookingId, Use>();
  now: () => WallMs;

  constructor(now: () => WallMs) {
    this.now = now;
  }

  #by(test: (row: BookingRow) => boolean): readonly Candidate[] {
    return [...this.rows.values()].filter(test).map(candidate);
  }

  byCode(code: Fingerprint): readonly Candidate[] {
    return this.#by(row => row.code === code);
  }

  byPhone(phone: Fingerprint): readonly Candidate[] {
    return this.#by(row => row.phone === phone);
  }

  byBadge(badge: Fingerprint): readonly Candidate[] {
    return this.#by(row => row.badge === badge);
  }

  byCodeOut(): readonly Candidate[] {
    return [];
  }

  verifiers(subject: { readonly by: 'phone' | 'badge'; readonly fingerprint: Fingerprint }) {
    const rows = [...this.rows.values()].filter(row => row[subject.by] === subject.fingerprint);
    const found = Map.groupBy(
      rows.filter(row => row.pin !== null),
      row => row.pin ?? '',
    );
    return [...found].map(([verifier, of]) => ({ verifier, bookings: of.map(row => row.id) }));
  }

  get(id: BookingId): BookingView | null {
    const row = this.rows.get(id);
    if (row === undefined) return null;
    const by = (['code', 'phone', 'badge'] as const).filter(each => row[each] !== null);
    const { key, start, end, reuse, driver, origin } = row;
    const use = this.uses.get(id) ?? null;
    return {
      id,
      key,
      start,
      end,
      by,
      reuse,
      driver,
      origin,
      cancelled: this.cancelled.has(id),
      voided: false,
      use,
    };
  }

  find(id: BookingId) {
    const [row, view] = [this.rows.get(id), this.get(id)];
    return row === undefined || view === null ? null : { row, view };
  }

  list(page: { readonly after: BookingId | null; readonly limit: number }): readonly BookingView[] {
    const ids = [...this.rows.keys()].sort();
    const from = page.after === null ? 0 : ids.indexOf(page.after) + 1;
    return ids.slice(from, from + page.limit).flatMap(id => this.get(id) ?? []);
  }

  codeOwner(code: Fingerprint, except: BookingId | null): BookingId | null {
    return [...this.rows.values()].find(row => row.code === code && row.id !== except)?.id ?? null;
  }

  overlapping(row: Pick<BookingRow, 'id' | 'key' | 'start' | 'end'>): readonly BookingId[] {
    const reaches = (end: WallMs | null, start: WallMs): boolean => end === null || end > start;
    return [...this.rows.values()]
      .filter(each => each.id !== row.id && each.key === row.key)
      .filter(each => reaches(each.end, row.start) && reaches(row.end, each.start))
      .map(each => each.id)
      .slice(0, 4);
  }

  count(): number {
    return this.rows.size;
  }

  put(row: BookingRow): PutOutcome {
    const outcome = this.compare(row);
    this.rows.set(row.id, row);
    return outcome;
  }

  compare(row: BookingRow): PutOutcome {
    const before = this.rows.get(row.id);
    if (before === undefined) return 'added';
    return JSON.stringify(before) === JSON.stringify(row) ? 'same' : 'changed';
  }

  release(id: BookingId): boolean {
    return this.rows.delete(id);
  }

  fromRelay(): readonly BookingId[] {
    return [...this.rows.values()].filter(row => row.origin === 'relay').map(row => row.id);
  }

  held(): readonly BookingId[] {
    return [];
  }

  heldOf(): readonly BookingId[] {
    return [];
  }

  cancelAll(from: 'relay' | 'here'): void {
    for (const { id, origin } of this.rows.values())
      if ((origin === 'relay') === (from === 'relay')) this.cancelled.add(id);
  }

  cancel(id: BookingId): boolean {
    this.cancelled.add(id);
    return this.rows.has(id);
  }
}

/** Bookings that wait, in an array. */
export class FakeBookingStaging implements BookingStaging {
  readonly waits = false;
  staged: readonly BookingRow[] = [];
  decided: readonly BookingRow[] = [];
  readonly #bookings: FakeBookings;

  constructor(bookings: FakeBookings) {
    this.#bookings = bookings;
  }

  async stage(rows: AsyncIterable<Arrival>): Promise<void> {
    const staged: BookingRow[] = [];
    for await (const { row } of rows) if (row !== null) staged.push(row);
    this.staged = staged;
  }

  decide(): void {
    this.decided = this.staged;
  }

  async settle(): Promise<void> {
    for (const row of this.decided) this.#bookings.put(row);
    this.decided = [];
    this.staged = [];
  }

  drop(): void {
    this.staged = [];
  }
}

export class FakeKeys implements Keys {
  rows = new Map<KeyName, KeyRow>();
  renamed: { readonly from: KeyName; readonly to: KeyName }[] = [];

  all(): readonly KeyRow[] {
    return [...this.rows.values()];
  }

  byTag(tag: Fingerprint): KeyName | null {
    return this.all().find(row => row.tag === tag)?.name ?? null;
  }

  put(row: KeyRow): void {
    this.rows.set(row.name, { ...row, tag: row.tag ?? this.rows.get(row.name)?.tag ?? null });
  }

  remove(name: KeyName): void {
    this.rows.delete(name);
  }

  rename(from: KeyName, to: KeyName): void {
    this.renamed.push({ from, to });
  }
}

/** A journal in an array, chained by a hash of its own. */
export class FakeJournal implements Journal {
  events: JournalEvent[] = [];

  add(event: Omit<JournalEvent, 'prev' | 'hash' | 'seq'>): JournalEvent {
    const { seq, hash: prev } = this.last();
    const body = { ...event, seq: seq + 1, prev };
    const whole = { ...body, hash: hash(canonical(body as never)) } as JournalEvent;
    this.events.push(whole);
    return whole;
  }

  *read(range: { readonly from: number; readonly to: number }): Iterable<JournalEvent> {
    yield* this.events.filter(event => event.seq >= range.from && event.seq <= range.to);
  }

  range(since: WallMs | null, until: WallMs | null): { readonly from: number; readonly to: number } {
    const at = (event: JournalEvent): number => Date.parse(event.at);
    const inside = this.events.filter(
      event => (since === null || at(event) >= since) && (until === null || at(event) < until),
    );
    return { from: inside[0]?.seq ?? 1, to: inside.at(-1)?.seq ?? 0 };
  }

  first(): number {
    return this.events[0]?.seq ?? 1;
  }

  page(from: number, limit: number) {
    const events = [...this.read({ from, to: from + limit - 1 })];
    const before = this.events.findLast(event => event.seq < from);
    const lines = events.map(event => canonical(event as never));
    const follows = { boxEpoch: before?.epoch ?? 0, seq: before?.seq ?? 0 };
    return events.length === 0 ? null : { to: events.at(-1)?.seq ?? 0, lines, follows };
  }

  last(): { readonly seq: number; readonly hash: string } {
    const last = this.events.at(-1);
    return { seq: last?.seq ?? 0, hash: last?.hash ?? '0'.repeat(64) };
  }

  vouch(range: { readonly from: number; readonly to: number; readonly head: string }) {
    const count = range.to - range.from + 1;
    return { type: 'checkpoint', box: 'test-box', ...range, count, key: 'ab', sig: 'cd' } as const;
  }

  checkpoint(from: number, to: number) {
    const head = this.events.find(event => event.seq === to)?.hash ?? '';
    const count = to - from + 1;
    return { type: 'checkpoint', box: 'test-box', from, to, count, head, key: 'ab', sig: 'cd' } as const;
  }
}

export interface FakeStore extends Pick<Store, 'backup'> {
  readonly bookings: FakeBookings;
  readonly incoming: FakeBookingStaging;
  readonly keys: FakeKeys;
  readonly journal: FakeJournal;
}

export function fakeStore(now: () => WallMs): FakeStore {
  const bookings = new FakeBookings(now);
  return {
    bookings,
    incoming: new FakeBookingStaging(bookings),
    keys: new FakeKeys(),
    journal: new FakeJournal(),
    backup: path => writeFile(path, 'a database'.repeat(50_000)),
  };
}
