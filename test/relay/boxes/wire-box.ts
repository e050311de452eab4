/** A model box with real keys and real envelopes, on the broker in memory. */
import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { type BoxStateDocument, signedState } from '../../../src/wire/box-state.ts';
import { checkpointLine, checkpointText } from '../../../src/wire/chain.ts';
import type { Down } from '../../../src/wire/down.ts';
import {
  newSealPair,
  openDown,
  type Rejection,
  type SealPair,
  sealUp,
  upKey,
} from '../../../src/wire/envelope.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import type { Link } from '../../../src/wire/mqtt/link.ts';
import { follow, keyId, type RelayKey } from '../../../src/wire/relay-key.ts';
import { topic } from '../../../src/wire/topics.ts';
import type { Events, Up } from '../../../src/wire/up.ts';
import { ModelBox } from '../core/session/model-box.ts';
import type { MemoryBroker } from './memory-broker.ts';

type UpState = Extract<BoxStateDocument, { link: 'up' }>;

export class WireBox {
  readonly id: string;
  readonly model = new ModelBox();
  readonly pair: SealPair = newSealPair();
  readonly sign: string;
  readonly #privateKey: ReturnType<typeof generateKeyPairSync>['privateKey'];
  readonly broker: MemoryBroker;
  pinned: RelayKey;
  before: RelayKey | null = null;
  link: Link | null = null;
  readonly rejected: Rejection[] = [];
  readonly heard: Down[] = [];
  /** How many events go in one message; 0: events are sent by the test. */
  batch = 0;
  /** Whether it signs its journal for auditors, as newer programs do, and what becomes of that on its way. */
  vouches = true;
  /** Whether it says that it signs its retained state, as newer programs do. */
  signsState = false;
  spoil = (line: string): string => line;

  constructor(id: string, broker: MemoryBroker, pinned: RelayKey) {
    this.id = id;
    this.broker = broker;
    this.pinned = pinned;
    const pair = generateKeyPairSync('ed25519');
    this.#privateKey = pair.privateKey;
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
    this.sign = spki.subarray(-32).toString('hex');
    this.model.relayKey = keyId(pinned);
  }

  get seal(): string {
    return Buffer.from(this.pair.publicKey).toString('hex');
  }

  connect(): void {
    const state = {
      topic: topic(this.id, 'state'),
      here: () => Buffer.from(JSON.stringify(this.#document())),
      gone: Buffer.from('{"link":"lost","v":1}'),
    };
    const clientId = this.id;
    this.link = this.broker.open(
      { clientId, subscriptions: [topic(this.id, 'down')], state },
      {
        connected: () => {
          const hello = this.model.hello();
          this.say(this.signsState ? ({ ...hello, signsState: true } as Up) : hello);
        },
        lost: () => {},
        message: (_topic, payload) => this.hear(payload),
      },
    );
  }

  #document(troubles: readonly string[] = []): UpState {
    return {
      ...{ link: 'up', v: 1, at: this.model.clockMs, program: '0', epoch: 0, rev: 0, syncAgeS: null },
      ...{ takes: 'all', returns: 'all', troubles: [...troubles], slots: [] },
    };
  }

  /** A retained state of a program that signs it. `as`: whoever has made it. */
  state(seq: number, troubles: readonly string[], as: WireBox = this): Uint8Array {
    return signedState({ ...this.#document(troubles), boxEpoch: 1, seq }, this.id, as.#signs);
  }

  unsignedState(troubles: readonly string[]): Uint8Array {
    return Buffer.from(JSON.stringify(this.#document(troubles)));
  }

  readonly #signs = (text: string): string =>
    signBytes(null, Buffer.from(text), this.#privateKey).toString('hex');

  async vanish(): Promise<void> {
    await this.link?.close();
    this.link = null;
    this.broker.say(topic(this.id, 'state'), Buffer.from('{"link":"lost","v":1}'), true);
  }

  /** As it would go over the wire. */
  sealed(message: Up, options: { readonly to?: RelayKey; readonly as?: WireBox } = {}): Buffer {
    const relay = options.to ?? this.pinned;
    const key = upKey(
      this.pair.privateKey,
      new Uint8Array(Buffer.from(relay.seal, 'hex')),
      this.id,
      keyId(relay),
    );
    const signer = (options.as ?? this).#privateKey;
    const sign = (text: string): string => signBytes(null, Buffer.from(text), signer).toString('hex');
    return sealUp(message, { box: this.id, relay: keyId(relay), key, sign });
  }

  say(message: Up): void {
    void this.link?.publish(topic(this.id, 'up'), this.sealed(message)).catch(() => {});
  }

  stream(): void {
    for (const events of this.model.events(this.batch))
      this.say(events.kind === 'events' && this.vouches ? { ...events, ...this.#vouch(events) } : events);
  }

  /** As a box does: with all of the last event's epoch. */
  #vouch({ lines }: Events): { readonly checkpoint: string } {
    const { box, seq: to, epoch, hash: head } = JSON.parse(lines.at(-1) ?? '') as JournalEvent;
    const from = this.model.journal.all.find(({ event }) => event.epoch === epoch)?.event.seq ?? to;
    const body = { type: 'checkpoint', box, from, to, count: to - from + 1, head, key: this.sign } as const;
    const sig = signBytes(null, Buffer.from(checkpointText(body)), this.#privateKey).toString('hex');
    return { checkpoint: this.spoil(checkpointLine({ ...body, sig })) };
  }

  hear(payload: Uint8Array): void {
    const believed = (id: string): RelayKey | null =>
      [this.pinned, this.before].find(key => key !== null && keyId(key) === id) ?? null;
    const opened = openDown(payload, { box: this.id, pair: this.pair }, believed);
    if ('rejected' in opened) this.rejected.push(opened.rejected);
    if (!('message' in opened)) return;
    const { message } = opened;
    this.heard.push(message);
    if (message.kind === 'keys') this.#turn(message);
    else for (const answer of this.model.hear(message)) this.say(answer);
    if (message.kind === 'ack' && this.batch > 0) this.stream();
  }

  #turn(message: Extract<Down, { kind: 'keys' }>): void {
    const next = follow(this.pinned, message.chain);
    if (next === null) return;
    this.before = this.pinned;
    this.pinned = next;
    this.model.relayKey = keyId(next);
    this.say(this.model.receipt('nothing'));
  }
}
