import sodium from 'libsodium-wrappers';
import { bookingId, driverId, keyName, slotId } from '../../src/base/brand.ts';
import { setDigest } from '../../src/wire/digest.ts';
import type { Delta, Down, Snapshot, Vouch } from '../../src/wire/down.ts';
import { openUp, sealDown, upKey } from '../../src/wire/envelope.ts';
import type { BookingRecord, DriverRecord, KeyRecord, WireRecord } from '../../src/wire/records.ts';
import { type Handover, handoverText, keyId, type RelayKey } from '../../src/wire/relay-key.ts';
import type { Up } from '../../src/wire/up.ts';

export const boxAtRelay = 'yard-1';

/** One identity of a relay, with its private halves. */
export class Identity {
  readonly #sign = sodium.crypto_sign_keypair();
  readonly #seal = sodium.crypto_box_keypair();
  readonly key: RelayKey = {
    sign: sodium.to_hex(this.#sign.publicKey),
    seal: sodium.to_hex(this.#seal.publicKey),
  };

  readonly sign = (text: string): string => sodium.crypto_sign_detached(text, this.#sign.privateKey, 'hex');

  upKey(boxSeal: Uint8Array): Uint8Array {
    return upKey(this.#seal.privateKey, boxSeal, boxAtRelay, keyId(this.key));
  }

  handsOverTo(next: RelayKey): Handover {
    const from = keyId(this.key);
    return { from, next, sig: this.sign(handoverText(from, next)) };
  }
}

export const noon = 1_800_000_000_000;
const hour = 3_600_000;

export const keyRecord = (name: string, slot: number, more: Partial<KeyRecord> = {}): KeyRecord => ({
  ...{ id: `k:${name}`, rev: 0, kind: 'key', name: keyName(name), slot: slotId(slot), tag: null },
  ...more,
});

export const driverRecord = (name: string, more: Partial<DriverRecord> = {}): DriverRecord => ({
  ...{ id: `d:${name}`, rev: 0, kind: 'driver', driver: driverId(name), phone: null, badge: null, pin: null },
  ...more,
});

export const bookingRecord = (id: string, key: string, more: Partial<BookingRecord> = {}): BookingRecord => ({
  ...{ id: bookingId(id), rev: 0, kind: 'booking', key, start: noon - hour, end: noon + hour },
  ...{ code: null, driver: null, reuse: false, boxEpoch: 1 },
  ...more,
});

/** This is the relay of one box, with all that it has of the box; tests say what it says. */
export class RelayEnd {
  identity = new Identity();
  epoch = 1;
  rev = 0;
  readonly records = new Map<string, WireRecord>();
  readonly dropped = new Map<string, number>();
  #box: { readonly sign: string; readonly seal: Uint8Array };
  readonly #believed = new Map<string, Identity>();

  constructor(box: { readonly sign: string; readonly seal: Uint8Array }) {
    this.#box = box;
  }

  /** It was another relay all the time, and the box has enrolled there. */
  adopt(identity: Identity, seal: Uint8Array): void {
    this.identity = identity;
    this.#box = { ...this.#box, seal };
  }

  /** A revision in which these are put and those are dropped. */
  change(put: readonly WireRecord[], drop: readonly string[] = []): number {
    this.rev += 1;
    for (const record of put) {
      this.records.set(record.id, { ...record, rev: this.rev });
      this.dropped.delete(record.id);
    }
    for (const id of drop) if (this.records.delete(id)) this.dropped.set(id, this.rev);
    return this.rev;
  }

  get digest(): string {
    return setDigest(this.records.values());
  }

  #set(at: number) {
    return { epoch: this.epoch, count: this.records.size, digest: this.digest, at, to: this.rev };
  }

  /** From revision `from` to the present one. */
  delta(from: number, at = noon): Delta {
    const put = [...this.records.values()].filter(record => record.rev > from);
    const drop = [...this.dropped].flatMap(([id, rev]) => (rev > from ? [id] : []));
    return { kind: 'delta', ...this.#set(at), from, put, drop };
  }

  snapshot(parts = 1, at = noon): readonly Snapshot[] {
    const all = [...this.records.values()];
    const id = `s-${this.epoch}-${this.rev}-${parts}`;
    const each = Math.ceil(all.length / parts);
    const set = this.#set(at);
    return Array.from({ length: parts }, (_, part) => ({
      ...{ kind: 'snapshot', ...set, id, part: part + 1, parts },
      put: all.slice(part * each, (part + 1) * each),
    }));
  }

  vouch(challenge: string, at = noon): Vouch {
    return { kind: 'vouch', epoch: this.epoch, rev: this.rev, digest: this.digest, at, challenge };
  }

  seal(message: Down, from: Identity = this.identity): Buffer {
    const { key, sign } = from;
    return sealDown(message, { box: boxAtRelay, seal: sodium.to_hex(this.#box.seal) }, { key, sign });
  }

  believes(identity: Identity): void {
    this.#believed.set(keyId(identity.key), identity);
  }

  /** @throws Error when it is no good word of the box */
  open(payload: Uint8Array): Up {
    this.believes(this.identity);
    const opened = openUp(payload, boxAtRelay, {
      sign: this.#box.sign,
      keyFor: id => this.#believed.get(id)?.upKey(this.#box.seal) ?? null,
    });
    if (!('message' in opened)) throw new Error(`the box said something odd: ${JSON.stringify(opened)}`);
    return opened.message.up;
  }
}
