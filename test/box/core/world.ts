import type { Prng } from '../../../scripts/rig/prng.ts';
import {
  type BookingId,
  bookingId,
  driverId,
  type Fingerprint,
  fingerprint,
  hours,
  type KeyName,
  keyName,
  millis,
  minutes,
  type SlotId,
  seconds,
  slotId,
  wall,
} from '../../../src/base/brand.ts';
import type { Candidate, Door, Presence, Rules, Subject, Use } from '../../../src/box/core/model.ts';

export interface WorldSite {
  readonly rules: Rules;
  readonly slots: readonly {
    readonly id: SlotId;
    readonly pulseMs: ReturnType<typeof millis>;
    readonly sensed: boolean;
  }[];
  readonly keys: readonly { readonly name: KeyName; readonly home: SlotId; readonly tagged: boolean }[];
}

/** A compartment as it really is, whatever its sensors say. */
export interface Compartment {
  readonly id: SlotId;
  readonly sensed: boolean;
  door: Door;
  key: KeyName | null;
  /** True until this true time: the bolt is back and the door can be pulled. */
  unboltedUntil: number;
  stuckDoor: boolean;
  stuckPresence: boolean;
  /** What was last told to the box. */
  toldDoor: Door;
  toldPresence: Presence;
}

export interface Booking {
  readonly id: BookingId;
  readonly key: KeyName;
  readonly start: number;
  readonly end: number | null;
  readonly code: Fingerprint | null;
  readonly phone: Fingerprint | null;
  readonly badge: Fingerprint | null;
  readonly pin: boolean;
  readonly reuse: boolean;
  cancelled: boolean;
  voided: boolean;
}

const hex = (kind: number, n: number): Fingerprint =>
  fingerprint(`${kind}${n.toString(16).padStart(7, '0')}`.repeat(8));
const hourMs = 3_600_000;
/** A Tuesday morning in May. */
export const firstInstant = Date.UTC(2026, 4, 5, 8, 0, 0);

export function makeSite(random: Prng): WorldSite {
  const count = random.int(1, 6);
  const sensing = random.pick(['all', 'none', 'mixed', 'all']);
  const slots = Array.from({ length: count }, (_, at) => ({
    id: slotId(at + 1),
    pulseMs: millis(random.pick([100, 300, 300, 1_000])),
    sensed: sensing === 'all' || (sensing === 'mixed' && random.chance(0.5)),
  }));
  const keys = Array.from({ length: Math.max(1, count + random.int(-1, 1)) }, (_, at) => ({
    name: keyName(`slot-${at + 1}`),
    home: slotId((at % count) + 1),
    tagged: random.chance(0.7),
  }));
  return { rules: makeRules(random), slots, keys };
}

const makeRules = (random: Prng): Rules => ({
  leadMs: minutes(random.pick([0, 15, 15])),
  openWithinMs: seconds(20),
  doorHeldMs: seconds(60),
  doorSettleMs: seconds(1.5),
  dueSoonMs: minutes(15),
  overdueGraceMs: minutes(random.pick([0, 10])),
  maxSyncAgeMs: random.pick([null, null, hours(2)]),
  badgeNeedsPin: random.chance(0.5),
  hasDisplay: random.chance(0.6),
});

/** Cabinet, keys, people's credentials and the cache of bookings, as they really are. */
export class World {
  readonly site: WorldSite;
  readonly compartments: Compartment[];
  readonly bookings: Booking[] = [];
  /** Keys in people's hands. */
  readonly hands: KeyName[] = [];
  readonly tags = new Map<Fingerprint, KeyName>();
  readonly #tagOf = new Map<KeyName, Fingerprint>();
  readonly #random: Prng;
  /** What the cache says became of each booking. */
  readonly uses = new Map<BookingId, Use>();
  /** True UTC, which nobody in the box knows. */
  true = firstInstant;
  #made = 0;

  constructor(random: Prng) {
    this.#random = random;
    this.site = makeSite(random);
    this.compartments = this.site.slots.map(({ id, sensed }) => this.#compartment(id, sensed));
    for (const [at, key] of this.site.keys.entries()) this.#bring(at, key);
    for (let n = random.int(2, 4 + this.site.keys.length * 2); n > 0; n -= 1) this.book();
  }

  #compartment(id: SlotId, sensed: boolean): Compartment {
    const state = { unboltedUntil: 0, stuckDoor: false, stuckPresence: false };
    return {
      id,
      sensed,
      door: 'shut',
      key: null,
      ...state,
      toldDoor: 'shut',
      toldPresence: sensed ? 'absent' : 'none',
    };
  }

  #bring(at: number, { name, home, tagged }: WorldSite['keys'][number]): void {
    this.#tagOf.set(name, hex(1, at));
    if (tagged) this.tags.set(hex(1, at), name);
    const place = this.compartments.find(one => one.id === home && one.key === null);
    if (place === undefined || this.#random.chance(0.1)) this.hands.push(name);
    else place.key = name;
  }

  tagOf(key: KeyName): Fingerprint {
    return this.#tagOf.get(key) ?? hex(9, 9);
  }

  /** One more booking, mostly sensible. */
  book(): Booking {
    const random = this.#random;
    this.#made += 1;
    const start = this.true + random.int(-3, 2) * hourMs + random.int(-20, 20) * 60_000;
    const means = random.weighted({ code: 6, both: 3, badge: 3, phone: 2, all: 1 });
    const has = (...kinds: string[]): boolean => kinds.includes(means);
    const made: Booking = {
      id: bookingId(`booking-${this.#made}`),
      key: random.pick(this.site.keys).name,
      start,
      end: random.chance(0.15) ? null : start + random.int(1, 8) * hourMs,
      code: has('code', 'both', 'all') ? hex(2, random.chance(0.05) ? 1 : this.#made) : null,
      phone: has('phone', 'both', 'all') ? hex(3, random.int(1, 4)) : null,
      badge: has('badge', 'all') ? hex(4, random.int(1, 4)) : null,
      pin: random.chance(0.6),
      reuse: random.chance(0.25),
      cancelled: random.chance(0.04),
      voided: random.chance(0.04),
    };
    this.bookings.push(made);
    return made;
  }

  #conflicting(one: Booking): boolean {
    const inside = (other: Booking): boolean =>
      this.true >= other.start && (other.end === null || this.true < other.end);
    return this.bookings.some(
      other => other !== one && other.key === one.key && !other.cancelled && inside(other),
    );
  }

  /** As the store would answer: the booking with what its use rows say. */
  candidates(by: 'code' | 'phone' | 'badge', of: Fingerprint): readonly Candidate[] {
    const found = this.bookings.filter(one => one[by] === of).slice(-16);
    return found.map(one => ({
      booking: one.id,
      key: one.key,
      start: wall(one.start),
      end: one.end === null ? null : wall(one.end),
      reuse: one.reuse,
      driver: driverId(`driver-${one.id}`),
      cancelled: one.cancelled,
      voided: one.voided,
      conflicting: this.#conflicting(one),
      needsPin: (by === 'phone' && one.pin) || (by === 'badge' && this.site.rules.badgeNeedsPin),
      use: this.uses.get(one.id) ?? null,
    }));
  }

  subjectsOf({ by, fingerprint: of }: Subject): readonly Candidate[] {
    return this.candidates(by, of);
  }

  hasPin(id: BookingId): boolean {
    return this.bookings.some(one => one.id === id && one.pin);
  }

  bind(tag: string, key: string): void {
    for (const [known, name] of this.tags) if (name === key) this.tags.delete(known);
    this.tags.set(fingerprint(tag), keyName(key));
  }

  /** The lock moved: its door can be pulled for a while. */
  unbolt(slot: SlotId): void {
    const found = this.compartments.find(one => one.id === slot);
    if (found !== undefined) found.unboltedUntil = this.true + 8_000;
  }

  /** Fingerprints that name nothing. */
  stray(kind: 'code' | 'phone' | 'tag'): Fingerprint {
    return hex({ code: 5, phone: 6, tag: 7 }[kind], this.#random.int(1, kind === 'phone' ? 3 : 900));
  }

  senses({ sensed, key }: Compartment): Presence {
    if (!sensed) return 'none';
    return key === null ? 'absent' : 'present';
  }

  /** What the lines say now, stuck or not; as the box reads them at its start. */
  levels(): { readonly slot: SlotId; readonly door: Door; readonly presence: Presence }[] {
    return this.compartments.map(one => {
      if (!one.stuckDoor) one.toldDoor = one.door;
      if (!one.stuckPresence) one.toldPresence = this.senses(one);
      return { slot: one.id, door: one.toldDoor, presence: one.toldPresence };
    });
  }
}
