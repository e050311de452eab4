/** From a record as the relay sends it to what the box keeps: from here on there are only fingerprints. */
import { driverId, type Fingerprint, keyName, slotId, type WallMs, wall } from '../../base/brand.ts';
import type { PhoneNumber } from '../../base/phone-number.ts';
import { readTag, tagIdentity } from '../../base/tag-number.ts';
import type { BookingRecord, DriverRecord, KeyRecord, WireRecord } from '../../wire/records.ts';
import type { KeptBooking, KeptDriver, KeptKey, KeptRecord, Vault } from '../ports.ts';

/** A record on its way in. */
export interface ReceivedRecord {
  readonly kept: KeptRecord;
  /** The use of a booking as the relay's events tell it; null: none. */
  readonly reported: 'out' | 'used' | null;
}

export function receivedRecord(record: WireRecord, vault: Vault): ReceivedRecord {
  if (record.kind === 'key') return { kept: keptKey(record, vault), reported: null };
  if (record.kind === 'driver') return { kept: keptDriver(record, vault), reported: null };
  const { life = 'fresh' } = record;
  return { kept: keptBooking(record, vault), reported: life === 'fresh' ? null : life };
}

/** Relays of before sent whatever people had typed: what no reader of this box can send is no tag. */
function printOfTag(vault: Vault, kind: 'tag' | 'badge', text: string | null): Fingerprint | null {
  const reading = text === null ? null : readTag(text);
  return reading?.is === 'read' ? vault.fingerprint(kind, tagIdentity(reading.number)) : null;
}

/** Its shape was checked on the wire; what it means, the relay has read. */
const readByRelay = (e164: string): PhoneNumber => e164 as PhoneNumber;

const keptKey = ({ id, rev, name, slot, tag }: KeyRecord, vault: Vault): KeptKey => ({
  ...{ id, rev, kind: 'key' },
  name: keyName(name),
  slot: slotId(slot),
  tag: printOfTag(vault, 'tag', tag),
});

const keptDriver = ({ id, rev, driver, phone, badge, pin }: DriverRecord, vault: Vault): KeptDriver => ({
  ...{ id, rev, kind: 'driver' },
  driver: driverId(driver),
  phone: phone === null ? null : vault.fingerprint('phone', readByRelay(phone)),
  badge: printOfTag(vault, 'badge', badge),
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
  code: record.code === null ? null : vault.fingerprint('code', record.code),
  driver: record.driver === null ? null : driverId(record.driver),
  reuse: record.reuse,
  boxEpoch: record.boxEpoch,
});

/** Whether two records say the same, whatever their revisions. */
export const sameRecord = (a: KeptRecord, b: KeptRecord): boolean =>
  JSON.stringify({ ...a, rev: 0 }) === JSON.stringify({ ...b, rev: 0 });
