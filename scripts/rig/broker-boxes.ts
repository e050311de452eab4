import { hashPassword } from '../../src/relay/broker/password.ts';

/** The boxes that brokers of tests and benches know, and their passwords, which are made up. */
export const boxPasswords: Readonly<Record<string, string>> = {
  'depot-a': 'aaaa-password',
  'depot-b': 'bbbb-password',
};

/** A broker keeps these hashes of the passwords. */
export const boxHashes: ReadonlyMap<string, string> = new Map(
  Object.entries(boxPasswords).map(([box, password]) => [box, hashPassword(password)]),
);
