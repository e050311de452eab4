import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';

/** The `args` of a request: from outside, believed in nothing. Every reader throws Fault `bad-request`. */
export type Args = { readonly [name: string]: Json | undefined };

export const badRequest = (message: string): Fault =>
  new Fault('bad-request', message, 'Use the smartbox of the same release as smartboxd.');

/** Text without control characters, 1 to `max` characters. */
export function plainText(value: Json | undefined, name: string, max: number): string {
  if (typeof value !== 'string') throw badRequest(`${name} must be text`);
  if (value.length === 0) throw badRequest(`${name} must not be empty`);
  if (value.length > max) throw badRequest(`${name} is longer than ${max} characters`);
  if (/\p{Cc}/u.test(value)) throw badRequest(`${name} holds a control character`);
  return value;
}

export const textArg = (args: Args, name: string, max = 256): string => plainText(args[name], name, max);

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
    throw badRequest(`${name} must lie between ${range.min} and ${range.max}, not ${value}`);
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
