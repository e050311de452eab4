import type { Prng } from '../../../scripts/rig/prng.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import type { Rig } from './rig.ts';
import type { Compartment, World } from './world.ts';

/** Hands at the doors: mostly what the display says, now and then something else. */
export class Doors {
  readonly #world: World;
  readonly #rig: Rig;
  readonly #random: Prng;

  constructor(world: World, rig: Rig, random: Prng) {
    this.#world = world;
    this.#rig = rig;
    this.#random = random;
  }

  pullable(): readonly Compartment[] {
    return this.#world.compartments.filter(
      one => one.door === 'shut' && one.unboltedUntil >= this.#world.true,
    );
  }

  pull(): void {
    this.#swing(this.#random.pick(this.pullable()), 'open');
  }

  #swing(one: Compartment, door: Compartment['door']): void {
    one.door = door;
    if (door === 'open') one.unboltedUntil = 0;
    if (!one.stuckDoor) this.tellDoor(one);
  }

  tellDoor(one: Compartment): void {
    one.toldDoor = one.door;
    this.#rig.feed({ type: 'door-changed', slot: one.id, door: one.door });
  }

  atDoor(): void {
    const one = this.#random.pick(this.#world.compartments.filter(each => each.door === 'open'));
    if (this.#random.chance(0.7) && this.#asTold(one)) return;
    const deed = this.#random.weighted({ take: 10, put: 10, swap: 1, shut: 9, wait: 1 });
    if (deed === 'shut') this.#swing(one, 'shut');
    else if (deed === 'wait') this.#rig.pass(this.#random.int(10_000, 90_000));
    else if (deed === 'put' && one.key === null) this.#put(one);
    else if (one.key !== null) this.#takeOut(one);
    if (deed === 'swap' && one.key === null) this.#put(one);
    if (this.#random.chance(0.5) && one.door === 'open') {
      this.#rig.pass(this.#random.int(50, 3_000));
      this.#swing(one, 'shut');
    }
  }

  /** What the display says: take the key, or put it back, and close the door. */
  #asTold(one: Compartment): boolean {
    const opening = this.#rig.state.slots.find(({ id }) => id === one.id)?.opening;
    const held = opening?.key == null ? -1 : this.#world.hands.indexOf(opening.key);
    if (opening?.for === 'take' && one.key !== null) this.#takeOut(one);
    else if (opening?.for === 'return' && held >= 0 && one.key === null) this.#put(one, held);
    else return false;
    this.#rig.pass(this.#random.int(50, 3_000));
    this.#swing(one, 'shut');
    return true;
  }

  #put(one: Compartment, at = this.#random.int(0, Math.max(0, this.#world.hands.length - 1))): void {
    const { hands } = this.#world;
    if (hands.length === 0) return;
    const [key] = hands.splice(at, 1);
    one.key = key ?? null;
    this.tellPresence(one);
  }

  #takeOut(one: Compartment): void {
    if (one.key !== null) this.#world.hands.push(one.key);
    one.key = null;
    this.tellPresence(one);
  }

  /** The sensor may be stuck, or a moment slower than the hand. */
  tellPresence(one: Compartment): void {
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

  force(): void {
    const one = this.#random.pick(this.#world.compartments);
    if (one.door === 'open') return;
    this.#swing(one, 'open');
  }
}
