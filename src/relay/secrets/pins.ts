import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Brand } from '../../base/brand.ts';
import { Fault, WrongMember } from '../../base/fault.ts';
import { type PinFlaw, pinFlaw, pinFlawText } from '../../base/pin-strength.ts';
import type { Secret } from '../../base/secret.ts';

/** `r1$SALT$HASH` (wire/records.ts): all that is ever stored of a PIN, and what a box receives. */
type PinHash = Brand<string, 'PinHash'>;

/** rules.md 20: 16 MiB, as a box computes it. */
const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };
const saltBytes = 16;
const hashBytes = 32;
/** How many of one account may wait: each takes some 40 ms. */
const waitingMax = 64;
/** And of all accounts together. */
const allWaitingMax = 1_024;

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

interface Waiting {
  readonly pin: Secret;
  readonly salt: Uint8Array;
  readonly done: (hash: PinHash) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Hashes PINs one at a time on the thread pool, so that a flood of them leaves it to others; accounts take turns, so that one
 * account's flood costs another at most one PIN's time.
 */
export class PinHasher {
  /** The account whose turn is next stands first; none is here without a PIN that waits. */
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;
  #running = false;

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

  async #inTurn(account: string, pin: Secret, salt: Uint8Array): Promise<PinHash> {
    const queue = this.#waiting.get(account) ?? [];
    if (queue.length >= waitingMax || this.#count >= allWaitingMax)
      throw new Fault('pins-busy', 'too many PINs are being set', 'Try again in a few seconds.');
    return await new Promise((done, failed) => {
      queue.push({ pin, salt, done, failed });
      this.#waiting.set(account, queue);
      this.#count += 1;
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#next(); next !== null; next = this.#next())
      try {
        next.done(await hashed(next));
      } catch (error) {
        next.failed(error);
      }
    this.#running = false;
  }

  /** From the account whose turn it is, which then waits behind the others. */
  #next(): Waiting | null {
    for (const [account, queue] of this.#waiting) {
      const next = queue.shift();
      this.#waiting.delete(account);
      if (queue.length > 0) this.#waiting.set(account, queue);
      if (next === undefined) continue;
      this.#count -= 1;
      return next;
    }
    return null;
  }
}

function hashed({ pin, salt }: Pick<Waiting, 'pin' | 'salt'>): Promise<PinHash> {
  return new Promise((resolve, reject) => {
    scrypt(pin.reveal(), salt, hashBytes, cost, (error, hash) => {
      if (error === null)
        resolve(`r1$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}` as PinHash);
      else reject(error);
    });
  });
}
