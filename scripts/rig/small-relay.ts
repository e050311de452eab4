import type { TestContext } from 'node:test';
import { silent } from '../../src/base/log.ts';
import { systemTime } from '../../src/base/system-time.ts';
import { type EmbeddedBroker, openEmbeddedBroker } from '../../src/relay/broker/embedded.ts';
import { hashPassword } from '../../src/relay/broker/password.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Link } from '../../src/wire/mqtt/link.ts';
import type { WireRecord } from '../../src/wire/records.ts';
import { topic } from '../../src/wire/topics.ts';
import type { Receipt, Up } from '../../src/wire/up.ts';
import { ClaimServer, password } from './claim-server.ts';
import { boxAtRelay, RelayEnd } from './relay-end.ts';

/** Records of one part, which stays below 64 KiB. */
const partRecords = 200;

/** As much of a relay as one box needs: it enrols, keeps a set in memory, answers, and collects the events. */
export class SmallRelay {
  readonly desk: ClaimServer;
  readonly broker: EmbeddedBroker;
  readonly events: JournalEvent[] = [];
  readonly said: Up[] = [];
  readonly states: string[] = [];
  #end: RelayEnd | null = null;
  #said: Promise<void> = Promise.resolve();
  #wholes = 0;
  readonly #link: Link;

  private constructor(desk: ClaimServer, broker: EmbeddedBroker) {
    this.desk = desk;
    this.broker = broker;
    this.#link = this.#listen();
  }

  static async open(t: Pick<TestContext, 'after'>): Promise<SmallRelay> {
    const stored = hashPassword(password);
    const desk = await ClaimServer.open(t);
    const broker = await openEmbeddedBroker({
      listen: { host: '127.0.0.1', port: 0 },
      passwordOf: async () => stored,
      ...{ time: systemTime, random: Math.random, log: silent },
    });
    const relay = new SmallRelay(desk, broker);
    relay.desk.broker = `mqtt://127.0.0.1:${broker.port}`;
    t.after(() => relay.close());
    return relay;
  }

  /** Its end of the wire to the box that has enrolled. */
  get end(): RelayEnd {
    const asked = this.desk.requests.at(-1);
    if (asked === undefined) throw new Error('nobody has enrolled');
    this.#end ??= new RelayEnd({ sign: asked.sign, seal: Buffer.from(asked.seal, 'hex') });
    this.#end.identity = this.desk.identity;
    return this.#end;
  }

  #listen(): Link {
    return this.broker.openLink(
      { clientId: 'relay', subscriptions: [topic(boxAtRelay, 'up'), topic(boxAtRelay, 'state')] },
      {
        connected: () => {},
        lost: () => {},
        message: (name, payload) => {
          if (name === topic(boxAtRelay, 'state')) this.states.push(Buffer.from(payload).toString());
          else this.#heard(this.end, this.end.open(payload));
        },
      },
    );
  }

  get proven(): Receipt | undefined {
    const receipts = this.said.flatMap(each => (each.kind === 'receipt' ? [each] : []));
    return receipts.findLast(({ digest }) => digest === this.end.digest);
  }

  /** A change of the set, on its way to the box. */
  sends(put: readonly WireRecord[], drop: readonly string[] = []): void {
    const { end } = this;
    const from = end.rev;
    end.change(put, drop);
    this.#say(end.seal(end.delta(from, Date.now())));
  }

  /** As `sends`, in as many parts as it takes. */
  sendsWhole(put: readonly WireRecord[], drop: readonly string[] = []): void {
    this.end.change(put, drop);
    this.#sayWhole(this.end);
  }

  /** A later whole takes the place of what still waits of an earlier one. */
  #sayWhole(end: RelayEnd): void {
    const parts = Math.max(1, Math.ceil(end.records.size / partRecords));
    this.#wholes += 1;
    const whole = this.#wholes;
    for (const part of end.snapshot(parts, Date.now()))
      this.#say(end.seal(part), () => whole === this.#wholes);
  }

  say(payload: Uint8Array, lane: 'down' | 'up' | 'state' = 'down'): Promise<void> {
    return this.#link.publish(topic(boxAtRelay, lane), payload);
  }

  /** One after the other, as the box takes them: a broker cuts off whoever has too much before it. */
  #say(payload: Uint8Array, isWanted: () => boolean = () => true): void {
    // What could not be sent before the end of a test is not missed.
    this.#said = this.#said.then(() => (isWanted() ? this.say(payload) : undefined)).catch(() => {});
  }

  #heard(end: RelayEnd, up: Up): void {
    this.said.push(up);
    const ack = (): void => {
      const last = this.events.at(-1);
      this.#say(end.seal({ kind: 'ack', boxEpoch: last?.epoch ?? 1, seq: last?.seq ?? 0 }));
    };
    if (up.kind === 'events') {
      for (const line of up.lines) {
        const event = JSON.parse(line) as JournalEvent;
        if (event.seq === (this.events.at(-1)?.seq ?? 0) + 1) this.events.push(event);
      }
      ack();
    }
    if (up.kind === 'hello') ack();
    if (up.kind !== 'hello' && up.kind !== 'receipt') return;
    if (up.digest === end.digest && up.rev === end.rev) {
      if (up.challenge !== null) this.#say(end.seal(end.vouch(up.challenge, Date.now())));
    } else if (up.kind === 'hello' || up.wants !== 'nothing') {
      this.#sayWhole(end);
    }
  }

  async close(): Promise<void> {
    await this.#link.close();
    await this.broker.close();
  }
}
