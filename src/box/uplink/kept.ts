/** From a record as the relay sends it to what the box keeps: from here on there are only fingerprints. */
import { driverId, type Fingerprint, keyName, slotId, type WallMs, wall } from '../../base/brand.ts';
import type { BookingRecord, DriverRecord, KeyRecord, WireRecord } from '../../wire/records.ts';
import type { CredentialKind, KeptBooking, KeptDriver, KeptKey, KeptRecord, Vault } from '../ports.ts';

/** A record on its way in. */
export interface Incoming {
  readonly kept: KeptRecord;
  /** What the relay's events tell of a booking. */
  readonly told: 'out' | 'used' | null;
}

export function incoming(record: WireRecord, vault: Vault): Incoming {
  if (record.kind === 'key') return { kept: keptKey(record, vault), told: null };
  if (record.kind === 'driver') return { kept: keptDriver(record, vault), told: null };
  const { life = 'fresh' } = record;
  return { kept: keptBooking(record, vault), told: life === 'fresh' ? null : life };
}

const print = (vault: Vault, kind: CredentialKind, text: string | null): Fingerprint | null =>
  text === null ? null : vault.fingerprint(kind, text);

/** Readers give the digits of an EM4100 tag in capitals; people may not. */
const numberOf = (text: string | null): string | null =>
  text !== null && /^[0-9a-f]{10}$/i.test(text) ? text.toUpperCase() : text;

const keptKey = ({ id, rev, name, slot, tag }: KeyRecord, vault: Vault): KeptKey => ({
  ...{ id, rev, kind: 'key' },
  name: keyName(name),
  slot: slotId(slot),
  tag: print(vault, 'tag', numberOf(tag)),
});

const keptDriver = ({ id, rev, driver, phone, badge, pin }: DriverRecord, vault: Vault): KeptDriver => ({
  ...{ id, rev, kind: 'driver' },
  driver: driverId(driver),
  phone: print(vault, 'phone', phone),
  badge: print(vault, 'badge', numberOf(badge)),
  pin: pin === null ? null : vault.keyPin(pin),
});

/** The end of time in the table of bookings: what lies beyond is without end. */
const lastInstant = 8_640_000_000_000_000;

const endOf = (end: number | null): WallMs | null => (end === null || end >= lastInstant ? null : wall(end));

const keptBooking = (record: BookingRecord, vault: Vault): KeptBooking => ({
  ...{ id: record.id, rev: record.rev, kind: 'booking' },
  key: keyName(record.key),
  start: wall(record.start),
  end: endOf(record.end),
  code: print(vault, 'code', record.code),
  driver: record.driver === null ? null : driverId(record.driver),
  reuse: record.reuse,
  boxEpoch: record.boxEpoch,
});

/** Whether two records say the same, whatever their revisions. */
export const sameRecord = (a: KeptRecord, b: KeptRecord): boolean =>
  JSON.stringify({ ...a, rev: 0 }) === JSON.stringify({ ...b, rev: 0 });
