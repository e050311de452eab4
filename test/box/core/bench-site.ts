import {
  bookingId,
  driverId,
  hours,
  keyName,
  millis,
  minutes,
  seconds,
  slotId,
  type WallMs,
  wall,
} from '../../../src/base/brand.ts';
import type { Site } from '../../../src/box/core/initial.ts';
import type { Candidate, Rules, Subject } from '../../../src/box/core/model.ts';

/** Nine in the morning of a Monday, UTC. */
export const t0: WallMs = wall(Date.UTC(2026, 0, 5, 9, 0, 0));

export interface SiteOptions {
  /** How many slots, numbered from 1; 3 unless told. Slot N is home of key `slot-N`. */
  readonly slots?: number;
  /** Slots without a presence sensor. */
  readonly unsensed?: readonly number[] | 'all';
  /** Sensed slots with nothing in them at the first boot. */
  readonly empty?: readonly number[];
  readonly rules?: Partial<Rules>;
  /** Instead of one key a slot: name → home. */
  readonly keys?: Readonly<Record<string, number>>;
}

const rules: Rules = {
  leadMs: minutes(15),
  openWithinMs: seconds(20),
  doorHeldMs: seconds(60),
  doorSettleMs: seconds(1.5),
  dueSoonMs: minutes(15),
  overdueGraceMs: millis(0),
  maxSyncAgeMs: null,
  badgeNeedsPin: true,
  hasDisplay: true,
};

export function siteOf(options: SiteOptions): Site {
  const ids = Array.from({ length: options.slots ?? 3 }, (_, at) => at + 1);
  const keys = options.keys ?? Object.fromEntries(ids.map(id => [`slot-${id}`, id]));
  const sensed = (id: number): boolean => options.unsensed !== 'all' && !options.unsensed?.includes(id);
  return {
    rules: { ...rules, ...options.rules },
    slots: ids.map(id => ({ id: slotId(id), pulseMs: millis(300), sensed: sensed(id) })),
    keys: Object.entries(keys).map(([name, home]) => ({
      name: keyName(name),
      home: slotId(home),
      tagged: true,
    })),
  };
}

/** Hours from nine in the morning, as an instant. */
export const at = (offsetHours: number): WallMs => wall(t0 + hours(offsetHours));

/** A booking of the key of slot N, open from an hour ago until 17:00 unless told. */
export function booking(name: string, slot: number, more: Partial<Candidate> = {}): Candidate {
  return {
    booking: bookingId(name),
    key: keyName(`slot-${slot}`),
    start: at(-1),
    end: at(8),
    reuse: false,
    driver: driverId(`driver-${name}`),
    cancelled: false,
    voided: false,
    conflicting: false,
    needsPin: true,
    use: null,
    ...more,
  };
}

export const subject = (by: Subject['by'], fingerprint: string): Subject => ({
  by,
  fingerprint: fingerprint as Subject['fingerprint'],
});
