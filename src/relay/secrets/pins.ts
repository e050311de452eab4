import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Brand } from '../../base/brand.ts';
import { Fault, WrongMember } from '../../base/fault.ts';
import { type PinFlaw, pinFlaw, pinFlawText } from '../../base/pin-strength.ts';
import type { Secret } from '../../base/secret.ts';
import { Turns } from './turns.ts';

/** `r1$SALT$HASH` (wire/records.ts): all that is ever stored of a PIN, and what a box receives. */
type PinHash = Brand<string, 'PinHash'>;

/** rules.md 20: 16 MiB, as a box computes it. */
const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };
const saltBytes = 16;
const hashBytes = 32;

/** Says as a Fault why a PIN cannot be chosen. */
const pinFault = (flaw: PinFlaw): Fault => new WrongMember('pin', pinFlawText[flaw], 'Choose another PIN.');

/** A PIN that somebody chose just now: good in itself, and still to be held against the phone that it goes with. */
export class NewPin {
  readonly hash: PinHash;
  readonly #pin: Secret;

  constructor(hash: PinHash, pin: Secret) {
    this.hash = hash;
    this.#pin = pin;
  }

  /**
   * Its hash, for whoever has this phone (E.164) or none.
   * @throws Fault `bad-input` where it is part of it
   */
  hashFor(phone: string | null): PinHash {
    const flaw = pinFlaw(this.#pin.reveal(), phone);
    if (flaw !== null) throw pinFault(flaw);
    return this.hash;
  }
}

/**
 * Hashes PINs one at a time on the thread pool, so that a flood of them leaves it to others; accounts take turns, so that one
 * account's flood costs another at most one PIN's time.
 */
export class PinHasher {
  readonly #turns = new Turns(
    () => new Fault('pins-busy', 'too many PINs are being set', 'Try again in a few seconds.'),
  );

  /**
   * `account`: in whose turn.
   * @throws Fault `bad-input` for anything but 4–8 digits, and for what is easily guessed; `pins-busy`
   */
  async hash(account: string, pin: Secret): Promise<NewPin> {
    const flaw = pinFlaw(pin.reveal(), null);
    if (flaw !== null) throw pinFault(flaw);
    return new NewPin(await this.#inTurn(account, pin, randomBytes(saltBytes)), pin);
  }

  /**
   * Whether this is the PIN of which `stored` is kept.
   * @throws Fault `pins-busy`
   */
  async matches(account: string, pin: Secret, stored: string): Promise<boolean> {
    const [, salt = ''] = stored.split('$');
    const found = await this.#inTurn(account, pin, Buffer.from(salt, 'base64'));
    const [a, b] = [Buffer.from(found), Buffer.from(stored)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  #inTurn(account: string, pin: Secret, salt: Uint8Array): Promise<PinHash> {
    return this.#turns.inTurn(account, () => hashed(pin, salt));
  }
}

function hashed(pin: Secret, salt: Uint8Array): Promise<PinHash> {
  return new Promise((resolve, reject) => {
    scrypt(pin.reveal(), salt, hashBytes, cost, (error, hash) => {
      if (error === null)
        resolve(`r1$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}` as PinHash);
      else reject(error);
    });
  });
}
