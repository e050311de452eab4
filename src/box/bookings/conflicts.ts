import type { Fingerprint, WallMs } from '../../base/brand.ts';
import { codeDigits, digitsNeeded, isTrivial } from '../../base/code-strength.ts';
import type { Bookings, Keys, Phones, Vault } from '../ports.ts';
import type { BookingMembers } from './booking-row.ts';
import { type Draft, isOver } from './draft.ts';
import type { Notes } from './notes.ts';

/** Rows are judged beside these. */
export interface BoxContext {
  readonly bookings: Bookings;
  readonly keys: Keys;
  readonly vault: Vault;
  readonly phones: Phones;
  readonly now: WallMs;
  readonly slots: number;
  readonly badgeNeedsPin: boolean;
}

/** Rows of one file beside each other: what no row can tell by itself. */
export class FileBookings {
  readonly #ids = new Map<string, Draft>();
  readonly #codes = new Map<Fingerprint, Draft>();
  readonly #now: WallMs;

  constructor(now: WallMs) {
    this.#now = now;
  }

  /** Says whether the row may stay. */
  add(draft: Draft, bad: Notes): boolean {
    const twin = this.#ids.get(draft.id);
    if (twin !== undefined) {
      bad.add(draft.row, draft.id, `is the same booking as row ${twin.row}`);
      return false;
    }
    this.#ids.set(draft.id, draft);
    if (draft.code === null || isOver(draft, this.#now)) return true;
    const rival = this.#codes.get(draft.code);
    if (rival !== undefined) bad.add(draft.row, draft.id, `has the same code as row ${rival.row}`);
    else this.#codes.set(draft.code, draft);
    return rival === undefined;
  }

  get(id: string): Draft | null {
    return this.#ids.get(id) ?? null;
  }
}

/** A row beside what the box holds already: refusals. */
export function conflicts(
  draft: Draft,
  file: FileBookings,
  boxContext: BoxContext,
  bad: Notes,
  odd: Notes,
): void {
  const { bookings, keys, now } = boxContext;
  if (draft.badge !== null) {
    const key = keys.byTag(draft.badge);
    if (key !== null) bad.add(draft.row, draft.id, `its badge is the tag of key ${key}`);
  }
  if (draft.code === null || isOver(draft, now)) return;
  const owner = bookings.codeOwner(draft.code, draft.id);
  // A row of this file replaces the owner, with a code of its own that was compared already.
  if (owner === null || file.get(owner) !== null) return;
  const view = bookings.get(owner);
  const live = view !== null && !view.cancelled && !isOver(view, now) && view.use?.codeUsed !== true;
  if (live) bad.add(draft.row, draft.id, `has the code of booking ${owner}`);
  else odd.add(draft.row, draft.id, `has the code that booking ${owner} used in the last 90 days`);
}

/** Notes what is odd about a row as it was typed, and accepted. */
export function oddities(draft: Draft, members: BookingMembers, boxContext: BoxContext, odd: Notes): void {
  const say = (message: string): void => odd.add(draft.row, draft.id, message);
  const { code, pin, badge, phone } = members;
  members.doubts.forEach(say);
  if (code !== null && !isOver(draft, boxContext.now))
    weakCode(code.reveal(), phone?.reveal(), boxContext.slots, say);
  if (badge !== null && pin === null && boxContext.badgeNeedsPin) {
    say('has a badge without a pin, which opens nothing while badgeNeedsPin is on');
  }
}

function weakCode(
  code: string,
  phone: string | undefined,
  slots: number,
  say: (message: string) => void,
): void {
  const needed = digitsNeeded(slots);
  if (code.length < needed && code.length < codeDigits.max) {
    say(`has a code of ${code.length} digits; a box of ${slots} slots needs ${needed}`);
  }
  if (isTrivial(code)) say('has a code that is easily guessed (a repeat or a run)');
  if (phone?.includes(code.replace(/^0+/, '')) === true) say('has a code that is part of its phone number');
}

/** Overlapping bookings of one key: sorted once, then each is compared with the one that reaches furthest so far. */
export function overlapsInFile(drafts: readonly Draft[], odd: Notes): void {
  const sorted = [...drafts].sort((a, b) => a.start - b.start);
  let furthest: Draft | null = null;
  for (const draft of sorted) {
    if (furthest !== null && (furthest.end === null || furthest.end > draft.start)) {
      odd.add(draft.row, draft.id, `overlaps row ${furthest.row}, of the same key ${draft.key}`);
    }
    const reaches: boolean = furthest === null || laterEnd(draft, furthest);
    if (reaches) furthest = draft;
  }
}

const laterEnd = (a: Draft, b: Draft): boolean => b.end !== null && (a.end === null || a.end > b.end);

export function overlapsInBox(draft: Draft, file: FileBookings, boxContext: BoxContext, odd: Notes): void {
  if (isOver(draft, boxContext.now)) return;
  for (const id of boxContext.bookings.overlapping(draft)) {
    if (file.get(id) === null)
      odd.add(draft.row, draft.id, `overlaps booking ${id}, of the same key ${draft.key}`);
  }
}
