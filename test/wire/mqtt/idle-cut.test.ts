/** A link through proxies that cut connections for their silence or for their age, on virtual time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { after, type MonoMs, millis } from '../../../src/base/brand.ts';
import type { ConnectionEvents, OpenConnection } from '../../../src/wire/mqtt/connection.ts';
import { MqttLink } from '../../../src/wire/mqtt/mqtt-link.ts';
import { SilenceLimit } from '../../../src/wire/mqtt/silence-limit.ts';
import { FakeTime } from '../../fake-time.ts';

type Counts = 'both' | 'from-box' | 'from-broker';

interface Cutter {
  /** Age of silence, in the directions that count, or of the connection. */
  readonly ageMs: number;
  readonly of: 'silence' | 'age';
  readonly counts: Counts;
  /** `cut`: both ends are told. `swallow`: nothing passes any more and nobody is told. */
  readonly how: 'cut' | 'swallow';
}

const tripMs = 40;
/** TCP, TLS, CONNECT, SUBSCRIBE. */
const handshakeMs = 4 * tripMs;

/** One connection through the cutter, to a broker that answers everything. */
class ThroughCutter implements OpenConnection {
  heardBytes = 0;
  sentBytes = 0;
  readonly backlogBytes = 0;
  pings = 0;
  readonly #time: FakeTime;
  readonly #cutter: Cutter;
  readonly #events: ConnectionEvents;
  #passed: Record<'from-box' | 'from-broker', MonoMs>;
  #heardAt: MonoMs;
  #gone = false;
  #swallowed = false;

  constructor(time: FakeTime, cutter: Cutter, events: ConnectionEvents) {
    this.#time = time;
    this.#cutter = cutter;
    this.#events = events;
    this.#heardAt = time.mono();
    this.#passed = { 'from-box': time.mono(), 'from-broker': time.mono() };
    this.#in(handshakeMs, () => {
      this.#hear();
      events.accepted();
    });
    this.#in(cutter.of === 'age' ? cutter.ageMs : 0, () =>
      cutter.of === 'age' ? this.#trip() : this.#look(),
    );
  }

  get silentMs(): number {
    return this.#time.mono() - this.#heardAt;
  }

  ping(): void {
    this.pings += 1;
    this.#send(() => {});
  }

  publish(_topic: string, _payload: Uint8Array, _retain: boolean, done: (error: null) => void): void {
    this.#send(() => done(null));
  }

  cut(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.closed(reason, '');
  }

  leave(): void {
    this.cut('closed');
  }

  #send(answered: () => void): void {
    this.sentBytes += 2;
    if (this.#swallowed) return;
    this.#passed['from-box'] = this.#time.mono();
    this.#in(tripMs, () => {
      if (this.#swallowed) return;
      this.#hear();
      answered();
    });
  }

  #hear(): void {
    this.#passed['from-broker'] = this.#time.mono();
    this.#heardAt = this.#time.mono();
    this.heardBytes += 2;
  }

  #look(): void {
    const { counts, ageMs } = this.#cutter;
    const box = this.#passed['from-box'];
    const broker = this.#passed['from-broker'];
    const last = counts === 'both' ? Math.max(box, broker) : counts === 'from-box' ? box : broker;
    if (this.#time.mono() - last >= ageMs) this.#trip();
    else this.#in(last + ageMs - this.#time.mono(), () => this.#look());
  }

  #trip(): void {
    if (this.#cutter.how === 'swallow') this.#swallowed = true;
    else this.cut('the broker closed the connection');
  }

  #in(ms: number, then: () => void): void {
    this.#time.at(after(this.#time.mono(), millis(ms)), () => {
      if (!this.#gone) then();
    });
  }
}

interface Seen {
  /** Share of the time in which a message of the relay would have arrived. */
  readonly online: number;
  readonly pings: number;
  readonly connects: number;
}

/** `talk`: how often the box has something to say, in milliseconds; null: never after its first word. */
function through(cutter: Cutter, { minutes = 10, talk = null as number | null, seed = 1 } = {}): Seen {
  const time = new FakeTime();
  const random = new Prng(seed);
  const all: ThroughCutter[] = [];
  const text = new Uint8Array(1);
  const connect = (events: ConnectionEvents): OpenConnection => {
    const connection = new ThroughCutter(time, cutter, events);
    all.push(connection);
    return connection;
  };
  const state = { topic: 's', here: () => text, gone: text };
  const link = new MqttLink(
    { time, random: () => random.next(), connect },
    { clientId: 'box', subscriptions: ['d'], state },
    { connected: () => {}, lost: () => {}, message: () => {} },
  );
  const stepMs = 100;
  let upMs = 0;
  for (let at = 0; at < minutes * 60_000; at += stepMs) {
    time.advance(stepMs);
    if (link.up) upMs += stepMs;
    if (talk !== null && at % talk === 0 && link.up) link.publish('u', text).catch(() => {});
  }
  void link.close();
  const pings = all.reduce((sum, each) => sum + each.pings, 0);
  return { online: upMs / (minutes * 60_000), pings, connects: all.length };
}

const ages = [10, 12, 15, 20, 29, 30, 45, 49, 50, 51, 55, 60, 75, 90, 120, 180, 240, 299, 300];

describe('at least 95 % of ten minutes online', () => {
  for (const counts of ['both', 'from-box', 'from-broker'] as const)
    test(`cut after some silence, counted ${counts}`, () => {
      for (const ageS of ages)
        for (const talk of [null, 7_000, 33_000]) {
          const cutter: Cutter = { ageMs: ageS * 1_000, of: 'silence', counts, how: 'cut' };
          const { online, connects } = through(cutter, { talk });
          assert.ok(online >= 0.95, `${ageS} s, talk ${talk}: ${online}`);
          assert.ok(connects <= 5, `${ageS} s, talk ${talk}: ${connects} connections`);
        }
    });

  test('cut at one age, whatever is said', () => {
    for (const ageS of ages)
      for (const talk of [null, 7_000]) {
        const cutter: Cutter = { ageMs: ageS * 1_000, of: 'age', counts: 'both', how: 'cut' };
        const { online } = through(cutter, { talk, seed: ageS });
        assert.ok(online >= 0.95, `${ageS} s, talk ${talk}: ${online}`);
      }
  });
});

test('a link that is cut for its age does not ping more and more', () => {
  for (const ageS of [20, 40, 50, 100, 101, 300]) {
    const cutter: Cutter = { ageMs: ageS * 1_000, of: 'age', counts: 'both', how: 'cut' };
    const { pings } = through(cutter, { minutes: 120 });
    assert.ok(pings <= 120 * 2 + 20, `${ageS} s: ${pings} pings in two hours`);
  }
});

test('where the way swallows what comes after a silence, pings become so frequent that it does not', () => {
  for (const ageS of [10, 20, 40]) {
    const cutter: Cutter = { ageMs: ageS * 1_000, of: 'silence', counts: 'both', how: 'swallow' };
    const { connects } = through(cutter, { minutes: 60 });
    assert.ok(connects <= 12, `${ageS} s: ${connects} connections in an hour`);
  }
});

test('a way that cuts nothing is pinged once in 50 to 55 s, and outages at any time change nothing of that', () => {
  const { pings, connects } = through({ ageMs: 1e9, of: 'age', counts: 'both', how: 'cut' }, { minutes: 60 });
  assert.equal(connects, 1);
  assert.ok(pings >= 60 && pings <= 72, `${pings}`);
  const limit = new SilenceLimit();
  const random = new Prng(3);
  for (let n = 0; n < 40; n += 1)
    limit.ended({
      upMs: 3_600_000 * (1 + random.next()),
      silentMs: random.next() * 50_000,
      unanswered: n % 3 === 0,
    });
  assert.equal(limit.pingAfterMs(0), 50_000);
});

test('after half a day on one link, what cut the links before is forgotten', () => {
  const limit = new SilenceLimit();
  for (let n = 0; n < 2; n += 1) limit.ended({ upMs: 21_000, silentMs: 20_000, unanswered: false });
  assert.equal(limit.pingAfterMs(0), 10_000);
  assert.equal(limit.pingAfterMs(11 * 3_600_000), 10_000);
  assert.equal(limit.pingAfterMs(12 * 3_600_000), 50_000);
});
