import type { Fingerprint, WallMs } from '../../../base/brand.ts';
import type { Arrival, BookingRow } from '../../ports.ts';
import type { Credential } from './lookups.ts';

/** Bookings of one credential that are taken in at once, of those that come and of those that leave it each. */
const ofOneMax = 128;
/** Bookings of one key that are taken in with the one that is asked for: its rivals at that moment. */
const besideMax = 64;

/**
 * Bookings that are decided on and not all in their table yet, by what a driver types or taps: whoever comes meanwhile finds
 * theirs as it is now, so that it takes no time from the first that is valid to the last. One that changes or goes is found
 * by its old credentials too: they must open no more. A depot's telephone may have thousands: of those the first are taken in,
 * in the order of a look-up, and rows that are not as they will be open nothing meanwhile.
 */
export class Arriving {
  readonly #by = new Map<string, Arrival[]>();
  readonly #ofKey = new Map<string, Arrival[]>();
  /** Ids of bookings that are not in their table yet as they are to be. */
  readonly #waiting = new Set<string>();

  add(arrival: Arrival): void {
    const rows = rowsOf(arrival);
    const names = new Set(rows.flatMap(namesOf));
    for (const name of names) push(this.#by, name, arrival);
    for (const key of new Set(rows.map(row => row.key))) push(this.#ofKey, key, arrival);
    for (const { id } of rows) this.#waiting.add(id);
  }

  /** Those of this credential, with what else is booked of their keys at that moment; the first of them where they are many. */
  of(by: Credential, print: Fingerprint, at: WallMs): readonly Arrival[] {
    const name = nameOf(by, print);
    const left = (this.#by.get(name) ?? []).filter(arrival => this.#isWaiting(arrival));
    if (left.length === 0) {
      this.#by.delete(name);
      return [];
    }
    this.#by.set(name, left);
    const comes = ({ row }: Arrival): boolean => row?.[by] === print;
    const found = [
      ...first(left.filter(comes), ({ row }) => row, at),
      ...first(
        left.filter(arrival => !comes(arrival)),
        ({ was }) => was ?? null,
        at,
      ),
    ];
    const keys = new Set(found.flatMap(rowsOf).map(({ key }) => key));
    const beside = [...keys].flatMap(key => this.#ofKey.get(key) ?? []);
    const rivals = beside.filter(
      arrival => this.#isWaiting(arrival) && rowsOf(arrival).some(row => isRunning(row, at)),
    );
    return [...new Set([...found, ...rivals.slice(0, besideMax)])];
  }

  /** They are in the table now. */
  took(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) for (const id of idsOf(arrival)) this.#waiting.delete(id);
  }

  isStale(id: string): boolean {
    return this.#waiting.has(id);
  }

  #isWaiting(arrival: Arrival): boolean {
    return idsOf(arrival).some(id => this.#waiting.has(id));
  }
}

const rowsOf = ({ row, was = null }: Arrival): readonly BookingRow[] =>
  [row, was].filter(each => each !== null);

/** Gives the ids that an arrival concerns: the row that comes, the one before it, and the one that it releases. */
const idsOf = ({ row, was, released }: Arrival): readonly string[] =>
  [row?.id, was?.id, released].filter(each => each !== undefined);

const nameOf = (by: Credential, print: Fingerprint): string => `${by} ${print}`;

const namesOf = (row: BookingRow): readonly string[] =>
  (['code', 'phone', 'badge'] as const).flatMap(by => {
    const print = row[by];
    return print === null ? [] : [nameOf(by, print)];
  });

const isRunning = ({ start, end }: BookingRow, at: WallMs): boolean =>
  start <= at && (end === null || at < end);

/** As a look-up ranks them: those that are not over by their start, then the others, the latest first. */
function first(
  arrivals: readonly Arrival[],
  rowOf: (arrival: Arrival) => BookingRow | null,
  at: WallMs,
): readonly Arrival[] {
  if (arrivals.length <= ofOneMax) return arrivals;
  const rank = (arrival: Arrival): number => {
    const { start = 0, end = null } = rowOf(arrival) ?? {};
    return end === null || end > at ? start : 2 * Number(at) - end + lastStart;
  };
  return arrivals
    .map(arrival => ({ arrival, rank: rank(arrival) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, ofOneMax)
    .map(({ arrival }) => arrival);
}

/** Behind every start. */
const lastStart = 8_640_000_000_000_000;

function push(map: Map<string, Arrival[]>, name: string, arrival: Arrival): void {
  const arrivals = map.get(name);
  if (arrivals === undefined) map.set(name, [arrival]);
  else arrivals.push(arrival);
}
