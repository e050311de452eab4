import type { Fingerprint } from '../../base/brand.ts';
import type { PhoneNumber } from '../../base/phone-number.ts';
import { TimeSlice } from '../../base/time-slice.ts';
import type { Candidate } from '../core/model.ts';
import type { Phones, Time } from '../ports.ts';

/** An entry that has the shape of a phone number, and the bookings that it names. */
interface FoundPhone {
  readonly fingerprint: Fingerprint;
  readonly found: readonly Candidate[];
}

interface PhoneSearchDeps {
  readonly time: Time;
  readonly phones: Phones;
  readonly print: (number: PhoneNumber) => Fingerprint;
  /** Bookings of a phone, as they are judged now. */
  readonly booked: (fingerprint: Fingerprint) => readonly Candidate[];
  /** Too much is waiting: the entry is to be judged by what is known of it by now. */
  readonly isHurried: () => boolean;
}

/**
 * An entry as a phone number (rules.md 20): of the box's own region first, then of whichever country has a booked number that is
 * dialled so at home. The cache holds fingerprints only, so every plan of the world is asked which number the entry would be
 * there: some 250 readings and at most as many look-ups, in slices, so that no key press waits. Null: it is no phone.
 */
export async function searchPhone(entry: string, deps: PhoneSearchDeps): Promise<FoundPhone | null> {
  const { time, phones, print, booked, isHurried } = deps;
  const own = phones.dialled(entry);
  let meant = own === null ? null : print(own);
  const here = meant === null ? [] : booked(meant);
  if (meant !== null && here.length > 0) return { fingerprint: meant, found: here };
  const seen = new Set<PhoneNumber | null>([null, own]);
  const slice = new TimeSlice(time);
  for (const number of phones.anywhere(entry)) {
    if (number !== null && !seen.has(number)) {
      seen.add(number);
      const fingerprint = print(number);
      const found = booked(fingerprint);
      if (found.length > 0) return { fingerprint, found };
      if (phones.isMeant(entry)) meant ??= fingerprint;
    }
    await slice.yield();
    if (isHurried()) break;
  }
  return meant === null ? null : { fingerprint: meant, found: [] };
}
