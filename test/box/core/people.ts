import { type Fingerprint, slotId, wall } from '../../../src/base/brand.ts';
import type { Command, InputBody, Lookup } from '../../../src/box/core/input.ts';
import type { Prng } from '../../prng.ts';
import type { Cut, Rig } from './rig.ts';
import { type Booking, type Compartment, firstInstant, type World } from './world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nothing: Lookup = { code: [], phone: null };

/** Drivers, technicians, thieves and the weather: each turn somebody does something, sensible or not. */
export class People {
  readonly #world: World;
  readonly #rig: Rig;
  readonly #random: Prng;
  #asked = 0;
  #alarms = { tamper: false, 'power-low': false };
  /** The booking somebody is using just now: returns come from who took. */
  #favourite: Booking | null = null;

  constructor(world: World, rig: Rig, random: Prng) {
    this.#world = world;
    this.#rig = rig;
    this.#random = random;
  }

  /** Without a sensor nobody knows what is in a slot until a technician has said so. */
  stock(): void {
    for (const { id, key, sensed } of this.#world.compartments) {
      if (!sensed && this.#random.chance(0.85)) this.#command({ verb: 'correct', slot: id, key });
    }
  }

  turn(): void {
    const world = this.#world;
    this.#rig.pass(this.#random.int(20, 2_500));
    const { mode } = this.#rig.state.panel;
    if (mode === 'pin' && this.#random.chance(0.7)) this.#rig.feed({ type: 'pin-entered' });
    else if (mode === 'choose' && this.#random.chance(0.6)) this.#choose(this.#random.int(0, 4));
    else if (this.#pullable().length > 0 && this.#random.chance(0.75)) this.#pull();
    else if (world.compartments.some(one => one.door === 'open') && this.#random.chance(0.7)) this.#atDoor();
    else this.#anything();
  }

  #anything(): void {
    const deed = this.#random.weighted({
      credential: 26,
      again: 10,
      tag: 12,
      wrong: 3,
      short: 3,
      time: 14,
      command: 6,
      cache: 3,
      clock: 2,
      power: 3,
      disk: 2,
      faults: 4,
      force: 2,
      odd: 2,
    });
    const deeds: Record<typeof deed, () => void> = {
      credential: () => this.#credential(this.#random.pick(this.#world.bookings)),
      again: () => this.#credential(this.#favourite ?? this.#random.pick(this.#world.bookings)),
      tag: () => this.#tag(),
      wrong: () => this.#wrong(),
      short: () => this.#choose(this.#random.pick([0, 0, 1, 7])),
      time: () => this.#time(),
      command: () => this.#order(),
      cache: () => this.#cache(),
      clock: () => this.#clock(),
      power: () => this.#power(),
      disk: () => this.#disk(),
      faults: () => this.#faults(),
      force: () => this.#force(),
      odd: () => this.#odd(),
    };
    deeds[deed]();
  }

  /* ---- at the pad and the reader --------------------------------------------------------------------------------- */

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
    if (this.#random.chance(0.3)) this.#rig.feed({ type: 'pad-touched', length: this.#random.int(0, 8) });
    this.#rig.feed({ type: 'entered', choice: null, lookup });
  }

  #wrong(): void {
    for (let n = this.#random.pick([1, 1, 1, 2, 7]); n > 0; n -= 1) {
      const phone = { fingerprint: this.#world.stray('phone'), found: [] };
      this.#enter(this.#random.chance(0.75) ? nothing : { code: [], phone });
      this.#rig.pass(this.#random.int(300, 4_000));
      if (this.#rig.state.panel.mode === 'pin') this.#rig.feed({ type: 'pin-entered' });
    }
  }

  #choose(choice: number): void {
    this.#rig.feed({ type: 'entered', choice, lookup: nothing });
  }

  #tag(): void {
    const { hands, site } = this.#world;
    const kind = this.#random.weighted({ held: 10, any: 3, stray: 1 });
    if (kind === 'stray') this.#read(this.#world.stray('tag'));
    else if (kind === 'held' && hands.length > 0) this.#read(this.#world.tagOf(this.#random.pick(hands)));
    else this.#read(this.#world.tagOf(this.#random.pick(site.keys).name));
  }

  #read(of: Fingerprint): void {
    const key = this.#world.tags.get(of) ?? null;
    this.#rig.feed({ type: 'tag-read', fingerprint: of, key, badge: this.#world.candidates('badge', of) });
  }

  /* ---- at the doors ---------------------------------------------------------------------------------------------- */

  #pullable(): readonly Compartment[] {
    return this.#world.compartments.filter(
      one => one.door === 'shut' && one.unboltedUntil >= this.#world.true,
    );
  }

  #pull(): void {
    this.#swing(this.#random.pick(this.#pullable()), 'open');
  }

  #swing(one: Compartment, door: Compartment['door']): void {
    one.door = door;
    if (door === 'open') one.unboltedUntil = 0;
    if (!one.stuckDoor) this.#tellDoor(one);
  }

  #tellDoor(one: Compartment): void {
    one.toldDoor = one.door;
    this.#rig.feed({ type: 'door-changed', slot: one.id, door: one.door });
  }

  #atDoor(): void {
    const one = this.#random.pick(this.#world.compartments.filter(each => each.door === 'open'));
    const deed = this.#random.weighted({ take: 10, put: 10, swap: 1, shut: 9, tag: 2, wait: 1 });
    if (deed === 'shut') this.#swing(one, 'shut');
    else if (deed === 'tag') this.#tag();
    else if (deed === 'wait') this.#rig.pass(this.#random.int(10_000, 90_000));
    else if (deed === 'put' && one.key === null) this.#put(one);
    else if (one.key !== null) this.#takeOut(one);
    if (deed === 'swap' && one.key === null) this.#put(one);
    if (this.#random.chance(0.5) && one.door === 'open') {
      this.#rig.pass(this.#random.int(50, 3_000));
      this.#swing(one, 'shut');
    }
  }

  #put(one: Compartment): void {
    const { hands } = this.#world;
    if (hands.length === 0) return;
    const [key] = hands.splice(this.#random.int(0, hands.length - 1), 1);
    one.key = key ?? null;
    this.#tellPresence(one);
  }

  #takeOut(one: Compartment): void {
    if (one.key !== null) this.#world.hands.push(one.key);
    one.key = null;
    this.#tellPresence(one);
  }

  /** The sensor may be stuck, or a moment slower than the hand. */
  #tellPresence(one: Compartment): void {
    if (!one.sensed || one.stuckPresence) return;
    const told = (): InputBody | null => {
      const presence = this.#world.senses(one);
      if (presence === 'none' || presence === one.toldPresence) return null;
      one.toldPresence = presence;
      return { type: 'presence-changed', slot: one.id, presence };
    };
    if (this.#random.chance(0.3))
      this.#rig.later(this.#random.int(10, 900), () => told() ?? { type: 'woke' });
    else {
      const body = told();
      if (body !== null) this.#rig.feed(body);
    }
  }

  #force(): void {
    const one = this.#random.pick(this.#world.compartments);
    if (one.door === 'open') return;
    this.#swing(one, 'open');
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
      this.#command({ verb, on: this.#random.chance(0.4), until: this.#random.chance(0.5) ? hour : null });
    else if (verb === 'clock-set')
      this.#command({ verb, wall: this.#random.chance(0.7) ? wall(this.#world.true) : null });
    else if (verb === 'learn') this.#command({ verb, key, slot: this.#random.chance(0.5) ? slot : null });
    else if (verb === 'maintenance') this.#command({ verb, slot, on: this.#random.chance(0.4) });
    else this.#command({ verb, slot, key: this.#random.chance(0.8) ? one.key : null });
  }

  #cache(): void {
    if (this.#random.chance(0.4)) this.#random.pick(this.#world.bookings).cancelled = true;
    else this.#favourite = this.#world.book();
    this.#rig.feed({ type: 'bookings-changed', count: 1, who: 'mira', what: 'import' });
  }

  /* ---- time and trouble ---------------------------------------------------------------------------------------------- */

  #time(): void {
    const spans = { seconds: 10, minutes: 8, hour: 4, hours: 2, day: 1 };
    const longest = { seconds: 25_000, minutes: 700_000, hour: hourMs, hours: 6 * hourMs, day: 1.5 * dayMs };
    this.#rig.pass(this.#random.int(1_000, longest[this.#random.weighted(spans)]));
  }

  #clock(): void {
    const kind = this.#random.weighted({
      back: 3,
      year: 3,
      epoch: 3,
      right: 8,
      synced: 4,
      unsynced: 2,
      skewed: 3,
    });
    const skew = {
      back: -dayMs,
      year: 365 * dayMs,
      epoch: -firstInstant,
      right: 0,
      synced: 0,
      unsynced: this.#rig.skew,
      skewed: this.#random.int(-20, 20) * hourMs,
    };
    this.#rig.skew = skew[kind];
    if (kind === 'synced' || kind === 'unsynced')
      this.#rig.feed({ type: 'clock-synced', synced: kind === 'synced' });
    else this.#rig.feed({ type: 'woke' });
  }

  #power(): void {
    const kind = this.#random.weighted({ alarm: 4, cut: 4, stop: 1, commit: 3 });
    if (kind === 'alarm') this.#alarm();
    else if (kind === 'commit') this.#rig.cut = this.#random.pick<Cut>(['before-commit', 'after-commit']);
    else {
      if (kind === 'stop') this.#rig.feed({ type: 'stopping', reason: 'SIGTERM' });
      this.#rig.reboot(() => this.#dark());
      this.#repeatAlarms();
    }
  }

  /** While the box is dark: doors that stand open can still be used. */
  #dark(): void {
    this.#world.true += this.#random.int(1_000, 120_000);
    for (const one of this.#world.compartments) {
      if (this.#random.chance(0.3) && (one.door === 'open' || one.unboltedUntil > 0)) {
        if (one.key !== null && this.#random.chance(0.5)) {
          this.#world.hands.push(one.key);
          one.key = null;
        }
        one.door = this.#random.pick(['open', 'shut']);
      }
      one.unboltedUntil = 0;
    }
  }

  #alarm(): void {
    const line = this.#random.pick(['tamper', 'power-low'] as const);
    this.#alarms[line] = !this.#alarms[line];
    this.#rig.feed({ type: 'alarm-changed', line, active: this.#alarms[line] });
  }

  #repeatAlarms(): void {
    for (const line of ['tamper', 'power-low'] as const)
      if (this.#alarms[line]) this.#rig.feed({ type: 'alarm-changed', line, active: true });
  }

  #disk(): void {
    if (this.#rig.state.health.storage === 'degraded') {
      this.#rig.diskRefuses = false;
      this.#rig.feed({ type: 'storage-changed', storage: 'good', reason: 'writes succeed' });
    } else this.#rig.diskRefuses = true;
  }

  #faults(): void {
    const one = this.#random.pick(this.#world.compartments);
    const kind = this.#random.weighted({ door: 2, presence: 3, line: 1, port: 3, repair: 6 });
    if (kind === 'door') one.stuckDoor = true;
    else if (kind === 'presence') one.stuckPresence = true;
    else if (kind === 'line') this.#rig.feed({ type: 'line-faulted', slot: one.id, reason: 'door line' });
    else if (kind === 'port')
      this.#rig.feed({
        type: 'port-changed',
        device: this.#random.pick(['keypad', 'front']),
        up: this.#random.chance(0.5),
      });
    else for (const each of this.#world.compartments) this.#repair(each);
  }

  #repair(one: Compartment): void {
    if (one.stuckDoor && one.toldDoor !== one.door) this.#tellDoor(one);
    one.stuckDoor = false;
    one.stuckPresence = false;
    if (one.sensed && one.toldPresence !== this.#world.senses(one)) this.#tellPresence(one);
  }

  /** What no adapter should say, and the core must survive. */
  #odd(): void {
    const { id: slot } = this.#random.pick(this.#world.compartments);
    this.#rig.feed(
      this.#random.pick<InputBody>([
        { type: 'pin-entered' },
        { type: 'door-changed', slot, door: this.#toldDoor(slot) },
        { type: 'woke' },
      ]),
    );
  }

  #toldDoor(slot: Compartment['id']): Compartment['door'] {
    return this.#world.compartments.find(one => one.id === slot)?.toldDoor ?? 'shut';
  }
}
