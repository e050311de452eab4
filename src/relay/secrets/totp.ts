/** Six digits that an app shows for thirty seconds (RFC 6238: HMAC-SHA-1, which every one of them computes), and codes for who has lost it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../base/random.ts';

const stepMs = 30_000;
const digits = 6;
/** As long as the hash (RFC 4226 §4, R6). */
const secretBytes = 20;
/** A clock may be so many steps before or after ours. */
const drift = 1;

const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** As apps read it: five bits a letter. Twenty bytes need no filling up. */
const base32 = (bytes: Uint8Array): string =>
  (Buffer.from(bytes).toString('hex').match(/.{10}/g) ?? [])
    .map(five => Number.parseInt(five, 16).toString(32).padStart(8, '0'))
    .join('')
    .replaceAll(/./g, letter => base32Letters.charAt(Number.parseInt(letter, 32)));

function bytesOf(secret: string): Buffer {
  const numbers = [...secret].map(letter => base32Letters.indexOf(letter).toString(2).padStart(5, '0'));
  const bits = numbers.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bits.map(each => Number.parseInt(each, 2)));
}

/** 32 letters, as apps take them in. */
export const newTotpSecret = (random: Random): string => base32(random(secretBytes));

export const stepAt = (ms: number): number => Math.floor(ms / stepMs);

export function codeOfStep(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  const number = hash.readUInt32BE(at) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The step whose digits were typed, among those of now; null: they are none of these.
 * @param after the last step that was used: it and those before count no more
 */
export function stepOf(secret: string, typed: string, nowMs: number, after: number): number | null {
  const given = Buffer.from(typed.replaceAll(/\s/g, ''));
  if (given.length !== digits) return null;
  const now = stepAt(nowMs);
  const steps = Array.from({ length: 2 * drift + 1 }, (_, at) => now - drift + at);
  const right = steps.filter(step => timingSafeEqual(given, Buffer.from(codeOfStep(secret, step))));
  return right.find(step => step > after) ?? null;
}

/** An app reads it from a QR code; `:` would end the name of who issues it. */
export function totpAddress(secret: string, issuer: string, name: string): string {
  const by = encodeURIComponent(issuer.replaceAll(':', ' '));
  return `otpauth://totp/${by}:${encodeURIComponent(name)}?secret=${secret}&issuer=${by}`;
}

const recoveryCount = 10;
/** No two of them look alike, and none makes words (Crockford’s base 32). */
const recoveryLetters = '0123456789abcdefghjkmnpqrstvwxyz';
const recoveryLength = 10;

/** Fifty bits each: `4f7kd-9w2xz`. */
export const newRecoveryCodes = (random: Random): readonly string[] =>
  Array.from({ length: recoveryCount }, () => {
    const letters = [...random(recoveryLength)].map(byte => recoveryLetters.charAt(byte & 31)).join('');
    return `${letters.slice(0, 5)}-${letters.slice(5)}`;
  });

/** As it was made, however somebody copied it from paper; null: it is none. */
export function readRecoveryCode(typed: string): string | null {
  // More than a code with every gap that somebody might leave.
  if (typed.length > 40) return null;
  const letters = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  const isOne =
    letters.length === recoveryLength && [...letters].every(each => recoveryLetters.includes(each));
  return isOne ? `${letters.slice(0, 5)}-${letters.slice(5)}` : null;
}
