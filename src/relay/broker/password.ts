import { createHash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A box's broker password as the relay keeps it, in the very form of Mosquitto's password files
 * (`$7$ITERATIONS$SALT$HASH`, PBKDF2 with SHA-512, mosquitto_passwd(1)), so that one stored string serves both brokers.
 * Few iterations are enough: the password is 32 random bytes, not something that a person chose.
 */
const iterations = 101;
const iterationsMax = 10_000;
const saltBytes = 12;
const hashBytes = 64;

/** A hash in a password file has this shape: no colon and no line end can get in. */
export const passwordHashShape: RegExp = /^\$7\$([1-9]\d{0,4})\$([A-Za-z0-9+/]{16})\$([A-Za-z0-9+/]{86}==)$/;

export function hashPassword(password: string, salt: Uint8Array = randomBytes(saltBytes)): string {
  const hash = pbkdf2Sync(password, salt, iterations, hashBytes, 'sha512');
  return `$7$${iterations}$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}`;
}

/**
 * The relay's own password: the same one gives the same line of the file each time, so that a relay that starts finds its file
 * as it left it, and Mosquitto need not read it again. It is 32 random bytes, or as good as whoever chose it made it.
 */
export const hashRelayPassword = (password: string): string =>
  hashPassword(
    password,
    createHash('sha256').update('the relay at its broker\n').update(password).digest().subarray(0, saltBytes),
  );

/** For nobody: so that an unknown box costs what a wrong password costs. */
const nobody = `$7$${iterations}$${'A'.repeat(16)}$${'A'.repeat(86)}==`;

/** Takes as long for a wrong password as for a right one, and for no stored hash (null) too. */
export function passwordFits(stored: string | null, password: Uint8Array): boolean {
  const [, rounds = '', salt = '', hash = ''] = passwordHashShape.exec(stored ?? nobody) ?? [];
  if (rounds === '' || Number(rounds) > iterationsMax) return false;
  const found = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), hashBytes, 'sha512');
  return timingSafeEqual(found, Buffer.from(hash, 'base64')) && stored !== null;
}
