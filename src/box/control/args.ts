import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { lineProblem, withoutMarks } from '../../base/plain-line.ts';

/** The `args` of a request: from outside, believed in nothing. Every reader throws Fault `bad-request`. */
export type Args = { readonly [name: string]: Json | undefined };

export const badRequest = (message: string): Fault =>
  new Fault('bad-request', message, 'Use the smartbox of the same release as smartboxd.');

function shortText(value: Json | undefined, name: string, max: number): string {
  if (typeof value !== 'string') throw badRequest(`${name} must be text`);
  if (value.length === 0) throw badRequest(`${name} must not be empty`);
  if (value.length > max) throw badRequest(`${name} is longer than ${max} characters`);
  return value;
}

/** One line with nothing in it that hides, 1 to `max` characters. */
export function plainText(given: Json | undefined, name: string, max: number): string {
  const value = shortText(given, name, max);
  const problem = lineProblem(value);
  if (problem !== null) throw badRequest(`${name} ${problem}`);
  return withoutMarks(value);
}

export const textArg = (args: Args, name: string, max = 256): string => plainText(args[name], name, max);

/** Text by which something is found again: as it stands, whatever rule it was taken by. */
export function soughtArg(args: Args, name: string, max: number): string {
  const value = shortText(args[name], name, max);
  if (/[\p{Cc}\p{Cs}]/u.test(value)) throw badRequest(`${name} holds a control character, or half of one`);
  return value;
}

export const optionalText = (args: Args, name: string, max = 256): string | null =>
  args[name] === undefined || args[name] === null ? null : textArg(args, name, max);

export function wholeArg(
  args: Args,
  name: string,
  range: { readonly min: number; readonly max: number },
): number {
  const value = args[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw badRequest(`${name} must be a whole number`);
  }
  if (value < range.min || value > range.max) {
    throw new Fault(
      'bad-request',
      `${name} must lie between ${range.min} and ${range.max}, not ${value}`,
      'Give one in between.',
    );
  }
  return value;
}

export const optionalWhole = (
  args: Args,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | null => (args[name] === undefined || args[name] === null ? null : wholeArg(args, name, range));

export function flagArg(args: Args, name: string): boolean {
  const value = args[name];
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw badRequest(`${name} must be true or false`);
  return value;
}
