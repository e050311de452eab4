import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Fault } from '../../../base/fault.ts';
import type { Secret } from '../../../base/secret.ts';

/** 16 MiB and some 40 ms on a desktop, near a second on a small Pi (rules.md 20). */
const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };
const saltBytes = 16;
const hashBytes = 32;

/** How many may wait for the one that is being computed. */
export const pinQueueMax = 16;

/** `s1$salt$hash`, both base64. */
const shape = /^s1\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)$/;

/** A relay makes this of a PIN with the same cost, not keyed yet (wire/records.ts). */
const relayShape = /^r1\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)$/;

/** Keyed with the pepper: a copied database without it cannot be searched for PINs. */
type Keyed = (bytes: Uint8Array) => Uint8Array;

/** Memory-hard hashes of PINs, one at a time, off the event loop. */
export class Pins {
  readonly #keyed: Keyed;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(keyed: Keyed) {
    this.#keyed = keyed;
  }

  /** @throws Fault `pins-busy` */
  async hash(pin: Secret): Promise<string> {
    const salt = randomBytes(saltBytes);
    const hash = await this.#derive(pin, salt);
    return `s1$${salt.toString('base64')}$${hash.toString('base64')}`;
  }

  /** @throws Fault `pins-busy` */
  async verify(pin: Secret, verifier: string): Promise<boolean> {
    const match = shape.exec(verifier);
    const salt = Buffer.from(match?.[1] ?? '', 'base64');
    const expected = Buffer.from(match?.[2] ?? '', 'base64');
    const found = await this.#derive(pin, match === null ? randomBytes(saltBytes) : salt);
    return match !== null && timingSafeEqual(found, expected);
  }

  /** Null for anything malformed. */
  keyed(verifier: string): string | null {
    const [, salt, hash] = relayShape.exec(verifier) ?? [];
    if (salt === undefined || hash === undefined) return null;
    const keyed = this.#keyed(Buffer.from(hash, 'base64'));
    return `s1$${salt}$${Buffer.from(keyed).toString('base64')}`;
  }

  #derive(pin: Secret, salt: Buffer): Promise<Buffer> {
    if (this.#waiting > pinQueueMax) {
      throw new Fault('pins-busy', 'too many PINs are being compared', 'Try again in a few seconds.');
    }
    this.#waiting += 1;
    const turn = this.#last.then(() => derived(pin, salt));
    this.#last = turn.catch(() => undefined);
    return turn
      .then(raw => Buffer.from(this.#keyed(raw)))
      .finally(() => {
        this.#waiting -= 1;
      });
  }
}

const derived = (pin: Secret, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(pin.reveal(), salt, hashBytes, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
