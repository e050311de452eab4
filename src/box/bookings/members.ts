import type { Json } from '../../base/canonical.ts';

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

/** Text without control characters; null where it is absent or wrong. */
export function text(row: Row, name: string, max: number): string | null {
  const value = row.members[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return wrong(row, `${name} must be text`);
  if (value.trim() === '') return wrong(row, `${name} is empty`);
  if (value.length > max) return wrong(row, `${name} is longer than ${max} characters`);
  if (/\p{Cc}/u.test(value)) return wrong(row, `${name} holds a control character`);
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

/** The number of an EM4100 tag as readers of that kind give it: 10 hexadecimal digits, in capitals. */
export function tagNumber(row: Row, name: string): string | null {
  const value = row.members[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !/^[0-9A-Fa-f]{10}$/.test(value)) {
    return wrong(row, `${name} must be the 10 hexadecimal digits of an EM4100 tag, in quotes`);
  }
  // Readers make this number up when they read badly; the box believes in no such tag.
  return /^0+$/.test(value) ? wrong(row, `${name} is all zeros, which is no tag`) : value.toUpperCase();
}

function wrong(row: Row, problem: string): null {
  row.say(problem);
  return null;
}

export const quoted = (value: string): string =>
  JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
