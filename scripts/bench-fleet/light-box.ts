/** A box as the wire sees it: real keys and envelopes, no locks and no disk. A thousand of them are a fleet. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { wall } from '../../src/base/brand.ts';
import { instantText } from '../../src/base/instant.ts';
import { eventLine, hashEvent, noHash } from '../../src/wire/chain.ts';
import { setDigest } from '../../src/wire/digest.ts';
import type { Delta, Down, Snapshot } from '../../src/wire/down.ts';
import { newSealPair, openDown, type SealPair, sealUp, upKey } from '../../src/wire/envelope.ts';
import type { EventType, JournalEvent } from '../../src/wire/journal.ts';
import { keyId, type RelayKey } from '../../src/wire/relay-key.ts';
import { topic } from '../../src/wire/topics.ts';
import type { Receipt, Up } from '../../src/wire/up.ts';
import { LoadClient } from './load-client.ts';

/** As receipts.ts at the box has them. */
const vouchAgeMs = 60_000;
const routineMs = 600_000;

/** A take and a return leave these events in a journal, without a booking: the relay stores them and changes nothing else. */
const story: readonly EventType[] = ['granted', 'pulsed', 'door-opened', 'denied', 'door-closed'];

export interface Where {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly relay: RelayKey;
}

export class LightBox {
  readonly id: string;
  readonly pair: SealPair = newSealPair();
  readonly sign: string;
  readonly #privateKey: KeyObject;
  readonly #set = new Map<string, number>();
  #client: LoadClient | null = null;
  #relay: RelayKey = { sign: '', seal: '' };
  #upKey: Uint8Array = new Uint8Array();
  #parts: Snapshot[] = [];
  epoch = 0;
  rev = 0;
  /** Where its journal stands. */
  seq = 0;
  head: string = noHash;
  /** Up to here the relay has said to have the journal. */
  acked = 0;
  vouchedAt = 0;
  #challenge: string | null = null;
  #routine: NodeJS.Timeout | null = null;
  lost: string | null = null;
  /** Called with each acknowledgement of events. */
  onAck: (seq: number) => void = () => {};

  constructor(id: string) {
    this.id = id;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    this.sign = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  }

  get seal(): string {
    return Buffer.from(this.pair.publicKey).toString('hex');
  }

  /** Resolves when it is connected and subscribed; its hello is on its way then. */
  async connect({ host, port, password, relay }: Where): Promise<void> {
    this.disconnect();
    if (relay.seal !== this.#relay.seal)
      this.#upKey = upKey(
        this.pair.privateKey,
        new Uint8Array(Buffer.from(relay.seal, 'hex')),
        this.id,
        keyId(relay),
      );
    this.#relay = relay;
    this.lost = null;
    this.vouchedAt = 0;
    this.#client = await LoadClient.connect({
      ...{ host, port, password, id: this.id, subscribe: topic(this.id, 'down') },
      will: { topic: topic(this.id, 'state'), payload: Buffer.from('{"link":"lost","v":1}') },
      heard: payload => this.#hear(payload),
      lost: reason => {
        this.lost = reason;
      },
    });
    this.#tellState();
    const introduction = { label: this.id, program: '0.1.0', relayKey: keyId(relay) };
    this.say({
      kind: 'hello',
      ...this.#knows(true),
      ...introduction,
      wants: this.epoch === 0 ? 'snapshot' : 'delta',
    });
    this.#rhythm(Math.random() * routineMs);
  }

  disconnect(): void {
    if (this.#routine !== null) clearTimeout(this.#routine);
    this.#client?.close();
    this.#client = null;
  }

  say(message: Up): void {
    this.send(this.sealed(message));
  }

  /** Sends messages that `sealed` made. */
  send(payload: Uint8Array): void {
    this.#client?.publish(topic(this.id, 'up'), payload);
  }

  sealed(message: Up, relay = this.#relay): Buffer {
    const signer = (body: string): string => sign(null, Buffer.from(body), this.#privateKey).toString('hex');
    return sealUp(message, { box: this.id, relay: keyId(relay), key: this.#upKey, sign: signer });
  }

  /** The next events of its journal as messages, sealed beforehand; where the journal stands after each. */
  batches(count: number, size: number): readonly { readonly payload: Buffer; readonly to: number }[] {
    return Array.from({ length: count }, () => {
      const follows = { boxEpoch: this.seq === 0 ? 0 : 1, seq: this.seq };
      const lines = Array.from({ length: size }, () => this.#line());
      return { payload: this.sealed({ kind: 'events', live: size === 1, follows, lines }), to: this.seq };
    });
  }

  #line(): string {
    const seq = this.seq + 1;
    const rest: Omit<JournalEvent, 'hash'> = {
      ...{ type: story[seq % story.length] ?? 'granted', slot: 1 as never, box: this.id, epoch: 1, seq },
      ...{ at: instantText(wall(Date.now())), mono: seq * 1_000, clock: 'synced', prev: this.head },
    };
    const event: JournalEvent = { ...rest, hash: hashEvent(rest) };
    this.seq = seq;
    this.head = event.hash;
    return eventLine(event);
  }

  #rhythm(afterMs: number): void {
    this.#routine = setTimeout(() => {
      this.vouchedAt = 0;
      this.#receipt('nothing');
      this.#tellState();
      this.#rhythm(routineMs * (0.8 + 0.4 * Math.random()));
    }, afterMs);
  }

  #tellState(): void {
    const document = Buffer.from(JSON.stringify(this.#document()));
    this.#client?.publish(topic(this.id, 'state'), document, { retain: true });
  }

  #document(): object {
    const { epoch, rev } = this;
    const able = { takes: 'all', returns: 'all', troubles: [], slots: [] };
    return { link: 'up', v: 1, at: Date.now(), program: '0.1.0', epoch, rev, syncAgeS: null, ...able };
  }

  #knows(ask: boolean) {
    if (ask) this.#challenge = randomBytes(16).toString('hex');
    const { epoch, rev, seq, head } = this;
    const pairs = [...this.#set].map(([id, at]) => ({ id, rev: at }));
    const set = { epoch, rev, count: this.#set.size, digest: setDigest(pairs) };
    const journal = { boxEpoch: 1, seq, head, at: Date.now(), clock: 'synced' as const };
    return { ...set, ...journal, challenge: ask ? this.#challenge : null };
  }

  #receipt(wants: Receipt['wants']): void {
    const ask =
      wants !== 'nothing' || performance.now() - this.vouchedAt > vouchAgeMs || this.vouchedAt === 0;
    this.say({ kind: 'receipt', ...this.#knows(ask), wants });
  }

  #hear(payload: Buffer): void {
    const mine = { box: this.id, pair: this.pair };
    const opened = openDown(payload, mine, id => (id === keyId(this.#relay) ? this.#relay : null));
    if (!('message' in opened)) throw new Error(`${this.id}: ${JSON.stringify(opened)}`);
    this.#obey(opened.message);
  }

  #obey(message: Down): void {
    switch (message.kind) {
      case 'ack':
        this.acked = message.seq;
        this.onAck(message.seq);
        return;
      case 'vouch':
        if (message.challenge === this.#challenge) this.vouchedAt = performance.now();
        return;
      case 'delta':
        this.#delta(message);
        return;
      case 'snapshot':
        this.#snapshot(message);
        return;
      default:
        throw new Error(`${this.id}: the relay says ${message.kind}`);
    }
  }

  #delta({ epoch, from, to, put, drop, digest }: Delta): void {
    if (epoch !== this.epoch || to <= this.rev) return;
    if (from !== this.rev) {
      this.#receipt('delta');
      return;
    }
    for (const { id, rev } of put) this.#set.set(id, rev);
    for (const id of drop) this.#set.delete(id);
    this.rev = to;
    if (this.#knows(false).digest !== digest) throw new Error(`${this.id}: another digest at ${to}`);
    this.#receipt('nothing');
  }

  #snapshot(part: Snapshot): void {
    if (part.id !== this.#parts[0]?.id) this.#parts = [];
    this.#parts.push(part);
    if (this.#parts.length < part.parts) return;
    this.#set.clear();
    for (const { put } of this.#parts) for (const { id, rev } of put) this.#set.set(id, rev);
    this.#parts = [];
    this.epoch = part.epoch;
    this.rev = part.to;
    this.#receipt('nothing');
  }
}
