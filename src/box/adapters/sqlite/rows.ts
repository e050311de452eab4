import {
  bookingId,
  driverId,
  type Fingerprint,
  fingerprint,
  keyName,
  type WallMs,
  wall,
} from '../../../base/brand.ts';
import type { Candidate, Use } from '../../core/model.ts';
import type { BookingRow, BookingView } from '../../ports.ts';
import { endless } from './schema.ts';

/** A booking as the table holds it, beside what has happened to it. */
export interface StoredBooking {
  readonly rid: number;
  readonly id: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly code: Buffer | null;
  readonly phone: Buffer | null;
  readonly badge: Buffer | null;
  readonly pin: string | null;
  readonly reuse: number;
  readonly driver: string | null;
  readonly origin: BookingRow['origin'];
  readonly cancelled: number;
  readonly epoch: number;
  /** Body of its use; null = nothing has happened to it here. */
  readonly use: string | null;
}

/** Every query of bookings selects these; `b` is the booking, `u` its use. */
export const bookingColumns =
  'b.rid, b.id, b.key, b.start, b.end, b.code, b.phone, b.badge, b.pin, b.reuse, b.driver, b.origin, b.cancelled, b.epoch, u.body AS use';

export const bookingTables = 'booking b LEFT JOIN use u ON u.booking = b.id';

export const bytesOf = (fingerprint: Fingerprint): Buffer => Buffer.from(fingerprint, 'hex');
export const bytesOrNull = (fingerprint: Fingerprint | null): Buffer | null =>
  fingerprint === null ? null : bytesOf(fingerprint);

export const storedEnd = (end: WallMs | null): number => end ?? endless;
export const endOf = (end: number): WallMs | null => (end === endless ? null : wall(end));

/** Written by ourselves in the transaction of everything else. */
export const useOf = (body: string | null): Use | null => (body === null ? null : (JSON.parse(body) as Use));

const driverOf = (driver: string | null) => (driver === null ? null : driverId(driver));

export function viewOf(row: StoredBooking, epoch: number): BookingView {
  return {
    id: bookingId(row.id),
    key: keyName(row.key),
    start: wall(row.start),
    end: endOf(row.end),
    by: (['code', 'phone', 'badge'] as const).filter(kind => row[kind] !== null),
    reuse: row.reuse === 1,
    driver: driverOf(row.driver),
    origin: row.origin,
    cancelled: row.cancelled === 1,
    voided: row.epoch < epoch,
    use: useOf(row.use),
  };
}

/** The row as it was put. */
export function putOf(row: StoredBooking): BookingRow {
  const print = (bytes: Buffer | null): Fingerprint | null =>
    bytes === null ? null : fingerprint(bytes.toString('hex'));
  return {
    id: bookingId(row.id),
    key: keyName(row.key),
    start: wall(row.start),
    end: endOf(row.end),
    code: print(row.code),
    phone: print(row.phone),
    badge: print(row.badge),
    pin: row.pin,
    reuse: row.reuse === 1,
    driver: driverOf(row.driver),
    origin: row.origin,
    epoch: row.epoch,
  };
}

export function candidateOf(row: StoredBooking, epoch: number, conflicting: boolean): Candidate {
  return {
    booking: bookingId(row.id),
    key: keyName(row.key),
    start: wall(row.start),
    end: endOf(row.end),
    reuse: row.reuse === 1,
    driver: driverOf(row.driver),
    cancelled: row.cancelled === 1,
    voided: row.epoch < epoch,
    conflicting,
    needsPin: row.pin !== null,
    use: useOf(row.use),
  };
}

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

/** Whether a row that is sent again says nothing new. */
export function sameContent(old: StoredBooking, row: BookingRow): boolean {
  return (
    old.key === row.key &&
    old.start === row.start &&
    old.end === storedEnd(row.end) &&
    sameBytes(old.code, bytesOrNull(row.code)) &&
    sameBytes(old.phone, bytesOrNull(row.phone)) &&
    sameBytes(old.badge, bytesOrNull(row.badge)) &&
    old.pin === row.pin &&
    (old.reuse === 1) === row.reuse &&
    old.driver === row.driver &&
    old.origin === row.origin
  );
}

/** Whether `row` brings a code that the booking did not have before. */
export const newCode = (old: StoredBooking, row: BookingRow): boolean =>
  row.code !== null && !sameBytes(old.code, bytesOrNull(row.code));
