/** The set of records that the relay keeps for a box (docs/synchronisation.md). Their members travel sealed; no broker reads them. */
import * as v from 'valibot';
import { digits, instantMs, keyName, recordId, said, slot, whole } from './parts.ts';
import { shaped } from './reading.ts';

const head = { id: recordId, rev: whole };

export const keyRecord = v.looseObject({
  ...head,
  kind: v.literal('key'),
  name: keyName,
  /** Home slot. */
  slot,
  /** Number of the tag on the key, as a reader prints it; null: not known to the relay, a tag learnt at the box stays. */
  tag: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
});

export const driverRecord = v.looseObject({
  ...head,
  kind: v.literal('driver'),
  /** Random id that stands for the person in events. */
  driver: recordId,
  /** E.164, verified; null: this driver has no phone that opens. */
  phone: v.nullable(shaped(16, /^\+[1-9]\d{5,14}$/)),
  badge: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  /** `r1$SALT$HASH`, base64 of 16 and 32 bytes: scrypt N = 2^14, r = 8, p = 1 of the PIN's digits. The box keys it with its pepper. */
  pin: v.nullable(shaped(72, /^r1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/)),
});

export const bookingRecord = v.looseObject({
  ...head,
  kind: v.literal('booking'),
  /** Name of the key; its record is in the same set. */
  key: keyName,
  start: instantMs,
  /** Null: until changed. */
  end: v.nullable(instantMs),
  code: v.nullable(digits),
  /** Id of a driver whose record is in the same set, whose phone and badge open too; null: the code alone. */
  driver: v.nullable(recordId),
  reuse: v.boolean(),
  /**
   * The box epoch for which this code was sent (docs/synchronisation.md): a code of an earlier one does not take. `whole` from 1.
   */
  boxEpoch: whole,
  /** The relay knows this of it, for a box whose database is new: out with its driver, or used for ever. */
  life: v.optional(v.picklist(['fresh', 'out', 'used'])),
  /** One id from webhook to write-back, for logs. */
  trace: v.optional(said),
});

export const record = v.variant('kind', [keyRecord, driverRecord, bookingRecord]);

export type KeyRecord = v.InferOutput<typeof keyRecord>;
export type DriverRecord = v.InferOutput<typeof driverRecord>;
export type BookingRecord = v.InferOutput<typeof bookingRecord>;
export type WireRecord = v.InferOutput<typeof record>;
