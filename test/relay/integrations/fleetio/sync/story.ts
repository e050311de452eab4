/** A seeded history of assignments and of everything that goes wrong meanwhile; at its end all must agree. */

import { Prng } from '../../../../../scripts/rig/prng.ts';
import { cancelBooking, changeBooking } from '../../../../../src/relay/domain/bookings.ts';
import { bookByHand } from '../../../../../src/relay/integrations/fleetio/sync/by-hand.ts';
import { linkVehicle } from '../../../../../src/relay/integrations/fleetio/vehicles/vehicles.ts';
import { turn, wellBehaved } from '../../../../../src/sandbox/switches.ts';
import { Rejected } from '../../../../../src/sandbox/world.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

const box = 'depot-a';
const stepsMax = 30;
/** How long passes between two deeds, and in which steps. */
const lengths = {
  moment: [500, 500],
  moments: [3_000, 1_000],
  while: [20_000, 5_000],
  minutes: [5 * minuteMs, 30_000],
  hours: [2 * hourMs, 15 * minuteMs],
} as const;

export class Story {
  readonly rig: EngineRig;
  readonly log: string[] = [];
  /** Assignments whose booking somebody changed or cancelled by hand: they are theirs. */
  readonly byHand = new Set<number>();
  readonly cleared = new Set<number>();
  readonly #prng: Prng;
  readonly #vans: number[] = [];
  readonly #people: number[] = [];
  #copies = 1;

  private constructor(rig: EngineRig, prng: Prng) {
    this.rig = rig;
    this.#prng = prng;
  }

  static async of(seed: number): Promise<Story> {
    const prng = new Prng(seed);
    const settings = { callsPerMin: prng.pick([0, 0, 20, 60]) };
    const rig = await EngineRig.make({ settings, unsigned: prng.chance(0.1) });
    const story = new Story(rig, prng);
    for (const [at, mode] of (['automatic', 'automatic', 'prompt'] as const).entries())
      story.#vans.push(await rig.vehicle(at + 1, mode));
    for (const [name, more] of [
      ['Ada Moreno', { email: 'ada@example.com', mobile: '+31612345678' }],
      ['Bo Li', { email: 'bo@example.com' }],
      ['Cy Twombly', {}],
    ] as const)
      story.#people.push(rig.world.addContact(name, more).id);
    const longBookings = prng.pick(['reuse', 'fresh', 'once'] as const);
    await rig.set({ assignments: { longBookings, followKey: prng.chance(0.2) } });
    rig.start();
    return story;
  }

  async run(): Promise<void> {
    for (let at = 0; at < 3; at += 1) await this.#deeds.assign();
    for (let step = 0; step < stepsMax; step += 1) {
      await this.#step();
      await this.#pass();
    }
    await this.#calm();
  }

  async #pass(): Promise<void> {
    const length = this.#prng.weighted({ moment: 4, moments: 4, while: 2, minutes: 2, hours: 0.5 });
    const [ms, step] = lengths[length];
    await this.rig.pass(ms, step);
  }

  /** Everything is as it should be again, for long enough to notice. */
  async #calm(): Promise<void> {
    turn(this.rig.switches, { ...wellBehaved() });
    this.rig.fleet.hook.enabled = true;
    if (this.rig.depot.dark.has(box)) this.rig.depot.back(box);
    this.log.push('all is calm');
    await this.rig.pass(2 * hourMs, 5 * minuteMs);
    await this.rig.pass(20_000, 1_000);
  }

  async #step(): Promise<void> {
    const deed = this.#prng.weighted({
      ...{ assign: 6, change: 6, end: 1, remove: 2, take: 4, back: 3, clear: 1 },
      ...{ misbehave: 4, behave: 2, dark: 1, light: 1, link: 1, confirm: 2, byHand: 1, restart: 0.5 },
    });
    this.log.push(`${new Date(this.rig.now()).toISOString()} ${deed}`);
    await this.#deeds[deed]();
  }

  readonly #deeds = {
    assign: () => this.#rejectable(() => this.rig.world.assign(this.#draft())),
    change: () => this.#one(id => this.#rejectable(() => this.rig.world.change(id, this.#patch(id)))),
    end: () =>
      this.#one(id => this.#rejectable(() => this.rig.world.change(id, { endedAt: this.rig.now() }))),
    remove: () => this.#one(id => this.rig.world.remove(id)),
    take: () => this.#take(),
    back: () => this.#back(),
    clear: () => this.#one(id => this.#clear(id)),
    misbehave: () => this.#misbehave(),
    behave: () => turn(this.rig.switches, { ...wellBehaved() }),
    dark: () => this.rig.depot.vanish(box, this.rig.now()),
    light: () => this.rig.depot.back(box),
    link: () => this.#link(),
    confirm: () => this.#one(id => this.#confirm(id)),
    byHand: () => this.#one(id => this.#byHand(id)),
    restart: () => this.#restart(),
  } as const satisfies Record<string, () => unknown>;

  #rejectable(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      this.log.push('  rejected');
    }
  }

  async #one(work: (id: number) => unknown): Promise<void> {
    const ids = [...this.rig.world.assignments.keys()];
    if (ids.length > 0) await work(this.#prng.pick(ids));
  }

  #draft() {
    const start = this.rig.now() + this.#prng.int(-2, 4) * 15 * minuteMs;
    const startedAt = this.#prng.chance(0.1) ? null : start;
    const endedAt = this.#prng.chance(0.2) ? null : start + this.#prng.int(1, 80) * 30 * minuteMs;
    return {
      vehicle: this.#prng.pick(this.#vans),
      contact: this.#prng.pick(this.#people),
      startedAt,
      endedAt,
    };
  }

  #patch(id: number): object {
    const draft = this.#draft();
    const before = this.rig.world.assignments.get(id);
    this.log.push(`  ${id}`);
    switch (this.#prng.int(0, 3)) {
      case 0:
        return { contact: draft.contact };
      case 1:
        return { vehicle: draft.vehicle };
      case 2:
        return { endedAt: (before?.startedAt ?? this.rig.now()) + this.#prng.int(1, 40) * 30 * minuteMs };
      default:
        return { startedAt: draft.startedAt, endedAt: draft.endedAt };
    }
  }

  /** Somebody types the code that the box has, in its window. */
  async #take(): Promise<void> {
    const now = this.rig.now();
    const out = await this.#out();
    const fit = [...(this.rig.depot.sets.get(box)?.values() ?? [])].filter(
      record =>
        record.code !== null &&
        record.start <= now &&
        (record.end === null || record.end > now) &&
        record.life === 'fresh' &&
        !out.some(({ key }) => key === record.key),
    );
    if (fit.length === 0 || this.rig.depot.dark.has(box)) return;
    const record = this.#prng.pick(fit);
    this.log.push(`  ${record.id} of ${record.key}`);
    await this.rig.depot.says(box, 'key-taken', record.id, record.key);
  }

  async #back(): Promise<void> {
    const out = await this.#out();
    if (out.length === 0 || this.rig.depot.dark.has(box)) return;
    const { id, key } = this.#prng.pick(out);
    this.log.push(`  ${id} of ${key}`);
    await this.rig.depot.says(box, 'key-returned', id, key);
  }

  #out(): Promise<readonly { readonly id: string; readonly key: string }[]> {
    return this.rig.store.db
      .selectFrom('booking')
      .innerJoin('key', 'key.id', 'booking.key')
      .select(['booking.id', 'key.name as key'])
      .where('taken', 'is not', null)
      .where('returned', 'is', null)
      .execute();
  }

  #clear(id: number): void {
    this.cleared.add(id);
    this.rig.world.change(id, { fields: {} });
  }

  #misbehave(): void {
    const { rig } = this;
    const pick = this.#prng.int(0, 9);
    this.log.push(`  ${pick}`);
    if (pick <= 2) {
      const failure = this.#prng.pick([
        '401',
        '403',
        '404',
        '422',
        '429',
        '500',
        '503',
        'hang',
        'garbage',
        'cut',
      ] as const);
      const failOn = this.#prng.pick(['', 'PATCH', 'GET /vehicle_assignments', '/contacts', '/webhooks']);
      this.log.push(`  ${failure} on ${failOn}`);
      turn(rig.switches, { failure, failOn, failTimes: this.#prng.pick([1, 3, -1]) });
    } else if (pick === 3) turn(rig.switches, { hooks: { silent: true } });
    else if (pick === 4) turn(rig.switches, { hooks: { lateMs: this.#prng.pick([500, 5_000, 300_000]) } });
    else if (pick === 5) turn(rig.switches, { hooks: { doubled: true, swapped: this.#prng.chance(0.5) } });
    else if (pick === 6) turn(rig.switches, { hooks: { coalesceMs: 60_000 } });
    else if (pick === 7) turn(rig.switches, { fields: 'replace', noFields: 'null', unknownKeys: 'reject' });
    else if (pick === 8) turn(rig.switches, { lists: 'array', echo: false, deletedPayload: 'id' });
    else Object.assign(rig.fleet.hook, { enabled: false, disabledReason: 'too many failed attempts' });
  }

  async #link(): Promise<void> {
    const vehicle = String(this.#prng.pick(this.#vans));
    const mode = this.#prng.pick(['automatic', 'prompt'] as const);
    await this.rig.house.act(c => linkVehicle(c, this.rig.integration, vehicle, { mode }));
  }

  async #confirm(id: number): Promise<void> {
    try {
      await this.rig.act(context => bookByHand(context, String(id), {}));
      this.log.push(`  ${id} booked`);
    } catch (error) {
      this.log.push(`  ${String(error)}`);
    }
  }

  async #byHand(id: number): Promise<void> {
    const booking = await this.rig.booking(id);
    if (booking === null) return;
    try {
      if (this.#prng.chance(0.5)) {
        const end = this.rig.now() + this.#prng.int(1, 20) * hourMs;
        await this.rig.house.act(c => changeBooking(c, booking.id, { end }));
      } else await this.rig.house.act(c => cancelBooking(c, booking.id));
      this.byHand.add(id);
    } catch (error) {
      this.log.push(`  ${String(error)}`);
    }
  }

  /** This copy ends, whatever it was at, and another begins. */
  async #restart(): Promise<void> {
    this.#copies += 1;
    await this.rig.restart(`relay-${this.#copies}`);
  }
}
