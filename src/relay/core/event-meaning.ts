/** Reads from the journal of a box what it means for keys and bookings: pure, in the order of its events. */
import type { EventType, JournalEvent } from '../../wire/journal.ts';

export interface KeyPlace {
  /** Name, as events have it. */
  readonly name: string;
  readonly place: 'never-stocked' | 'in' | 'out' | 'missing';
  readonly slot: number | null;
  readonly since: number | null;
}

export interface Use {
  /** Of the booking. */
  readonly id: string;
  /** Name of its key. */
  readonly key: string;
  readonly taken: number | null;
  readonly returned: number | null;
  readonly overdue: number | null;
}

/** The keys and bookings that the events name, and the bookings that are out or were last returned of those keys. */
export interface Books {
  readonly keys: ReadonlyMap<string, KeyPlace>;
  readonly uses: ReadonlyMap<string, Use>;
}

interface Changes {
  readonly keys: readonly KeyPlace[];
  readonly uses: readonly Use[];
}

/** Says the holder before was right after all: a driver found the slot empty (rules.md 11). */
export const isFoundEmpty = ({ type, reason }: JournalEvent): boolean =>
  type === 'custody-mismatch' && reason === 'found-empty';

/** Nobody knows where it is: it has left with nobody who may, or another one hangs where it was. */
export const isGone = ({ type, reason }: JournalEvent): boolean =>
  type === 'custody-mismatch' && (reason === undefined || reason === 'gone');

export function meaningOf(books: Books, events: readonly JournalEvent[]): Changes {
  const reading = new BatchReading(books);
  for (const event of events) reading.read(event);
  return reading.changes();
}

const isOut = ({ taken, returned }: Use): boolean => taken !== null && returned === null;

type Meaning = (reading: BatchReading, event: JournalEvent, at: number) => void;

/** Lives for one batch. */
class BatchReading {
  readonly #books: Books;
  readonly #keys = new Map<string, KeyPlace>();
  readonly #uses = new Map<string, Use>();

  constructor(books: Books) {
    this.#books = books;
  }

  changes(): Changes {
    return { keys: [...this.#keys.values()], uses: [...this.#uses.values()] };
  }

  read(event: JournalEvent): void {
    BatchReading.meanings.get(event.type)?.(this, event, instantOf(event));
  }

  /** By type; others mean nothing for keys and bookings. */
  static readonly meanings: ReadonlyMap<string, Meaning> = new Map(
    Object.entries<Meaning>({
      technician: (reading, event, at) => reading.#looked(event, at),
      overdue: (reading, { booking = '' }, at) => reading.#late(booking, at),
      'key-returned': (reading, event, at) => reading.#returned(event, at),
      'key-taken': (reading, event, at) => reading.#taken(event, at),
      'key-transferred': (reading, event, at) => reading.#taken(event, at),
      'custody-mismatch': (reading, event, at) => reading.#mismatched(event, at),
    } satisfies Partial<Record<EventType, Meaning>>),
  );

  #taken(event: JournalEvent, at: number): void {
    const { key = '', booking = '' } = event;
    this.#close(key, at, booking);
    this.#use(booking, { taken: at, returned: null, overdue: null });
    this.#place(key, { place: 'out', slot: null, since: at });
  }

  #mismatched(event: JournalEvent, at: number): void {
    const { key = '', booking = '' } = event;
    if (isFoundEmpty(event)) this.#foundEmpty(key, booking, at);
    else if (isGone(event)) this.#place(key, { place: 'missing', slot: null, since: at });
  }

  /** Somebody has looked into the slot and said which key is there; one that was out has an event of its return besides. */
  #looked({ what, key, slot }: JournalEvent, at: number): void {
    if (what === 'correct-holds' && key !== undefined && slot !== undefined)
      this.#place(key, { place: 'in', slot, since: at });
  }

  #late(booking: string, at: number): void {
    const use = this.#useOf(booking);
    if (use !== undefined && isOut(use)) this.#use(booking, { overdue: at });
  }

  #returned(event: JournalEvent, at: number): void {
    const { key = '', slot = null } = event;
    this.#close(key, at, '');
    this.#place(key, { place: 'in', slot, since: at });
  }

  /** Every booking that has the key, but one, has it no longer. */
  #close(key: string, at: number, except: string): void {
    for (const use of this.#usesOf(key))
      if (isOut(use) && use.id !== except) this.#use(use.id, { returned: at });
  }

  /** It was out before, so that it is out with whoever had it then. */
  #foundEmpty(key: string, booking: string, at: number): void {
    const place = (this.#keys.get(key) ?? this.#books.keys.get(key))?.place;
    if (place !== 'out') this.#place(key, { place: 'out', slot: null, since: at });
    this.#use(booking, { taken: null, returned: null, overdue: null });
    const before = this.#usesOf(key)
      .filter(({ id, returned }) => id !== booking && returned !== null)
      .sort((a, b) => (b.returned ?? 0) - (a.returned ?? 0))[0];
    if (before !== undefined) this.#use(before.id, { returned: null });
  }

  #useOf(id: string): Use | undefined {
    return this.#uses.get(id) ?? this.#books.uses.get(id);
  }

  #usesOf(key: string): readonly Use[] {
    const ids = new Set([...this.#books.uses.keys(), ...this.#uses.keys()]);
    return [...ids].flatMap(id => this.#useOf(id) ?? []).filter(use => use.key === key);
  }

  /** Local bookings of the box are not in the books. */
  #use(id: string, change: Partial<Use>): void {
    const use = this.#useOf(id);
    if (use !== undefined) this.#uses.set(id, { ...use, ...change });
  }

  #place(name: string, change: Omit<KeyPlace, 'name'>): void {
    if (this.#keys.has(name) || this.#books.keys.has(name)) this.#keys.set(name, { name, ...change });
  }
}

/** Types that mean something here; batches without any of them need no look into the books. */
export const meaningful: ReadonlySet<string> = new Set(BatchReading.meanings.keys());

/** A box may have any clock, but a row has only instants from 1970 on. */
function instantOf({ at }: JournalEvent): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/.exec(at);
  if (match === null) return 0;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match.slice(1).map(Number);
  return Math.max(
    0,
    daysSince1970(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1_000 + ms,
  );
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March, so that the leap day is the last one. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const monthFromMarch = (month + 9) % 12;
  const leap = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leap + Math.floor((monthFromMarch * 153 + 2) / 5) + day - 1 - 719_468;
}
