/** From a change of the relay's set to one transaction: rows, keys, and the input that tells the core of them. */
import { bookingId } from '../../base/brand.ts';
import type { InputBody, RelayedUse } from '../core/input.ts';
import type { BoxState, Life } from '../core/model.ts';
import type { BookingRow, Bookings, KeptBooking, KeptDriver, Keys, Standing, Synced } from '../ports.ts';
import { type KeyPlan, type KeyProblem, planKeys, type Renaming } from './key-plan.ts';
import { SetAfter, type SetChange } from './set-change.ts';

export interface SetContext {
  readonly state: BoxState;
  readonly synced: Synced;
  readonly bookings: Bookings;
  readonly keys: Keys;
}

/** One booking's part of it. */
export interface RowChange {
  readonly id: string;
  /** As it is kept now. */
  readonly was: BookingRow | null;
  /** Null: the relay has it no more, or nobody could open by it. */
  readonly row: BookingRow | null;
  /** False: there is nothing new in it. */
  readonly news: boolean;
  readonly record: KeptBooking | null;
  /** Its key is out, and stays with the driver who has it: the rest follows when it is back. */
  readonly deferred: boolean;
  readonly open: boolean;
  readonly life: RelayedUse | null;
  readonly perhapsUsed: boolean;
}

/** The arguments for `Loop.write`. */
interface SetWrite {
  readonly input: InputBody & { readonly type: 'synced' };
  readonly also: () => void;
  /** Bookings among them that were taken and returned here before, or whose row was deleted since and may be of such a code. */
  readonly perhapsUsed: readonly string[];
}

/**
 * Must be written at once: it goes by what has happened to each booking up to now. `standing`: where the set stands then;
 * null: where it stood. `after`: the set as it will be, where more changes than is written now.
 */
export function setWrite(
  change: SetChange,
  deps: SetContext,
  standing: Standing | null,
  after = new SetAfter(change, deps.synced),
): SetWrite | KeyProblem {
  const plan = change.keys ? keyPlan(after, deps) : null;
  if (typeof plan === 'string') return plan;
  const moves = plan?.moves ?? [];
  const along = moves.flatMap(({ from }) => deps.bookings.heldOf(from));
  const ids = new Set<string>([...change.bookings, ...along]);
  const rows = [...ids].map(id => rowChange(id, { change, after, moves }, deps));
  const known = rows.filter(({ open, record }) => open && record !== null);
  return {
    input: {
      type: 'synced',
      count: rows.filter(row => row.news).length,
      keys: plan?.definitions ?? null,
      renamed: plan?.renamed ?? [],
      ends: known.map(({ id, record }) => ({ booking: bookingId(id), end: record?.end ?? null })),
      lives: rows.flatMap(({ life }) => (life === null ? [] : [life])),
    },
    also: () => {
      if (plan !== null) keepKeys(plan, deps.keys);
      for (const row of rows) keepRow(row, deps);
      keepRecords(change, rows, deps.synced);
      if (standing !== null) deps.synced.stand(standing);
    },
    perhapsUsed: rows.filter(row => row.perhapsUsed).map(({ id }) => id),
  };
}

function keyPlan(after: SetAfter, { state, synced, keys }: SetContext): KeyPlan | KeyProblem {
  const slots = state.slots.map(slot => slot.id);
  const before = synced.keys();
  return planKeys({ slots, keys: state.keys, rows: keys.all(), before, after: after.keys() });
}

function keepKeys({ moves, removed, puts }: KeyPlan, keys: Keys): void {
  for (const { from, to } of moves) keys.rename(from, to);
  for (const name of removed) keys.remove(name);
  for (const row of puts) keys.put(row);
}

function keepRow({ id, row, news }: RowChange, { bookings }: SetContext): void {
  if (!news) return;
  if (row === null) bookings.release(bookingId(id));
  else bookings.put(row);
}

function keepRecords(change: SetChange, rows: readonly RowChange[], synced: Synced): void {
  for (const id of change.drops) synced.drop(id);
  for (const { kept } of change.puts.values()) synced.put(kept, false);
  for (const { record, deferred } of rows) if (record !== null) synced.put(record, deferred);
}

interface Changing {
  readonly change: SetChange;
  readonly after: SetAfter;
  readonly moves: readonly Renaming[];
}

export function rowChange(id: string, { change, after, moves }: Changing, deps: SetContext): RowChange {
  const record = after.booking(id);
  const wanted = record === null ? null : rowOf(record, after.driver(record.driver));
  const found = deps.bookings.find(bookingId(id));
  const view = found?.view;
  const held = view?.use?.life === 'granted' || view?.use?.life === 'out';
  const current = renamed(found?.row ?? null, held ? moves : []);
  const open = deps.state.uses.some(use => use.booking === id);
  const resent = view?.voided === true && wanted !== null && sameDriver(current, wanted);
  const deferred = open && wanted !== null && current !== null && !resent && !sameHolder(current, wanted);
  const row = deferred && wanted !== null && current !== null ? withWindow(current, wanted) : wanted;
  const stands = current !== null && view?.cancelled === false;
  const news = row === null ? current?.origin === 'relay' && stands : !(stands && sameRow(current, row));
  const reported = change.puts.get(id)?.reported ?? null;
  const life = row === null || open ? null : lifeOf(reported, view?.use?.life ?? null, current, row);
  const put = news && row !== null && row.code !== null && !row.reuse;
  const perhapsUsed = view?.use?.life === 'used' || put;
  const was = found?.row ?? null;
  return { id, was, row, news, record, deferred, open, life, perhapsUsed };
}

/** Uses that the core must hear of: those that a new database has lost, and that a grant nobody followed was of another code or key. */
function lifeOf(
  reported: 'out' | 'used' | null,
  life: Life | null,
  current: BookingRow | null,
  row: BookingRow,
): RelayedUse | null {
  const { id, key, driver, end, reuse } = row;
  const booking = { booking: id, key, who: driver, end, reuse };
  if (life === null) return reported === null ? null : { ...booking, life: reported };
  const other = current !== null && !sameHolder(current, row);
  return life === 'granted' && other ? { ...booking, life: 'fresh' } : null;
}

/** The row as it is when the keys have their new names. */
function renamed(row: BookingRow | null, moves: readonly Renaming[]): BookingRow | null {
  const move = moves.find(({ from }) => from === row?.key);
  return row === null || move === undefined ? row : { ...row, key: move.to };
}

/** Null where nobody could open by it. */
function rowOf(record: KeptBooking, driver: KeptDriver | null): BookingRow | null {
  const { id, key, start, end, code, reuse, boxEpoch } = record;
  const { phone = null, badge = null, pin = null } = driver ?? {};
  if (code === null && phone === null && badge === null) return null;
  if (end !== null && end <= start) return null;
  const who = { phone, badge, pin, driver: record.driver };
  return { id: bookingId(id), key, start, end, code, ...who, reuse, origin: 'relay', epoch: boxEpoch };
}

/**
 * Codes of an earlier epoch say nothing: the pepper they were kept under may be lost, so that the same code looks like another.
 * Whoever has the key is to return it by the code that the relay has sent again (rules.md 8).
 */
const sameDriver = (a: BookingRow | null, b: BookingRow): boolean =>
  a !== null && a.key === b.key && a.driver === b.driver;

/** Key, code and person are the same: nothing is taken from whoever has the key. */
const sameHolder = (a: BookingRow, b: BookingRow): boolean =>
  a.key === b.key && a.driver === b.driver && a.code === b.code;

const withWindow = (current: BookingRow, { start, end, reuse }: BookingRow): BookingRow => ({
  ...current,
  start,
  end,
  reuse,
  origin: 'relay',
});

const sameRow = (a: BookingRow, b: BookingRow): boolean =>
  (Object.keys(b) as (keyof BookingRow)[]).every(name => a[name] === b[name]);
