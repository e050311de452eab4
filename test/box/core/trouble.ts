import type { Prng } from '../../../scripts/rig/prng.ts';
import { millis, wall } from '../../../src/base/brand.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import type { Doors } from './doors.ts';
import type { Cut, Rig } from './rig.ts';
import { type Compartment, firstInstant, type World } from './world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What goes wrong with clocks, power, disk and wires, and what sets it right. */
export class Trouble {
  readonly #world: World;
  readonly #rig: Rig;
  readonly #random: Prng;
  readonly #doors: Doors;
  #alarms = { tamper: false, 'power-low': false };

  constructor(world: World, rig: Rig, random: Prng, doors: Doors) {
    this.#world = world;
    this.#rig = rig;
    this.#random = random;
    this.#doors = doors;
  }

  /** Nobody lets a box stay broken for long. */
  mend(): void {
    if (this.#rig.state.health.storage === 'degraded') this.disk();
    if (this.#rig.skew !== 0) this.#setSkew(0);
    if (this.#alarms['power-low']) this.#alarm('power-low');
    for (const one of this.#world.compartments) this.#repair(one);
  }

  time(): void {
    const spans = { seconds: 12, minutes: 8, hour: 2, hours: 0.5, day: 0.3 };
    const longest = { seconds: 25_000, minutes: 700_000, hour: hourMs, hours: 6 * hourMs, day: 1.5 * dayMs };
    this.#rig.pass(this.#random.int(1_000, longest[this.#random.weighted(spans)]));
  }

  clock(): void {
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
    this.#setSkew(skew[kind]);
    if (kind === 'synced' || kind === 'unsynced')
      this.#rig.feed({ type: 'clock-synced', synced: kind === 'synced' });
  }

  #setSkew(skew: number): void {
    this.#rig.skew = skew;
    this.#rig.feed({ type: 'woke' });
  }

  power(): void {
    const kind = this.#random.weighted({ alarm: 4, cut: 4, stop: 1, commit: 3 });
    if (kind === 'alarm') this.#alarm(this.#random.pick(['tamper', 'power-low'] as const));
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

  #alarm(line: 'tamper' | 'power-low'): void {
    this.#alarms[line] = !this.#alarms[line];
    this.#rig.feed({ type: 'alarm-changed', line, active: this.#alarms[line] });
  }

  #repeatAlarms(): void {
    for (const line of ['tamper', 'power-low'] as const)
      if (this.#alarms[line]) this.#rig.feed({ type: 'alarm-changed', line, active: true });
  }

  disk(): void {
    if (this.#rig.state.health.storage === 'degraded') {
      this.#rig.diskRefuses = false;
      this.#rig.feed({ type: 'storage-changed', storage: 'good', reason: 'writes succeed' });
    } else this.#rig.diskRefuses = true;
  }

  /** Disk or process stands still for a while, with somebody at a door or not. */
  stall(): void {
    const ms = this.#random.int(500, 30_000);
    if (this.#random.chance(0.3)) this.#rig.slowMs = ms;
    else
      this.#rig.stall(ms, () => {
        if (this.#doors.pullable().length > 0) this.#doors.pull();
        for (let deeds = this.#random.int(0, 2); deeds > 0; deeds -= 1)
          if (this.#world.compartments.some(one => one.door === 'open')) this.#doors.atDoor();
      });
  }

  faults(): void {
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
    if (one.stuckDoor && one.toldDoor !== one.door) this.#doors.tellDoor(one);
    one.stuckDoor = false;
    one.stuckPresence = false;
    if (one.sensed && one.toldPresence !== this.#world.senses(one)) this.#doors.tellPresence(one);
  }

  /** What comes by the network: the relay's word, and what is not. */
  relay(): void {
    const kind = this.#random.weighted({ vouch: 8, behind: 2, flood: 1, open: 2, ends: 2, leave: 0.2 });
    if (kind === 'vouch' || kind === 'behind') this.vouch(kind === 'vouch');
    else if (kind === 'flood')
      for (let n = this.#random.int(1, 20); n > 0; n -= 1)
        this.#rig.feed({ type: 'message-rejected', reason: 'bad-signature' });
    else if (kind === 'open') this.#remoteOpen();
    else if (kind === 'ends') this.#ends();
    else this.enrol(this.#random.chance(0.5));
  }

  enrol(enrolled: boolean): void {
    this.#rig.feed({ type: 'enrolled', enrolled, who: 'ada', why: 'a reason' });
  }

  vouch(newest: boolean): void {
    const tripMs = millis(this.#random.pick([4, 80, 3_000, 30_000]));
    const told = wall(this.#world.true - this.#random.int(0, tripMs));
    this.#rig.feed({ type: 'vouched', wall: told, tripMs, newest });
  }

  #remoteOpen(): void {
    const { id: slot } = this.#random.pick(this.#world.compartments);
    const by = { by: 'remote', who: 'mira', why: 'by telephone' } as const;
    this.#rig.feed({ type: 'command', id: 0, ...by, command: { verb: 'open', slot } });
  }

  /** Bookings that are out end at another time now. */
  #ends(): void {
    const ends = this.#rig.state.uses.map(({ booking }) => ({
      booking,
      end: wall(this.#world.true + this.#random.int(-1, 3) * hourMs),
    }));
    this.#rig.feed({ type: 'synced', count: ends.length, keys: null, renamed: [], ends, lives: [] });
  }

  /** What no adapter should say, and the core must survive. */
  odd(): void {
    const { id: slot } = this.#random.pick(this.#world.compartments);
    this.#rig.feed(
      this.#random.pick<InputBody>([
        { type: 'looked-up', scope: 'all', lookup: { code: [], phone: null }, pin: null },
        { type: 'keypad-cleared', by: 'silence', length: 3 },
        { type: 'door-changed', slot, door: this.#toldDoor(slot) },
        { type: 'woke' },
      ]),
    );
  }

  #toldDoor(slot: Compartment['id']): Compartment['door'] {
    return this.#world.compartments.find(one => one.id === slot)?.toldDoor ?? 'shut';
  }
}
