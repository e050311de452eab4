import type { Json } from '../../base/canonical.ts';
import { lineProblem, withoutMarks } from '../../base/plain-line.ts';
import { readTag, type TagNumber } from '../../base/tag-number.ts';

/** The members of one row of a file, read one by one; what is wrong is said, and the reading goes on. */
export interface Row {
  readonly members: { readonly [name: string]: Json | undefined };
  readonly say: (problem: string) => void;
}

/** An absent member and `null` mean the same, except where a member says otherwise. */
export const given = (row: Row, name: string): boolean =>
  row.members[name] !== undefined && row.members[name] !== null;

export function unknownMembers(row: Row, known: readonly string[]): void {
  for (const name of Object.keys(row.members)) {
    if (!known.includes(name))
      row.say(`has a member ${quoted(name)} that nobody knows; known are ${known.join(', ')}`);
  }
}

/** One line with nothing in it that hides; null where it is absent or wrong. */
export function text(row: Row, name: string, max: number): string | null {
  const value = shortText(row, name, max);
  if (value === null) return null;
  const problem = lineProblem(value);
  return problem === null ? withoutMarks(value) : wrong(row, `${name} ${problem}`);
}

/** Text by which something is found again, or that its own reader reads: as it stands, so that what was taken before is found. */
export function typed(row: Row, name: string, max: number): string | null {
  const value = shortText(row, name, max);
  if (value === null || !/[\p{Cc}\p{Cs}]/u.test(value)) return value;
  return wrong(row, `${name} holds a control character, or half of one`);
}

function shortText(row: Row, name: string, max: number): string | null {
  const value = row.members[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return wrong(row, `${name} must be text`);
  if (value.trim() === '') return wrong(row, `${name} is empty`);
  if (value.length > max) return wrong(row, `${name} is longer than ${max} characters`);
  return value;
}

/** Digits as text: a JSON number has already lost its leading zeros. */
export function digits(
  row: Row,
  name: string,
  range: { readonly min: number; readonly max: number },
): string | null {
  const value = row.members[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') {
    return wrong(row, `${name} must be text in quotes: a number loses its leading zeros`);
  }
  if (typeof value !== 'string' || !/^[0-9]+$/.test(value)) return wrong(row, `${name} must be digits`);
  if (value.length < range.min || value.length > range.max) {
    return wrong(row, `${name} must have ${range.min} to ${range.max} digits, not ${value.length}`);
  }
  return value;
}

/** Number of a tag or badge. `doubts` is told of one that was taken although it is not certain. */
export function tagNumber(row: Row, name: string, doubts: string[]): TagNumber | null {
  const value = row.members[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number')
    return wrong(row, `${name} must be text in quotes: a number loses its leading zeros`);
  if (typeof value !== 'string') return wrong(row, `${name} must be text`);
  const reading = readTag(value);
  if (reading.is === 'refused') return wrong(row, `${name} ${reading.why}`);
  if (reading.doubt !== null) doubts.push(`${name} ${reading.doubt}`);
  return reading.number;
}

function wrong(row: Row, problem: string): null {
  row.say(problem);
  return null;
}

export const quoted = (value: string): string =>
  JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
