import { type SealPair, type Sign, sealUp, type UpSender, upKey } from '../../wire/envelope.ts';
import type { Link } from '../../wire/mqtt/link.ts';
import { keyId, type RelayKey } from '../../wire/relay-key.ts';
import { topic } from '../../wire/topics.ts';
import type { Up } from '../../wire/up.ts';

/** By what the relay knows this box. */
export interface BoxIdentity {
  /** Id of the box at its relay. */
  readonly box: string;
  readonly pair: SealPair;
  readonly sign: Sign;
}

/** Sends the box's messages, signed and encrypted to the relay that it believes. */
export class Sender {
  readonly #identity: BoxIdentity;
  readonly #link: () => Link | null;
  #sender: UpSender;

  constructor(identity: BoxIdentity, relay: RelayKey, link: () => Link | null) {
    this.#identity = identity;
    this.#link = link;
    this.#sender = senderTo(identity, relay);
  }

  /** From now on this is the relay. */
  turnTo(relay: RelayKey): void {
    this.#sender = senderTo(this.#identity, relay);
  }

  /** Resolves when the broker has it. Never awaited while a message is being worked on: see `LinkHandlers.message`. */
  send(message: Up): Promise<void> {
    const link = this.#link();
    if (link === null) return Promise.reject(new Error('there is no link'));
    return link.publish(topic(this.#identity.box, 'up'), sealUp(message, this.#sender));
  }
}

function senderTo({ box, pair, sign }: BoxIdentity, relay: RelayKey): UpSender {
  const id = keyId(relay);
  const key = upKey(pair.privateKey, Buffer.from(relay.seal, 'hex'), box, id);
  return { box, relay: id, key, sign };
}
