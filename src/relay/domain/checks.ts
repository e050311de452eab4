/** What people may send, member by member; each throws a Fault `bad-input` that names the member. */
import { badInput } from './faults.ts';

/** Characters that show nothing, or that a database refuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u001f\u007f]/;
/** The last millisecond of the year 9999, which every format can write. */
const instantMax = 253_402_300_799_999;
const slotMax = 999;

export function text(where: string, value: string, max: number): string {
  const trimmed = value.trim();
  if (trimmed === '') throw badInput(where, 'is empty');
  if (trimmed.length > max) throw badInput(where, `has ${trimmed.length} characters, at most ${max}`);
  if (control.test(trimmed)) throw badInput(where, 'holds a control character');
  return trimmed;
}

export function instant(where: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > instantMax) throw badInput(where, 'is no instant');
  return value;
}

export function slotNumber(where: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= slotMax) return value;
  throw badInput(where, `must be a whole number from 1 to ${slotMax}`);
}

export function email(where: string, value: string): string {
  const trimmed = text(where, value, 254);
  if (!/^[^\s@<>"(),;:]+@[^\s@<>"(),;:]+$/.test(trimmed)) throw badInput(where, 'is no mail address');
  return trimmed.toLowerCase();
}

/** Number of a tag or badge as a reader prints it. */
export function card(where: string, value: string): string {
  const plain = text(where, value, 64);
  if (!/^[\x21-\x7e]+$/.test(plain)) throw badInput(where, 'must be the number as the reader prints it');
  return plain;
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

export const pageMax = 1_000;

export function pageSize({ limit }: Page): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= pageMax) return limit;
  throw badInput('limit', `must be a whole number from 1 to ${pageMax}`);
}
