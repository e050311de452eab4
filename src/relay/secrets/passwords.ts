/** Passwords of people who look after an account: whether one can be chosen, and what is kept of it. */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Brand } from '../../base/brand.ts';
import { Fault, WrongMember } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { Turns } from './turns.ts';

/** `$argon2id$v=19$m=…,t=…,p=…$SALT$HASH` (the PHC string format): all that is ever stored of a password. */
type PasswordHash = Brand<string, 'PasswordHash'>;

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

const charactersMin = 12;
const charactersMax = 256;

/** Named, so that a page can say it in its reader's language. */
export type PasswordFlaw = 'too-short' | 'too-long' | 'one-character' | 'is-known';

const flawText: Readonly<Record<PasswordFlaw, string>> = {
  'too-short': `must have at least ${charactersMin} characters`,
  'too-long': `must have at most ${charactersMax} characters`,
  'one-character': 'is one character again and again',
  'is-known': 'is the name or the mail address',
};

/** One text, however a keyboard has composed its letters (NFC); spaces are part of it. */
const composed = (password: Secret): string => password.reveal().normalize('NFC');

/**
 * Null: it can be chosen.
 * @param known words by which anybody knows the person
 */
export function passwordFlaw(password: Secret, known: readonly string[]): PasswordFlaw | null {
  // Before it is composed: the work of that grows with it.
  if (password.length > charactersMax * 4) return 'too-long';
  const text = composed(password);
  const characters = [...text];
  if (characters.length < charactersMin) return 'too-short';
  if (characters.length > charactersMax) return 'too-long';
  if (new Set(characters).size === 1) return 'one-character';
  const small = text.trim().toLowerCase();
  return known.some(word => word.trim().toLowerCase() === small) ? 'is-known' : null;
}

/** A password that cannot be chosen. */
export class WeakPassword extends WrongMember {
  readonly flaw: PasswordFlaw;

  constructor(flaw: PasswordFlaw) {
    super('password', flawText[flaw], 'Choose another one: some words that only you put together do well.');
    this.flaw = flaw;
  }
}

/** Compared with where nobody has the address, or has chosen no password: it matches nothing, and takes as long. */
const nobody = encoded(Buffer.alloc(saltBytes), Buffer.alloc(hashBytes));

/** Hashes passwords one at a time on the thread pool; whoever asks takes turns with the others. */
export class PasswordHasher {
  readonly #turns = new Turns(
    () =>
      new Fault('passwords-busy', 'too many people sign in at this moment', 'Try again in a few seconds.'),
  );

  /**
   * `asker`: in whose turn.
   * @throws WeakPassword; Fault `passwords-busy`
   */
  async hash(asker: string, password: Secret, known: readonly string[]): Promise<PasswordHash> {
    const flaw = passwordFlaw(password, known);
    if (flaw !== null) throw new WeakPassword(flaw);
    const salt = randomBytes(saltBytes);
    return encoded(salt, await this.#turns.inTurn(asker, () => derived(password, salt)));
  }

  /**
   * Whether this is the password of which `stored` is kept; null: there is none, which takes as long to be found.
   * @throws Fault `passwords-busy`
   */
  async matches(asker: string, password: Secret, stored: string | null): Promise<boolean> {
    // Nobody has chosen it, whoever was asked for.
    if (password.length > charactersMax * 4) return false;
    const [, , , , salt = '', hash = ''] = (stored ?? nobody).split('$');
    const found = await this.#turns.inTurn(asker, () => derived(password, Buffer.from(salt, 'base64')));
    const kept = Buffer.from(hash, 'base64');
    return found.length === kept.length && timingSafeEqual(found, kept) && stored !== null;
  }
}

function encoded(salt: Uint8Array, hash: Uint8Array): PasswordHash {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}` as PasswordHash;
}

function derived(password: Secret, nonce: Uint8Array): Promise<Buffer> {
  const parameters: Argon2Parameters = { ...cost, message: composed(password), nonce, tagLength: hashBytes };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
