/** The relay's own keys while it runs: the newest signs, the older ones lead boxes on that were dark. */
import type { Kysely } from 'kysely';
import { upKey } from '../../wire/envelope.ts';
import { type Handover, handoversMax } from '../../wire/relay-key.ts';
import { type Identity, identities } from '../domain/identity.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import type { Tables } from '../store/tables.ts';

export class KeyRing {
  readonly #all: readonly Identity[];
  readonly #byId: ReadonlyMap<string, Identity>;

  constructor(all: readonly Identity[]) {
    this.#all = all;
    this.#byId = new Map(all.map(each => [each.id, each]));
  }

  /** @throws Fault `at-rest` */
  static async load(db: Kysely<Tables>, atRest: AtRest): Promise<KeyRing> {
    return new KeyRing(await identities(db, atRest));
  }

  /** Null before the first start has made one. */
  get newest(): Identity | null {
    return this.#all.at(-1) ?? null;
  }

  get(id: string): Identity | null {
    return this.#byId.get(id) ?? null;
  }

  /** How a box that has pinned `id` comes to the newest key, as far as one message goes; null: no way leads there. */
  chainFrom(id: string): readonly Handover[] | null {
    const at = this.#all.findIndex(each => each.id === id);
    if (at < 0) return null;
    const chain: Handover[] = [];
    for (const { handover } of this.#all.slice(at + 1, at + 1 + handoversMax)) {
      if (handover === null) return null;
      chain.push(handover);
    }
    return chain.length === 0 ? null : chain;
  }

  /** Under which a box speaks to that key of the relay. */
  upKey(id: string, box: { readonly id: string; readonly seal: string }): Uint8Array | null {
    const identity = this.get(id);
    if (identity === null) return null;
    return upKey(identity.pair.privateKey, new Uint8Array(Buffer.from(box.seal, 'hex')), box.id, id);
  }
}
