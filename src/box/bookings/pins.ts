import type { Fingerprint } from '../../base/brand.ts';
import type { Secret } from '../../base/secret.ts';
import type { BoxHandle } from '../ports.ts';
import { type Draft, subjectOf } from './draft.ts';

/**
 * Verifiers for the PINs of a file, one hash at a time. The same PIN of the same phone is hashed once, and a verifier that
 * the box holds already is kept where it fits, so that importing a file twice changes nothing.
 */
export class Pins {
  readonly #box: Pick<BoxHandle, 'vault' | 'store'>;
  readonly #known = new Map<Fingerprint, { readonly pin: Secret; readonly verifier: string }[]>();
  #done = 0;

  constructor(box: Pick<BoxHandle, 'vault' | 'store'>) {
    this.#box = box;
  }

  get done(): number {
    return this.#done;
  }

  /** Null where the row has no PIN. */
  async verifierOf(draft: Draft): Promise<string | null> {
    const { pin } = draft;
    const subject = subjectOf(draft);
    if (pin === null || subject === null) return null;
    this.#done += 1;
    const known = this.#known.get(subject.fingerprint) ?? [];
    const twin = known.find(each => each.pin.reveal() === pin.reveal());
    if (twin !== undefined) return twin.verifier;
    const verifier = (await this.#held(draft, subject, pin)) ?? (await this.#box.vault.hashPin(pin));
    this.#known.set(subject.fingerprint, [...known, { pin, verifier }]);
    return verifier;
  }

  async #held(
    draft: Draft,
    subject: NonNullable<ReturnType<typeof subjectOf>>,
    pin: Secret,
  ): Promise<string | null> {
    const held = this.#box.store.bookings.verifiers(subject);
    const own = held.filter(each => each.bookings.includes(draft.id));
    for (const { verifier } of [...own, ...held.filter(each => !own.includes(each))]) {
      if (await this.#box.vault.verifyPin(pin, verifier)) return verifier;
    }
    return null;
  }
}
