/** Whoever sits in the broker: replays, forgeries, other boxes' words, garbage on every topic. */
import sodium from 'libsodium-wrappers';
import { type BoxStateDocument, signedState } from '../../src/wire/box-state.ts';
import type { Down } from '../../src/wire/down.ts';
import { newSealPair, sealDown, sealUp, upKey } from '../../src/wire/envelope.ts';
import { keyId, type RelayKey } from '../../src/wire/relay-key.ts';
import { type Lane, topic } from '../../src/wire/topics.ts';
import type { Up } from '../../src/wire/up.ts';
import type { BoxNode } from './box-node.ts';
import type { Broker } from './broker.ts';
import type { History } from './history.ts';
import type { World } from './world.ts';

interface Overheard {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const overheardMax = 400;
const lanes: readonly Lane[] = ['down', 'up', 'state'];

export interface AttackerParts {
  readonly world: World;
  readonly broker: Broker;
  readonly history: History;
  readonly boxes: readonly BoxNode[];
}

export class Attackers {
  readonly #parts: AttackerParts;
  readonly #overheard: Overheard[] = [];
  readonly #sign = sodium.crypto_sign_keypair();
  readonly #pair = newSealPair();

  constructor(parts: AttackerParts) {
    this.#parts = parts;
    parts.broker.taps.push((name, payload) => this.#hear(name, payload));
  }

  /** Old words are kept beside new ones. */
  #hear(name: string, payload: Uint8Array): void {
    const { random } = this.#parts.world;
    if (this.#overheard.length < overheardMax) this.#overheard.push({ topic: name, payload });
    else if (random.chance(0.3)) this.#overheard[random.int(0, overheardMax - 1)] = { topic: name, payload };
  }

  /** What the relay has said to a box comes once more, as it was. */
  repeat(): void {
    const { world } = this.#parts;
    const words = this.#overheard.filter(each => each.topic.endsWith('/down'));
    if (words.length === 0) return;
    const { topic: name, payload } = world.random.pick(words);
    world.tell('attacker: repeat');
    this.#say(name, payload);
  }

  turn(): void {
    const { world } = this.#parts;
    const { random } = world;
    const how = random.weighted({ replay: 8, cross: 2, flip: 2, garbage: 2, relay: 3, box: 3, state: 3 });
    world.tell(`attacker: ${how}`);
    world.count(`attacker ${how}`);
    switch (how) {
      case 'replay':
        for (let times = random.int(1, 4); times > 0; times -= 1) this.#replay(each => each.topic);
        return;
      case 'cross':
        this.#replay(() => this.#anyTopic());
        return;
      case 'flip':
        this.#replay(each => each.topic, flipped(random.next()));
        return;
      case 'garbage':
        this.#say(this.#anyTopic(), this.#garbage());
        return;
      case 'relay':
        this.#asRelay();
        return;
      case 'box':
        this.#asBox();
        return;
      case 'state':
        this.#state();
    }
  }

  #say(name: string, payload: Uint8Array): void {
    this.#parts.broker.route(name, payload);
  }

  #replay(to: (each: Overheard) => string, change = (payload: Uint8Array) => payload): void {
    if (this.#overheard.length === 0) return;
    const each = this.#parts.world.random.pick(this.#overheard);
    this.#say(to(each), change(each.payload));
  }

  #anyTopic(): string {
    const { random } = this.#parts.world;
    const box = random.chance(0.9) ? random.pick(this.#parts.boxes).id : 'no-such-box';
    return topic(box, random.pick(lanes));
  }

  #garbage(): Uint8Array {
    const { random } = this.#parts.world;
    return random.pick([
      () => new Uint8Array(0),
      () => Uint8Array.from({ length: random.int(1, 300) }, () => random.int(0, 255)),
      () => Buffer.from('{"v":1,"box":"yard-1","key":"","sealed":"","sig":""}'),
      () => Buffer.alloc(200_000, 0x61),
      () => Buffer.from('{"link":"lost","v":1}'),
      () => Buffer.from(JSON.stringify({ link: 'up', v: 1, at: 1 })),
    ])();
  }

  get #key(): RelayKey {
    return {
      sign: sodium.to_hex(this.#sign.publicKey),
      seal: Buffer.from(this.#pair.publicKey).toString('hex'),
    };
  }

  readonly #signs = (text: string): string => sodium.crypto_sign_detached(text, this.#sign.privateKey, 'hex');

  /** Knows the public keys of a box, and not the relay's private one: under a key of its own, or in the name of the relay's. */
  #asRelay(): void {
    const { world, boxes, history } = this.#parts;
    const { random } = world;
    const box = random.pick(boxes);
    const credentials = box.credentials();
    if (credentials === null) return;
    const seal = Buffer.from(credentials.seal.publicKey).toString('hex');
    const key = random.chance(0.7) ? random.pick([...history.keys.values()]) : this.#key;
    const message = this.#order(random.int(1, 1_000_000));
    this.#say(topic(box.id, 'down'), sealDown(message, { box: box.id, seal }, { key, sign: this.#signs }));
  }

  #order(number: number): Down {
    const hex = number.toString(16).padStart(64, '0');
    const set = { epoch: 9_999_999_999, count: 0, digest: hex, at: number };
    return this.#parts.world.random.pick<Down>([
      { kind: 'snapshot', ...set, to: number, id: 's', part: 1, parts: 1, put: [] },
      { kind: 'delta', ...set, from: 0, to: number, put: [], drop: [] },
      { kind: 'new-epoch', above: number, why: 'forged' },
      { kind: 'ack', boxEpoch: 1, seq: number },
      { kind: 'vouch', epoch: 1, rev: number, digest: hex, at: number, challenge: hex.slice(32) },
      {
        ...{
          kind: 'command',
          id: `forged-${number}`,
          notAfter: this.#parts.world.wall + 60_000,
          challenge: null,
        },
        ...{ who: 'nobody', why: 'forged', order: { verb: 'open', slot: 1 } },
      },
    ]);
  }

  /** Another key, in the name of a box; or a box with its own key in the name of another. */
  #asBox(): void {
    const { world, boxes, history } = this.#parts;
    const { random } = world;
    const victim = random.pick(boxes);
    const other = random.pick(boxes);
    const key = random.pick([...history.keys.values()]);
    const mine = other !== victim ? other.credentials() : null;
    const pair = mine?.seal ?? this.#pair;
    const sign =
      other.life !== null && mine !== null
        ? (text: string) => other.life?.vault.sign(text) ?? ''
        : this.#signs;
    const relay = keyId(key);
    const secret = upKey(pair.privateKey, Buffer.from(key.seal, 'hex'), victim.id, relay);
    const sealed = sealUp(this.#word(), { box: victim.id, relay, key: secret, sign });
    this.#say(topic(victim.id, 'up'), sealed);
  }

  /** In the place of what a box has retained: of a disk that is full, signed by nobody or by another key. */
  #state(): void {
    const { world, boxes } = this.#parts;
    const { random } = world;
    const { id } = random.pick(boxes);
    const forged: BoxStateDocument = {
      ...{ link: 'up', v: 1, at: world.wall + 9_999, program: 'forged', epoch: 1, rev: 9_999, syncAgeS: 0 },
      ...{ takes: 'none', returns: 'none', troubles: ['storage-degraded'], slots: [] },
      ...{ boxEpoch: 9, seq: 9_999 },
    };
    const unsigned = Buffer.from(JSON.stringify(forged));
    this.#say(topic(id, 'state'), random.chance(0.5) ? unsigned : signedState(forged, id, this.#signs));
  }

  #word(): Up {
    const hex = 'ab'.repeat(32);
    const at = this.#parts.world.wall;
    const knowledge = { epoch: 1, rev: 9_999, count: 0, digest: hex, boxEpoch: 9, seq: 9_999, head: hex, at };
    return this.#parts.world.random.pick<Up>([
      { kind: 'receipt', ...knowledge, clock: 'synced', challenge: null, wants: 'nothing' },
      {
        ...{ kind: 'hello', ...knowledge, clock: 'synced', challenge: hex.slice(32), wants: 'delta' },
        ...{ label: 'depot', program: '0', relayKey: hex.slice(32) },
      },
      { kind: 'events', live: true, follows: { boxEpoch: 0, seq: 0 }, lines: ['{}'] },
      { kind: 'result', id: 'c', done: true, code: null, slot: null },
    ]);
  }
}

/** One letter in the midst, where it is sealed or signed, so that it is the same lie in each run of a seed. */
function flipped(where: number): (payload: Uint8Array) => Uint8Array {
  return payload => {
    const copy = Uint8Array.from(payload);
    const at = Math.floor((0.4 + where / 5) * copy.length);
    copy[at] = copy[at] === 0x61 ? 0x62 : 0x61;
    return copy;
  };
}
