/** What truly happened, and the rules that must hold at every instant of it. */
import assert from 'node:assert/strict';
import { bookingId } from '../../src/base/brand.ts';
import type { InputBody } from '../../src/box/core/input.ts';
import type { BoxState } from '../../src/box/core/model.ts';
import { step } from '../../src/box/core/step.ts';
import { eventLine } from '../../src/wire/chain.ts';
import { setDigest } from '../../src/wire/digest.ts';
import { openDown } from '../../src/wire/envelope.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import type { RelayKey } from '../../src/wire/relay-key.ts';
import { readTopic } from '../../src/wire/topics.ts';
import type { BoxNode, BoxWatch } from './box-node.ts';
import type { RelayNode } from './relay-node.ts';
import { Sent } from './sent.ts';
import type { World } from './world.ts';

interface Newest {
  readonly at: number;
  readonly epoch: number;
  readonly rev: number;
}

/** One code in the hands of a driver. */
export interface Released {
  readonly box: string;
  readonly booking: string;
  readonly code: string;
}

const fromAfar: ReadonlySet<InputBody['type']> = new Set([
  'synced',
  'vouched',
  'relay-order',
  'message-rejected',
]);

export class History implements BoxWatch {
  readonly world: World;
  readonly relay: RelayNode;
  /** Every line that a box has ever committed, also in a file that was lost later. */
  readonly lines = new Map<string, Set<string>>();
  /** Commands by the name under which they were given, and how often each was carried out. */
  readonly ran = new Map<string, number>();
  /** Events of the newest step of each box. */
  readonly fresh = new Map<string, JournalEvent[]>();
  /** Every content of a booking that the relay has read for a box. */
  readonly sent = new Sent();
  readonly #sets = new Map<string, string>();
  readonly #newest = new Map<string, Newest[]>();
  readonly #standing = new Map<
    string,
    { readonly epoch: number; readonly rev: number; readonly lost: number | null }
  >();
  /** The code by which a booking was last taken, and codes that have had their take and return. */
  readonly #takenBy = new Map<string, string>();
  readonly #spent = new Map<string, number>();
  /** Bookings that could be taken more than once at some time. */
  readonly reusable = new Set<string>();

  constructor(world: World, relay: RelayNode) {
    this.world = world;
    this.relay = relay;
    relay.changed = boxes => {
      for (const box of boxes) this.#note(box);
    };
    relay.read = (box, set) => this.#judge(() => this.#readSet(box, set));
    relay.says = (topic, payload) => this.#judge(() => this.#relaySays(topic, payload));
  }

  /* ---- the relay --------------------------------------------------------------------------------------------------- */

  #note(box: string): void {
    const row = this.relay.disk.prepare('SELECT revision FROM box WHERE id = ?').get(box) as
      | { readonly revision: number }
      | undefined;
    if (row === undefined) return;
    const all = this.#newest.get(box) ?? [];
    all.push({ at: this.world.now, epoch: this.relay.epoch, rev: row.revision });
    this.#newest.set(box, all.slice(-400));
  }

  /** One revision of one epoch is one set, for ever. */
  #readSet(box: string, { rev, digest, put }: Parameters<RelayNode['read']>[1]): void {
    for (const record of put) if (record.kind === 'booking') this.sent.note(box, record);
    const name = `${box} ${this.relay.epoch}.${rev}`;
    const known = this.#sets.get(name);
    assert.ok(known === undefined || known === digest, `${name} is two sets`);
    this.#sets.set(name, digest);
    this.#note(box);
  }

  /** A rule is judged in the midst of somebody's work, who would take the complaint for a fault of his own. */
  #judge(rule: () => void): void {
    try {
      rule();
    } catch (error) {
      this.world.fail(error);
    }
  }

  /** Keys that the relay has ever had. */
  readonly keys = new Map<string, RelayKey>();
  boxes: readonly BoxNode[] = [];

  /** Something has reached the relay. */
  readonly arrived = (topic: string, payload: Uint8Array): void => {
    if (readTopic(topic)?.lane === 'up') for (const box of this.boxes) box.heard(payload);
  };

  /** What the relay acknowledges is on its disk. */
  #relaySays(topic: string, payload: Uint8Array): void {
    const place = readTopic(topic);
    const box = this.boxes.find(({ id }) => id === place?.box);
    const mine = box?.credentials() ?? null;
    if (box === undefined || mine === null) return;
    const opened = openDown(payload, { box: box.id, pair: mine.seal }, id => this.keys.get(id) ?? null);
    if (!('message' in opened)) return;
    this.world.count(`down ${opened.message.kind}`);
    if (opened.message.kind !== 'ack') return;
    const { boxEpoch, seq } = opened.message;
    const row = this.relay.disk
      .prepare('SELECT box_epoch AS epoch, seq FROM box WHERE id = ?')
      .get(box.id) as {
      readonly epoch: number;
      readonly seq: number;
    };
    const has = seq === 0 || row.epoch > boxEpoch || (row.epoch === boxEpoch && row.seq >= seq);
    assert.ok(has, `${box.id}: event ${boxEpoch}.${seq} is acknowledged and not stored`);
  }

  /* ---- boxes ------------------------------------------------------------------------------------------------------- */

  committed(box: BoxNode, events: readonly JournalEvent[]): void {
    const lines = this.lines.get(box.id) ?? new Set();
    this.lines.set(box.id, lines);
    this.fresh.get(box.id)?.push(...events);
    for (const event of events) {
      lines.add(eventLine(event));
      this.#tell(box, event);
      this.world.count(event.type === 'granted' ? `granted ${event.for}` : event.type);
      if (event.type === 'technician' && event.by === 'remote') {
        const who = `${box.id} ${event.who}`;
        this.ran.set(who, (this.ran.get(who) ?? 0) + 1);
      }
      if (event.type === 'key-transferred') this.passedOn.add(box.id);
      if (event.type === 'key-taken' || event.type === 'key-returned') this.#moved(box, event);
    }
  }

  #tell({ id }: BoxNode, { epoch, seq, type, booking, reason = '' }: JournalEvent): void {
    if (booking !== undefined) this.world.tell(`${id}: ${epoch}.${seq} ${type} ${reason} ${booking}`);
  }

  /** Whatever was out by a code is used up when its key is back. */
  #moved(box: BoxNode, event: JournalEvent): void {
    const key = `${box.id} ${event.key}`;
    if (event.type === 'key-taken') {
      const code = event.booking === undefined ? undefined : this.#takenBy.get(`${box.id} ${event.booking}`);
      this.#out.set(key, code === undefined ? null : `${box.id} ${event.booking} ${code}`);
      return;
    }
    const spent = this.#out.get(key) ?? null;
    this.#out.delete(key);
    if (spent !== null) this.#spent.set(spent, this.world.now);
  }

  /** Boxes at whose doors a key went from hand to hand: whose it is then, the core's own tests judge. */
  readonly passedOn = new Set<string>();
  readonly #out = new Map<string, string | null>();

  /** A code was honoured: it must not have had its take already. */
  honoured(box: BoxNode, { booking, code }: Released): void {
    this.#sentForThisEpoch(box, booking);
    this.#takenBy.set(`${box.id} ${booking}`, code);
    const name = `${box.id} ${booking} ${code}`;
    if (!this.#spent.has(name) || this.reusable.has(booking)) return;
    if (box.lostAt !== null && this.#excused(box, booking)) {
      this.world.count('a code lived again in a lost database');
      return;
    }
    assert.fail(`${name} was honoured twice`);
  }

  /** Whatever else is right about it: a code of an earlier epoch of the box is void until it is sent again (docs/synchronisation.md). */
  #sentForThisEpoch({ id, life }: BoxNode, booking: string): void {
    const row = life?.store.bookings.find(bookingId(booking))?.row ?? null;
    const now = life?.store.synced.boxEpoch;
    if (row === null || now === undefined) return;
    if (now > 1) this.world.count('taken after a new box epoch');
    const { epoch = 1 } = row;
    assert.ok(epoch >= now, `${id}: a code of box epoch ${epoch} took in epoch ${now}: ${booking}`);
  }

  /** A card that was put back is known only when the relay hears of it; a take and return that it has no events of are nowhere. */
  #excused(box: BoxNode, booking: string): boolean {
    if (!box.heardSince && (box.lostBy === 'older-card' || box.lostBy === 'older-file')) return true;
    const row = this.relay.disk.prepare('SELECT returned FROM booking WHERE id = ?').pluck().get(booking);
    return row === undefined || row === null;
  }

  stepped(box: BoxNode, input: InputBody, before: BoxState): void {
    const { life } = box;
    if (life === null || !fromAfar.has(input.type)) return;
    this.#judge(() => {
      this.#sessionsStand(box, input, before);
      if (input.type === 'synced') this.#applied(box);
      if (input.type !== 'vouched') return;
      this.#applied(box);
      if (input.newest) this.#vouched(box, input.tripMs);
      this.#toldTheTime(box, input);
    });
  }

  /** A door that is open and a key that is out stay with whoever has them; only time may end what it ends anyway. */
  #sessionsStand(box: BoxNode, input: InputBody, before: BoxState): void {
    const { life } = box;
    if (life === null) return;
    const at = { mono: life.clock.mono(), wall: life.clock.wall() };
    const alone = step(before, { type: 'woke', at }).state;
    const after = life.loop.state;
    for (const [index, slot] of alone.slots.entries()) {
      const now = after.slots[index]?.opening ?? null;
      const was = slot.opening;
      if (was === null) continue;
      assert.ok(now !== null, `${box.id}: ${input.type} ended the session at slot ${slot.id}`);
      assert.deepEqual(
        [now.for, now.booking, now.phase],
        [was.for, was.booking, was.phase],
        `${box.id}: ${input.type}`,
      );
    }
    for (const use of alone.uses) {
      const now = after.uses.find(({ booking }) => booking === use.booking);
      assert.equal(
        now?.life,
        use.life,
        `${box.id}: ${input.type} changed ${use.booking}, which is ${use.life}`,
      );
    }
  }

  /** The box has a set that the relay had, and never an older one than before. */
  #applied(box: BoxNode): void {
    const store = box.life?.store;
    if (store === undefined) return;
    const { epoch, rev } = store.synced.standing();
    const { lostAt } = box;
    const before = this.#standing.get(box.id);
    this.#standing.set(box.id, { epoch, rev, lost: lostAt });
    if (epoch === 0) return;
    const name = `${box.id} ${epoch}.${rev}`;
    // What was decided on comes to its table in slices: judged with the next word of the relay.
    if (!store.incoming.waits) {
      const digest = setDigest([...store.synced.pairs()]);
      assert.equal(digest, this.#sets.get(name), `${name} is no set of the relay`);
    }
    if (before === undefined || before.lost !== lostAt) return;
    const older = epoch < before.epoch || (epoch === before.epoch && rev < before.rev);
    assert.ok(!older, `${name} came after ${before.epoch}.${before.rev}`);
  }

  /** The relay forgets with its key what it stood for: a box that was enrolled anew begins from nothing. */
  enrolledAnew(box: BoxNode): void {
    this.#standing.delete(box.id);
  }

  /** What the relay's clock showed since the box asked. */
  #toldTheTime(box: BoxNode, { wall, tripMs }: Extract<InputBody, { type: 'vouched' }>): void {
    const { now } = this.world;
    if (now - this.relay.steppedAt <= tripMs) return;
    const told = wall - this.world.wall - this.relay.offsetMs;
    assert.ok(told <= 0 && told >= -tripMs, `${box.id}: was told the time of ${-told} ms ago`);
  }

  /** It was the newest at some instant since the box asked. */
  #vouched(box: BoxNode, tripMs: number): void {
    const standing = box.life?.store.synced.standing();
    const all = this.#newest.get(box.id) ?? [];
    const from = this.world.now - tripMs;
    const held = all.some(
      ({ epoch, rev }, at) =>
        epoch === standing?.epoch &&
        rev === standing.rev &&
        (all[at + 1]?.at ?? Number.POSITIVE_INFINITY) >= from,
    );
    assert.ok(held, `${box.id}: ${standing?.epoch}.${standing?.rev} was not the newest, and vouched for`);
    this.world.count('vouched');
  }
}
