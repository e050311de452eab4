import { randomBytes, randomInt } from 'node:crypto';
import { hours } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { digitsNeeded, isTrivial } from '../../base/code-strength.ts';
import { Fault } from '../../base/fault.ts';
import { instantText } from '../../base/instant.ts';
import { requireWritable } from '../ports/writable.ts';
import type { BoxHandle } from '../ports.ts';
import { type BookingMembers, readBooking } from './booking-row.ts';
import { type BoxContext, conflicts, FileBookings, overlapsInBox } from './conflicts.ts';
import { draftOf } from './draft.ts';
import { boxContextOf, rowOf } from './import.ts';
import { BadRows, Notes } from './notes.ts';

/** A booking for an emergency: longer than this and it belongs into a file or the relay (contracts.md §3). */
const longestMs = hours(24);
/** Tries at a code; the first `phoneTries` also refuse what merely looks like a phone number. */
const codeTries = 1_000;
const phoneTries = 500;

/** Members of a row, as the client gave them; `code` and `id` are the box's own. */
type Asked = { readonly [name: string]: Json | undefined };

interface LocalBooking {
  readonly id: string;
  readonly key: string;
  readonly start: string;
  readonly end: string;
  /** Told once; the box keeps only its keyed hash. */
  readonly code: string;
  readonly warnings: readonly string[];
}

/**
 * Makes a booking of this box alone, with a code of the box's own making.
 * @throws BadRows, Fault `too-long`, `already-over`, `no-code`, `storage-…`
 */
export async function addLocal(
  asked: Asked,
  by: { readonly who: string; readonly why: string },
  box: BoxHandle,
): Promise<LocalBooking> {
  requireWritable(box.state().health.storage);
  const boxContext = await boxContextOf(box);
  const code = madeCode(boxContext);
  const members = read({ ...asked, code, id: `local-${randomBytes(8).toString('hex')}` }, box, boxContext);
  const end = inBounds(members, boxContext);
  const draft = draftOf(box.vault, 0, members);
  const bad = new Notes();
  const odd = new Notes();
  const file = new FileBookings(boxContext.now);
  file.add(draft, bad);
  conflicts(draft, file, boxContext, bad, odd);
  overlapsInBox(draft, file, boxContext, odd);
  if (bad.count > 0) throw new BadRows(bad);
  box.write({ type: 'bookings-changed', count: 1, ...by, what: 'add-local', booking: draft.id }, () => {
    box.store.bookings.put(rowOf(draft, null, 'local'));
  });
  if (members.phone !== null) odd.add(0, draft.id, 'opens by phone number alone, without a PIN');
  return {
    id: draft.id,
    key: draft.key,
    start: instantText(draft.start),
    end: instantText(end),
    code,
    warnings: odd.kept.map(note => note.message),
  };
}

function read(row: Asked, box: BoxHandle, boxContext: BoxContext): BookingMembers {
  const { slots, keys } = box.state();
  const problems: string[] = [];
  const context = { slots: slots.map(slot => slot.id), keys, phones: boxContext.phones };
  const members = readBooking(row, context, problem => problems.push(problem));
  if (members !== null) return members;
  throw new Fault('bad-booking', problems.join('; '), 'See smartbox bookings --help.');
}

/** @throws Fault `too-long`, `already-over` */
function inBounds({ start, end }: BookingMembers, { now }: BoxContext) {
  if (end === null || end - start > longestMs) {
    throw new Fault(
      'too-long',
      'a local booking lasts 24 hours at most',
      'Give an earlier --end, or a shorter --for.',
    );
  }
  if (end > now) return end;
  throw new Fault('already-over', 'the booking would be over already', 'Give a later --end.');
}

/** rules.md 19. @throws Fault `no-code` */
function madeCode(boxContext: BoxContext): string {
  const digits = digitsNeeded(boxContext.slots);
  for (let tries = 0; tries < codeTries; tries += 1) {
    const code = randomInt(10 ** digits)
      .toString()
      .padStart(digits, '0');
    if (!isTrivial(code) && !likePhone(code, boxContext, tries < phoneTries) && !inUse(code, boxContext))
      return code;
  }
  throw new Fault('no-code', 'no free code was found', 'There may be too many bookings; end some.');
}

/** Where every number of that length is somebody's phone, only those of drivers are refused. */
function likePhone(code: string, { phones, bookings, vault, now }: BoxContext, anyPhone: boolean): boolean {
  const phone = phones.dialled(code);
  if (phone === null) return false;
  return anyPhone || bookings.byPhone(vault.fingerprint('phone', phone), now).length > 0;
}

const inUse = (code: string, { bookings, vault }: BoxContext): boolean =>
  bookings.codeOwner(vault.fingerprint('code', code), null) !== null;
