/** Doors, locks and keys as they really are, whatever the box believes, and whether it has power or not. */
import { type Millis, type SlotId, slotId } from '../../src/base/brand.ts';
import type { InputBody } from '../../src/box/core/input.ts';
import type { World } from './world.ts';

interface Compartment {
  readonly slot: SlotId;
  open: boolean;
  /** Number of the key in it. */
  key: number | null;
  /** Its lock has been pulsed, and the door can be pulled until then. */
  loose: number;
}

/** How long a door gives way after a pulse. */
const looseMs = 15_000;

export class Cabinet {
  readonly #world: World;
  readonly #report: (input: InputBody) => void;
  readonly compartments: readonly Compartment[];

  constructor(world: World, slots: number, report: (input: InputBody) => void) {
    this.#world = world;
    this.#report = report;
    this.compartments = Array.from({ length: slots }, (_, at) => ({
      ...{ slot: slotId(at + 1), open: false, key: at + 1, loose: 0 },
    }));
  }

  levels() {
    return this.compartments.map(({ slot, open, key }) => ({
      slot,
      door: open ? ('open' as const) : ('shut' as const),
      presence: key === null ? ('absent' as const) : ('present' as const),
    }));
  }

  at(slot: number): Compartment {
    const found = this.compartments[slot - 1];
    if (found === undefined) throw new Error(`no slot ${slot}`);
    return found;
  }

  pulse(slot: SlotId, ms: Millis): void {
    this.#world.in(0, () => {
      this.at(slot).loose = this.#world.now + looseMs;
      this.#report({ type: 'pulse-begun', slot, ms });
    });
    this.#world.in(ms, () => this.#report({ type: 'pulse-ended', slot }));
  }

  /** As the loop of one life has it. */
  whileAlive(alive: () => boolean) {
    return {
      signal: () => {},
      heard: () => true,
      pulse: (slot: SlotId, ms: Millis) => void (alive() && this.pulse(slot, ms)),
    };
  }

  /** False: the lock holds. */
  pull(slot: SlotId): boolean {
    const its = this.at(slot);
    if (its.open) return true;
    if (this.#world.now > its.loose) return false;
    its.open = true;
    its.loose = 0;
    this.#report({ type: 'door-changed', slot, door: 'open' });
    return true;
  }

  shut(slot: SlotId): void {
    const its = this.at(slot);
    if (!its.open) return;
    its.open = false;
    this.#report({ type: 'door-changed', slot, door: 'shut' });
  }

  /** The key that was in it; null: none was. */
  takeOut(slot: SlotId): number | null {
    const its = this.at(slot);
    const { key } = its;
    if (key === null) return null;
    its.key = null;
    this.#report({ type: 'presence-changed', slot, presence: 'absent' });
    return key;
  }

  putIn(slot: SlotId, key: number): void {
    const its = this.at(slot);
    if (its.key !== null) throw new Error(`two keys in slot ${slot}`);
    its.key = key;
    this.#report({ type: 'presence-changed', slot, presence: 'present' });
  }
}
