import type { Context } from './context.ts';

/** Crockford's base 32 in lower case. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeChars = 9;
const randomChars = 16;

const letters = (bytes: Uint8Array): string => Array.from(bytes, byte => alphabet[byte & 31] ?? '0').join('');

/** So many letters from a CSPRNG, 5 bits each. */
export const randomLetters = (random: Context['random'], count: number): string => letters(random(count));

/** `b_01hqz…`: ids sort in the order in which they were made, to the millisecond; 80 bits of chance. */
export function newId(kind: string, { now, random }: Pick<Context, 'now' | 'random'>): string {
  let left: number = now;
  let time = '';
  for (let at = 0; at < timeChars; at += 1) {
    time = (alphabet[left % 32] ?? '0') + time;
    left = Math.floor(left / 32);
  }
  return `${kind}_${time}${letters(random(randomChars))}`;
}
