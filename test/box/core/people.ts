import type { Prng } from '../../../scripts/rig/prng.ts';
import { type Fingerprint, slotId, wall } from '../../../src/base/brand.ts';
import type { Command, Lookup } from '../../../src/box/core/input.ts';
import { Doors } from './doors.ts';
import type { Rig } from './rig.ts';
import { Trouble } from './trouble.ts';
import { nothing } from './typed.ts';
import type { Booking, World } from './world.ts';

const hourMs = 3_600_000;

/** Drivers, technicians, thieves and the weather: each turn somebody does something, sensible or not. */
export class People {
  readonly #world: World;
  readonly #rig: Rig;
  readonly #random: Prng;
  #asked = 0;
  readonly #doors: Doors;
  readonly #trouble: Trouble;
  /** The booking somebody is using just now: returns come from who took. */
  #favourite: Booking | null = null;

  constructor(world: World, rig: Rig, random: Prng) {
    this.#world = world;
    this.#rig = rig;
    this.#random = random;
    this.#doors = new Doors(world, rig, random);
    this.#trouble = new Trouble(world, rig, random, this.#doors);
  }

  /** Without a sensor nobody knows what is in a slot until a technician has said so. */
  stock(): void {
    for (const { id, key, sensed } of this.#world.compartments) {
      if (!sensed && this.#random.chance(0.85)) this.#command({ verb: 'correct', slot: id, key });
    }
    if (this.#world.site.rules.maxSyncAgeMs === null) return;
    this.#trouble.enrol(true);
    this.#trouble.vouch(true);
  }

  turn(): void {
    const world = this.#world;
    this.#rig.pass(this.#random.int(20, 2_500));
    const { mode } = this.#rig.state.panel;
    if (mode === 'pin' && this.#random.chance(0.7)) this.#pin();
    else if (mode === 'choose' && this.#random.chance(0.6)) this.#choose(this.#random.int(0, 4));
    else if (this.#doors.pullable().length > 0 && this.#random.chance(0.75)) this.#doors.pull();
    else if (world.compartments.some(one => one.door === 'open') && this.#random.chance(0.7))
      this.#doors.atDoor();
    else if (this.#random.chance(0.06)) this.#mend();
    else this.#anything();
  }

  #mend(): void {
    this.#trouble.mend();
    if (this.#random.chance(0.5)) this.#trouble.vouch(true);
    if (this.#rig.state.lockdown.on) this.#command({ verb: 'lockdown', on: false, until: null });
    if (this.#random.chance(0.3)) this.#audit();
  }

  /** A technician walks along the slots and says what is in them. */
  #audit(): void {
    for (const { id, key, door } of this.#world.compartments)
      if (door === 'shut') this.#command({ verb: 'correct', slot: id, key });
    for (const { id } of this.#world.compartments) this.#command({ verb: 'restore-slot', slot: id });
  }

  #anything(): void {
    const deed = this.#random.weighted({
      credential: 30,
      again: 12,
      tag: 7,
      wrong: 1,
      short: 2,
      time: 14,
      command: 6,
      cache: 3,
      clock: 2,
      power: 3,
      disk: 2,
      faults: 4,
      force: 2,
      odd: 2,
      relay: 3,
      stall: 3,
    });
    const deeds: Record<typeof deed, () => void> = {
      credential: () => this.#credential(this.#someBooking()),
      again: () => this.#credential(this.#favourite ?? this.#random.pick(this.#world.bookings)),
      tag: () => this.#tag(),
      wrong: () => this.#wrong(),
      short: () => this.#choose(this.#random.pick([0, 0, 1, 7])),
      time: () => this.#trouble.time(),
      command: () => this.#order(),
      cache: () => this.#cache(),
      clock: () => this.#trouble.clock(),
      power: () => this.#trouble.power(),
      disk: () => this.#trouble.disk(),
      faults: () => this.#trouble.faults(),
      force: () => this.#doors.force(),
      odd: () => this.#trouble.odd(),
      relay: () => this.#trouble.relay(),
      stall: () => this.#trouble.stall(),
    };
    deeds[deed]();
  }

  /* ---- at the pad and the reader --------------------------------------------------------------------------------- */

  #someBooking(): Booking {
    const now = this.#world.true;
    const live = this.#world.bookings.filter(
      one => !one.cancelled && now >= one.start && (one.end === null || now < one.end),
    );
    if (live.length < 2 && this.#random.chance(0.5)) return this.#world.book();
    return this.#random.pick(live.length > 0 && this.#random.chance(0.8) ? live : this.#world.bookings);
  }

  #credential(one: Booking): void {
    this.#favourite = one;
    const means = (['code', 'phone', 'badge'] as const).filter(by => one[by] !== null);
    const by = this.#random.pick(means);
    const of = one[by];
    if (of === null) return;
    if (by === 'badge') this.#read(of);
    else if (by === 'code') this.#enter({ code: this.#world.candidates('code', of), phone: null });
    else this.#enter({ code: [], phone: { fingerprint: of, found: this.#world.candidates('phone', of) } });
  }

  #enter(lookup: Lookup): void {
    if (this.#random.chance(0.3)) this.#rig.feed({ type: 'keypad-touched', length: this.#random.int(0, 8) });
    if (this.#random.chance(0.05))
      this.#rig.feed({
        type: 'keypad-cleared',
        by: this.#random.pick(['key', 'silence', 'noise']),
        length: this.#random.int(0, 8),
      });
    this.#rig.enter(lookup, lookup.phone === null ? 8 : 10);
  }

  /** A PIN, or the code of somebody who stands at the prompt of another. */
  #pin(): void {
    if (this.#random.chance(0.8)) this.#rig.enter(nothing, this.#random.int(4, 8));
    else this.#credential(this.#someBooking());
  }

  #wrong(): void {
    for (let n = this.#random.pick([1, 1, 1, 2, 7]); n > 0; n -= 1) {
      const phone = { fingerprint: this.#world.stray('phone'), found: [] };
      this.#enter(this.#random.chance(0.75) ? nothing : { code: [], phone });
      this.#rig.pass(this.#random.int(300, 4_000));
      if (this.#rig.state.panel.mode === 'pin') this.#pin();
    }
  }

  #choose(choice: number): void {
    this.#rig.enter(nothing, String(choice).length, choice);
  }

  #tag(): void {
    const { hands, site } = this.#world;
    const kind = this.#random.weighted({ held: 10, any: 1, stray: 0.3 });
    if (kind === 'stray') this.#read(this.#world.stray('tag'));
    else if (kind === 'held' && hands.length > 0) this.#read(this.#world.tagOf(this.#random.pick(hands)));
    else this.#read(this.#world.tagOf(this.#random.pick(site.keys).name));
  }

  #read(of: Fingerprint): void {
    const key = this.#world.tags.get(of) ?? null;
    const read = { fingerprint: of, key, badge: this.#world.candidates('badge', of) };
    this.#rig.feed({ type: 'tag-read', frames: 1, ...read });
    if (this.#random.chance(0.5)) this.#rig.feed({ type: 'tag-read', frames: 2, ...read });
  }

  /* ---- technicians, the cache -------------------------------------------------------------------------------------- */

  #command(command: Command): void {
    this.#asked += 1;
    this.#rig.feed({ type: 'command', id: this.#asked, who: 'mira', why: 'a reason', command });
  }

  #order(): void {
    const one = this.#random.pick(this.#world.compartments);
    const { name: key } = this.#random.pick(this.#world.site.keys);
    const slot = this.#random.chance(0.05) ? slotId(99) : one.id;
    const hour = wall(this.#world.true + hourMs);
    const verb = this.#random.weighted({
      open: 8,
      'open-all': 2,
      lockdown: 5,
      'clock-set': 2,
      learn: 4,
      maintenance: 3,
      correct: 5,
      'restore-slot': 6,
    });
    if (verb === 'open' || verb === 'restore-slot') this.#command({ verb, slot });
    else if (verb === 'open-all') this.#command({ verb });
    else if (verb === 'lockdown')
      this.#command({ verb, on: this.#random.chance(0.25), until: this.#random.chance(0.5) ? hour : null });
    else if (verb === 'clock-set')
      this.#command({ verb, wall: this.#random.chance(0.7) ? wall(this.#world.true) : null });
    else if (verb === 'learn') this.#command({ verb, key, slot: this.#random.chance(0.5) ? slot : null });
    else if (verb === 'maintenance') this.#command({ verb, slot, on: this.#random.chance(0.25) });
    else this.#command({ verb, slot, key: this.#random.chance(0.8) ? one.key : null });
  }

  #cache(): void {
    if (this.#random.chance(0.4)) this.#random.pick(this.#world.bookings).cancelled = true;
    else this.#favourite = this.#world.book();
    this.#rig.feed({ type: 'bookings-changed', count: 1, who: 'mira', what: 'import' });
  }
}
