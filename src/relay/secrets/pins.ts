import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import type { Brand } from '../../base/brand.ts';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';

/** `r1$SALT$HASH` (wire/records.ts): all that is ever stored of a PIN, and what a box receives. */
export type PinHash = Brand<string, 'PinHash'>;

/** rules.md 20: 16 MiB, as a box computes it. */
const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };
const saltBytes = 16;
const hashBytes = 32;
/** How many may wait: each takes some 40 ms. */
const waitingMax = 64;

/** Hashes PINs one at a time on the thread pool, so that a flood of them leaves it to others. */
export class PinHasher {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @throws Fault `bad-input` for anything but 4–8 digits; `pins-busy`
   */
  async hash(pin: Secret): Promise<PinHash> {
    if (!/^\d{4,8}$/.test(pin.reveal()))
      throw new Fault('bad-input', 'pin: must be 4 to 8 digits', 'Choose another PIN.');
    if (this.#waiting >= waitingMax)
      throw new Fault('pins-busy', 'too many PINs are being set', 'Try again in a few seconds.');
    this.#waiting += 1;
    const turn = this.#last.then(() => hashed(pin));
    this.#last = turn.catch(() => undefined);
    return turn.finally(() => {
      this.#waiting -= 1;
    });
  }
}

function hashed(pin: Secret): Promise<PinHash> {
  const salt = randomBytes(saltBytes);
  return new Promise((resolve, reject) => {
    scrypt(pin.reveal(), salt, hashBytes, cost, (error, hash) => {
      if (error === null) resolve(`r1$${salt.toString('base64')}$${hash.toString('base64')}` as PinHash);
      else reject(error);
    });
  });
}
