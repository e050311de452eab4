/** Administrators at the relay: they book, change, cancel, command and rotate keys, and hand out codes that may be handed out. */
import assert from 'node:assert/strict';
import { bookingId } from '../../src/base/brand.ts';
import { Fault } from '../../src/base/fault.ts';
import { bookingCode } from '../../src/relay/domain/booking-views.ts';
import { cancelBooking, changeBooking, createBooking } from '../../src/relay/domain/bookings.ts';
import { newClaim } from '../../src/relay/domain/boxes.ts';
import { orderCommand } from '../../src/relay/domain/commands.ts';
import type { Context } from '../../src/relay/domain/context.ts';
import { changeDriver, createDriver } from '../../src/relay/domain/drivers.ts';
import { identities, rotateIdentity } from '../../src/relay/domain/identity.ts';
import { changeKey } from '../../src/relay/domain/keys.ts';
import type { Order } from '../../src/wire/down.ts';
import type { BoxNode } from './box-node.ts';
import type { History, Released } from './history.ts';
import { type AdminTurn, adminRates, type Leaning } from './leaning.ts';
import type { RelayNode } from './relay-node.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

export interface Ordered {
  readonly id: string;
  readonly box: string;
  readonly who: string;
}

export interface AdminDeps {
  readonly world: World;
  readonly relay: RelayNode;
  readonly history: History;
  readonly boxes: readonly BoxNode[];
  readonly release: (released: Released) => void;
  readonly leaning: Leaning;
}

export class Admins {
  readonly #parts: AdminDeps;
  readonly keys: { readonly box: string; readonly id: string }[] = [];
  readonly drivers: string[] = [];
  readonly bookings: string[] = [];
  readonly ordered: Ordered[] = [];
  #orders = 0;

  constructor(parts: AdminDeps) {
    this.#parts = parts;
  }

  /** One use case; a denial is no news. */
  async turn(): Promise<void> {
    const { relay, world, leaning } = this.#parts;
    if (!relay.alive) return;
    const what = world.random.weighted<AdminTurn>({ ...adminRates, ...leaning.admins });
    // What a relay that dies meanwhile never answers is not waited for.
    void this.#does(what).catch((error: unknown) => {
      if (!(error instanceof Fault)) world.fail(error);
    });
    await world.settle();
  }

  async #does(what: AdminTurn): Promise<unknown> {
    switch (what) {
      case 'book':
        return this.#book();
      case 'change':
        return this.#change();
      case 'cancel':
        return this.#act(context => cancelBooking(context, this.#some(this.bookings)));
      case 'code':
        return this.code(this.#some(this.bookings));
      case 'driver':
        return this.#driver();
      case 'key':
        return this.#key();
      case 'command':
        return this.#command();
      case 'rotate':
        return this.#rotate();
    }
  }

  #act<T>(work: (context: Context) => Promise<T>): Promise<T> {
    return this.#parts.relay.act(work);
  }

  #some<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Fault('none', 'nothing there yet', 'Later.');
    return this.#parts.world.random.pick(items.slice(-15));
  }

  #window(): { readonly start: number; readonly end: number | null } {
    const { world, relay } = this.#parts;
    const { random } = world;
    const now = relay.clock.wall();
    const start = now + minuteMs * (random.chance(0.7) ? random.int(-10, 2) : random.int(2, 25));
    return { start, end: random.chance(0.1) ? null : start + minuteMs * random.int(12, 60) };
  }

  async #book(): Promise<void> {
    const { world, history } = this.#parts;
    const { random } = world;
    const reuse = random.chance(0.15);
    const driver = this.drivers.length > 0 && random.chance(0.4) ? { driver: random.pick(this.drivers) } : {};
    const wish = { key: this.#some(this.keys).id, ...driver, ...this.#window(), reuse };
    const { id } = await this.#act(context => createBooking(context, wish));
    this.bookings.push(id);
    if (reuse) history.reusable.add(id);
    world.tell(`admin: books ${id}`);
  }

  /** So many bookings that a snapshot has several parts. */
  async crowd(box: string): Promise<void> {
    const key = this.keys.find(each => each.box === box)?.id ?? '';
    const start = this.#parts.relay.clock.wall() + 600 * minuteMs;
    await this.#act(async context => {
      for (let at = 0; at < 180; at += 1) await createBooking(context, { key, start, end: start + minuteMs });
    });
  }

  async #change(): Promise<void> {
    const { world } = this.#parts;
    const { random } = world;
    const id = this.#some(this.bookings);
    const patch = random.pick([
      () => this.#window(),
      () => ({ key: this.#some(this.keys).id }),
      () => (this.drivers.length === 0 ? { end: null } : { driver: random.pick(this.drivers) }),
    ])();
    await this.#act(context => changeBooking(context, id, patch));
    world.tell(`admin: changes ${id} ${Object.keys(patch)}`);
  }

  async #driver(): Promise<void> {
    const { random } = this.#parts.world;
    const badge = String(random.int(1_000_000, 9_999_999));
    if (this.drivers.length < 3) {
      const { id } = await this.#act(context => createDriver(context, { name: 'A. Driver', badge }));
      this.drivers.push(id);
    } else await this.#act(context => changeDriver(context, this.#some(this.drivers), { badge }));
  }

  #key(): Promise<unknown> {
    const { random } = this.#parts.world;
    const tag = random.chance(0.3) ? null : String(random.int(1_000_000, 9_999_999));
    return this.#act(context => changeKey(context, this.#some(this.keys).id, { tag }));
  }

  async #command(): Promise<void> {
    const { world, relay, boxes } = this.#parts;
    const { random } = world;
    const box = random.pick(boxes);
    const order = random.pick<Order>([
      { verb: 'open', slot: random.int(1, box.slots.length + 1) },
      { verb: 'resync' },
      { verb: 'lockdown', on: random.chance(0.3), until: relay.clock.wall() + minuteMs },
      { verb: 'texts', texts: { name: `Yard ${random.int(1, 99)}` } },
      { verb: 'rules', rules: { leadMin: random.int(1, 30) } },
    ]);
    this.#orders += 1;
    const who = `admin-${this.#orders}`;
    const lifeMs = random.int(5_000, 120_000);
    const { id } = await this.#act(context =>
      orderCommand(context, { box: box.id, order, who, why: 'simulated', lifeMs }),
    );
    this.ordered.push({ id, box: box.id, who });
    world.tell(`admin: orders ${order.verb} of ${box.id}: ${id}`);
    if (relay.alive) await relay.life.fleet.nudge();
  }

  async #rotate(): Promise<void> {
    const { world } = this.#parts;
    await this.#act(context => rotateIdentity(context));
    await this.noteKeys();
    world.tell('admin: rotates the key of the relay');
  }

  /** The history reads what the relay says with them. */
  async noteKeys(): Promise<readonly string[]> {
    const { relay, history } = this.#parts;
    const all = await identities(relay.life.store.db, relay.options.atRest);
    for (const { id, key } of all) history.keys.set(id, key);
    return all.map(({ id }) => id);
  }

  /** A code is handed out only if the box has it, now and for certain. */
  async code(id: string): Promise<void> {
    const { release, boxes, world } = this.#parts;
    const found = await this.#act(async context => {
      const { code } = await bookingCode(context, id);
      const row = await context.tx
        .selectFrom('booking')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return { code, row };
    });
    const { code, row } = found;
    const box = boxes.find(each => each.id === row.box);
    if (box === undefined) throw new Error(`no box ${row.box}`);
    world.tell(`admin: reads the code of ${id}`);
    if (row.taken === null) this.#mustBeThere(box, { id, code, rev: row.rev });
    release({ box: row.box, booking: id, code });
  }

  #mustBeThere(
    box: BoxNode,
    booking: { readonly id: string; readonly code: string; readonly rev: number },
  ): void {
    const { life } = box;
    // A box without power keeps what it has; one whose database was lost may not have told the relay yet.
    if (life === null || !box.heardSince) return;
    const { epoch, rev } = life.store.synced.standing();
    const say = `${booking.id} of revision ${booking.rev} was released, ${box.id} is at ${epoch}.${rev}`;
    assert.ok(epoch >= this.#parts.relay.epoch && rev >= booking.rev, say);
    const found = life.store.bookings.find(bookingId(booking.id))?.row ?? null;
    const deferred = life.store.synced.deferred().some(({ id }) => id === booking.id);
    if (found === null || deferred) return;
    assert.equal(found.code, life.vault.fingerprint('code', booking.code), `${say}, with another code`);
  }

  /** A box that has pinned a key which nobody has any more. */
  async enrol(box: BoxNode): Promise<void> {
    const { claim } = await this.#act(context => newClaim(context, box.id));
    this.#parts.history.enrolledAnew(box);
    await box.life?.relayClient.enrol({ relay: 'http://127.0.0.1', claim, plain: false }, 'ada');
  }
}
