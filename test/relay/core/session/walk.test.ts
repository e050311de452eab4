/** Two ends and a network that loses, doubles and reorders: whatever happened, once it holds both agree. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Prng } from '../../../../scripts/rig/prng.ts';
import { chainReady } from '../../../../src/wire/chain.ts';
import { setDigest } from '../../../../src/wire/digest.ts';
import type { Down } from '../../../../src/wire/down.ts';
import type { Up } from '../../../../src/wire/up.ts';
import { seedsFor } from '../../../seeds.ts';
import { startMs } from '../journal-lines.ts';
import { ModelBox } from './model-box.ts';
import { ModelRelay } from './model-relay.ts';

before(() => chainReady);

interface Flight<T> {
  readonly due: number;
  readonly message: T;
}

class Network {
  readonly random: Prng;
  readonly box = new ModelBox();
  readonly relay = new ModelRelay();
  good = false;
  linked = false;
  nowMs = 1_000;
  /** Words of the box that somebody kept, to say them again later. */
  readonly kept: Up[] = [];
  #down: Flight<Down>[] = [];
  #up: Flight<Up>[] = [];
  #streamedMs = 0;

  constructor(seed: number) {
    this.random = new Prng(seed);
    this.#clocks();
  }

  #clocks(): void {
    this.relay.nowMs = this.nowMs;
    this.box.clockMs = startMs + this.nowMs;
  }

  say(messages: readonly Up[]): void {
    if (!this.linked) return;
    for (const message of messages) {
      if (message.kind !== 'events' && this.random.chance(0.05)) this.kept.push(message);
      this.#fly(this.#up, message);
    }
  }

  #fly<T>(lane: Flight<T>[], message: T): void {
    const { random, good } = this;
    if (!good && random.chance(0.15)) return;
    const copies = !good && random.chance(0.1) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      lane.push({ due: this.nowMs + (good ? 5 : random.int(1, random.chance(0.1) ? 400 : 10)), message });
  }

  tick(ms: number): void {
    this.nowMs += ms;
    this.#clocks();
    for (const message of this.relay.out.splice(0)) if (this.linked) this.#fly(this.#down, message);
    for (const each of this.#due(this.#up)) this.relay.hear(each);
    for (const each of this.#due(this.#down)) if (this.linked) this.say(this.box.hear(each));
    this.relay.take({ type: 'tick' });
    if (this.linked && this.nowMs - this.#streamedMs > 700) {
      this.#streamedMs = this.nowMs;
      this.say(this.box.events(4));
      if (this.random.chance(0.1)) this.say([this.box.receipt('nothing')]);
    }
  }

  #due<T>(lane: Flight<T>[]): readonly T[] {
    const due = lane.filter(each => each.due <= this.nowMs).sort((a, b) => a.due - b.due);
    lane.splice(0, lane.length, ...lane.filter(each => each.due > this.nowMs));
    return due.map(({ message }) => message);
  }

  cut(): void {
    this.linked = false;
    this.#down = [];
    this.relay.take({ type: 'state', link: 'lost' });
  }

  connect(): void {
    if (this.linked) return;
    this.linked = true;
    this.say([this.box.hello()]);
  }
}

function disturb(net: Network, round: number, orders = true): void {
  const { random, box, relay } = net;
  switch (
    random.weighted({
      change: 30,
      event: 20,
      nothing: 60,
      cut: 2,
      connect: 8,
      restart: 1,
      order: 1,
      replay: 3,
    })
  ) {
    case 'change':
      relay.change(`r${random.int(1, 12)}`, random.chance(0.3));
      return;
    case 'event':
      box.journal.many(random.int(1, 3));
      return;
    case 'cut':
      net.cut();
      return;
    case 'connect':
      net.connect();
      return;
    case 'restart':
      relay.restart();
      relay.take({ type: 'state', link: 'up' });
      return;
    case 'order':
      if (orders && relay.pending.length < 4) relay.order(`c${round}`);
      return;
    case 'replay':
      if (net.kept.length > 0) relay.hear(random.pick(net.kept));
      return;
    default:
  }
}

function agree(net: Network, seed: number): void {
  const { box, relay } = net;
  const say = `seed ${seed}`;
  assert.equal(box.rev, relay.revision, say);
  assert.equal(box.epoch, relay.epoch, say);
  assert.equal(box.digest(), setDigest(relay.live()), say);
  assert.equal(relay.provenRev, relay.revision, say);
  assert.deepEqual(
    relay.stored,
    box.journal.all.map(({ line }) => line),
    say,
  );
  assert.equal(box.newEpochs, 0, `${say}: an old word never begins an epoch`);
  assert.ok(box.vouchedAt !== null && box.clockMs - box.vouchedAt < 60_000, `${say}: vouched`);
  assert.equal(new Set(box.ran).size, box.ran.length, say);
  for (const [id, outcome] of relay.outcomes)
    assert.equal(outcome === 'done', box.ran.includes(id), `${say}: ${id} ${outcome}`);
  assert.equal(relay.pending.length, 0, say);
  assert.deepEqual([...new Set(relay.problems)], [], say);
  assert.ok(relay.state.unproven.length <= 4);
}

const seeds = seedsFor(60, 150);
test(`${seeds.length} seeds: once the network holds, box and relay agree, and nothing was lost or doubled`, () => {
  for (const seed of seeds) {
    const net = new Network(seed);
    net.connect();
    for (let round = 0; round < 400; round += 1) {
      disturb(net, round);
      net.tick(net.random.int(1, 300));
    }
    net.good = true;
    net.connect();
    net.relay.take({ type: 'resumed' });
    for (let round = 0; round < 1_200; round += 1) net.tick(200);
    agree(net, seed);
  }
});

/** Both ends come back from old copies, again and again; copies of one relay may even get the same epoch. */
function setBack(net: Network, copies: ReturnType<ModelRelay['copy']>[]): void {
  const { random, box, relay } = net;
  switch (random.weighted({ nothing: 200, copy: 4, relay: 1, box: 1 })) {
    case 'copy':
      copies.push(relay.copy());
      return;
    case 'relay': {
      if (copies.length === 0) return;
      relay.restore(random.pick(copies));
      relay.take({ type: 'state', link: 'up' });
      return;
    }
    case 'box':
      net.cut();
      box.restore(random.int(0, box.journal.seq));
      return;
    default:
  }
}

test('100 seeds: copies of either end are put back, and both agree all the same', () => {
  for (let seed = 1_001; seed <= 1_100; seed += 1) {
    const net = new Network(seed);
    const copies: ReturnType<ModelRelay['copy']>[] = [];
    net.connect();
    for (let round = 0; round < 400; round += 1) {
      disturb(net, round, false);
      setBack(net, copies);
      net.tick(net.random.int(1, 300));
    }
    net.good = true;
    net.cut();
    net.connect();
    for (let round = 0; round < 1_200; round += 1) net.tick(200);
    const { box, relay } = net;
    const say = `seed ${seed}`;
    assert.deepEqual([box.rev, box.digest()], [relay.revision, setDigest(relay.live())], say);
    assert.equal(box.newEpochs, 0, say);
    const stored = new Set(relay.stored);
    assert.equal(stored.size, relay.stored.length, `${say}: no event twice`);
    assert.deepEqual(relay.stored.slice(-1), [box.journal.all.at(-1)?.line], say);
    for (const { line } of box.journal.all) assert.ok(stored.has(line), `${say}: ${line}`);
    assert.deepEqual(
      [...new Set(relay.problems)].filter(each => each !== 'relay-epoch-behind'),
      [],
      say,
    );
  }
});
