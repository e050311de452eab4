import {
  type BookingId,
  bookingId,
  type DriverId,
  driverId,
  type Fingerprint,
  type WallMs,
} from '../../base/brand.ts';
import type { Secret } from '../../base/secret.ts';
import { tagIdentity } from '../../base/tag-number.ts';
import type { BookingRow, Vault } from '../ports.ts';
import type { BookingMembers } from './booking-row.ts';

/** A row on its way to the cache: hashed, but for its PIN. A file makes many, so they hold no more than is needed. */
export interface Draft extends Omit<BookingRow, 'pin' | 'origin'> {
  readonly row: number;
  readonly pin: Secret | null;
}

/** Keyed hash of a text that is no code: codes are digits only, so the two can never be mistaken for each other. */
const keyed = (vault: Vault, kind: string, text: string): string =>
  vault.fingerprint('code', `${kind}\n${text}`).slice(0, 32);

/** Same slot, start and credential: same booking, in whichever file it comes (contracts.md §3). */
function defaultId(vault: Vault, members: BookingMembers): BookingId {
  const { home, start, code, phone, badge } = members;
  const credential = code ?? phone ?? badge;
  return bookingId(`b-${keyed(vault, 'booking', `${home}\n${start}\n${credential?.reveal() ?? ''}`)}`);
}

/** Stands for a person in events; nobody without the box's pepper can tell who it is. */
const driverOf = (vault: Vault, driver: string | null): DriverId | null =>
  driver === null ? null : driverId(`d-${keyed(vault, 'driver', driver)}`);

export function draftOf(vault: Vault, row: number, members: BookingMembers): Draft {
  const { code, phone, badge } = members;
  return {
    row,
    pin: members.pin,
    id: members.id === null ? defaultId(vault, members) : bookingId(members.id),
    key: members.key,
    start: members.start,
    end: members.end,
    code: code === null ? null : vault.fingerprint('code', code.reveal()),
    phone: phone === null ? null : vault.fingerprint('phone', phone.reveal()),
    badge: badge === null ? null : vault.fingerprint('badge', tagIdentity(badge.reveal())),
    reuse: members.reuse,
    driver: driverOf(vault, members.driver),
  };
}

export const isOver = (window: { readonly end: WallMs | null }, now: WallMs): boolean =>
  window.end !== null && window.end <= now;

/** Says for whom a PIN is asked: by the phone, or else by the badge. */
export const subjectOf = (
  draft: Draft,
): { readonly by: 'phone' | 'badge'; readonly fingerprint: Fingerprint } | null => {
  if (draft.phone !== null) return { by: 'phone', fingerprint: draft.phone };
  return draft.badge === null ? null : { by: 'badge', fingerprint: draft.badge };
};
