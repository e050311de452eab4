/** Checks of members that people send; each throws a Fault `bad-input` that names the member. */
import { type MailAddress, readMail } from '../../base/mail-address.ts';
import { cleanLine, lineProblem, withoutMarks } from '../../base/plain-line.ts';
import { readTag, type TagNumber } from '../../base/tag-number.ts';
import { readTimeZone, type TimeZone } from '../../base/time-zone.ts';
import { badInput } from './faults.ts';

/** The last millisecond of the year 9999, which every format can write. */
const instantMax = 253_402_300_799_999;
const slotMax = 999;
/** `112`: shorter ones are no numbers anywhere. */
const dialledDigitsMin = 3;

export function text(where: string, value: string, max: number): string {
  const trimmed = value.trim();
  if (trimmed.length > max) throw badInput(where, `has ${trimmed.length} characters, at most ${max}`);
  const why = lineProblem(trimmed);
  if (why !== null) throw badInput(where, why);
  return withoutMarks(trimmed).trim();
}

function instant(where: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > instantMax) throw badInput(where, 'is no instant');
  return value;
}

export function slotNumber(where: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= slotMax) return value;
  throw badInput(where, `must be a whole number from 1 to ${slotMax}`);
}

export function email(where: string, value: string): MailAddress {
  const reading = readMail(value);
  if (reading.is === 'read') return reading.address;
  throw badInput(where, reading.why, 'Write one address, such as anna@example.org.');
}

/**
 * A number that people dial and that nothing is sent to: also the short one of a switchboard, or one in letters. Whoever copies
 * it out of an address book brings direction marks along.
 */
export function dialled(where: string, value: string, max: number): string {
  const number = text(where, cleanLine(value), max);
  if (number.replaceAll(/\D/g, '').length >= dialledDigitsMin) return number;
  throw badInput(
    where,
    'is no number that people can dial',
    'Write it as they dial it, such as +31 20 123 4567.',
  );
}

/** Number of a tag or badge, and what people are to be told of it although it was taken. */
export interface Tag {
  readonly number: TagNumber;
  readonly doubt: string | null;
}

export function tag(where: string, value: string): Tag {
  const reading = readTag(value);
  if (reading.is === 'read') return reading;
  throw badInput(where, reading.why, 'Write the ten digits that a reader sends, or tap the tag at the box.');
}

export function timeZone(where: string, value: string): TimeZone {
  const zone = readTimeZone(value.trim());
  if (zone !== null) return zone;
  throw badInput(where, 'is no zone such as Europe/Amsterdam');
}

export function window(start: number, end: number | null): void {
  instant('start', start);
  if (end === null) return;
  instant('end', end);
  if (end <= start) throw badInput('end', 'must be later than start');
}

/** Pages are bounded, whatever is asked for. */
export interface Page {
  /** The last id (or number) of the page before; null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
}

/** A page of a list that is sorted by more than an id: `after` is where the last of the page before stood. */
export interface PageFrom<Place> {
  readonly after: Place | null;
  readonly limit: number;
}

const pageMax = 1_000;

export function pageSize({ limit }: Pick<Page, 'limit'>): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= pageMax) return limit;
  throw badInput('limit', `must be a whole number from 1 to ${pageMax}`);
}
