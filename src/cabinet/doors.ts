/** Doors, and the keys behind them or in somebody's hand: what a person can do in front of a box, with files for lines. */

import { type Kept, readKept, writeKept } from './kept-state.ts';
import { isSo, make, writtenMs } from './line-files.ts';
import type { KeySpec, SlotSpec } from './spec.ts';

export interface DoorNow {
  readonly slot: number;
  readonly isOpen: boolean;
  /** Its lock was powered since it was last shut: it can be pulled open. */
  readonly isReleased: boolean;
  readonly isPowered: boolean;
  readonly key: KeySpec | null;
}

/** The outcome of something that a person did, for a sentence about it. */
type Outcome =
  | { readonly is: 'opened' | 'shut' | 'locked' | 'forced' | 'no-door'; readonly slot: number }
  | {
      readonly is: 'pulled' | 'hung' | 'behind-door' | 'not-empty';
      readonly slot: number;
      readonly key: string;
    }
  | { readonly is: 'no-key' | 'in-hand-already' | 'not-in-hand'; readonly key: string };

interface DoorsOptions {
  readonly slots: readonly SlotSpec[];
  readonly keys: readonly KeySpec[];
  readonly stateFile: string;
}

export class Doors {
  readonly #slots: readonly SlotSpec[];
  readonly #stateFile: string;
  readonly #keys = new Map<string, KeySpec>();
  readonly #places = new Map<string, number | null>();
  readonly #released: Set<number>;
  readonly #lockWritten = new Map<number, number>();
  /** Doors that were open when they were looked at last. */
  readonly #open = new Set<number>();
  #cable: Kept['cable'];

  constructor({ slots, keys, stateFile }: DoorsOptions) {
    this.#slots = slots;
    this.#stateFile = stateFile;
    const { kept, isFirst } = readKept(stateFile);
    this.#released = new Set(kept.released);
    this.#cable = kept.cable;
    for (const key of keys) this.#hangUp(key, isFirst ? key.slot : (kept.places[key.name] ?? null));
    for (const [name, slot] of Object.entries(kept.places))
      if (!this.#keys.has(name)) this.#hangUp(unnamed(name, slot ?? 0), slot);
    for (const slot of slots) {
      this.#lockWritten.set(slot.id, writtenMs(slot.lock));
      if (isFirst && slot.presence === null && this.#behind(slot.id) === null) this.#invent(slot.id);
    }
    this.look();
    this.#keep();
  }

  get cable(): Kept['cable'] {
    return this.#cable;
  }

  set cable(cable: Kept['cable']) {
    this.#cable = cable;
    this.#keep();
  }

  get all(): readonly DoorNow[] {
    return this.#slots.map(slot => ({
      slot: slot.id,
      isOpen: this.#isOpen(slot),
      isReleased: this.#released.has(slot.id),
      isPowered: isSo(slot.lock) === true,
      key: this.#behind(slot.id),
    }));
  }

  /** Keys that somebody holds. */
  get hand(): readonly KeySpec[] {
    return [...this.#keys.values()].filter(({ name }) => this.#places.get(name) === null);
  }

  /** Notices locks that were powered, and keys that somebody moved by writing to a line. */
  look(): void {
    let isOther = false;
    for (const slot of this.#slots) {
      if (this.#wasShutByOthers(slot)) isOther = true;
      const written = writtenMs(slot.lock);
      const wasPowered = isSo(slot.lock) === true || written !== this.#lockWritten.get(slot.id);
      this.#lockWritten.set(slot.id, written);
      if (wasPowered && !this.#released.has(slot.id)) {
        this.#released.add(slot.id);
        isOther = true;
      }
      if (this.#follow(slot)) isOther = true;
    }
    if (isOther) this.#keep();
  }

  /** A hand at the door: it opens where the lock lets it, and shuts. */
  press(id: number): Outcome {
    const slot = this.#slotOf(id);
    if (slot === undefined) return { is: 'no-door', slot: id };
    if (!this.#isOpen(slot) && !this.#released.has(id)) return { is: 'locked', slot: id };
    return this.#isOpen(slot) ? this.#shut(slot) : this.#swing(slot, 'opened');
  }

  /** With a crowbar. */
  force(id: number): Outcome {
    const slot = this.#slotOf(id);
    return slot === undefined ? { is: 'no-door', slot: id } : this.#swing(slot, 'forced');
  }

  pull(name: string): Outcome {
    const at = this.#places.get(name);
    if (at === undefined) return { is: 'no-key', key: name };
    if (at === null) return { is: 'in-hand-already', key: name };
    const slot = this.#slotOf(at);
    if (slot !== undefined && !this.#isOpen(slot)) return { is: 'behind-door', slot: at, key: name };
    this.#places.set(name, null);
    if (slot?.presence) make(slot.presence, false);
    this.#keep();
    return { is: 'pulled', slot: at, key: name };
  }

  /** From the hand, or straight from another open door. */
  hang(name: string, id: number): Outcome {
    const slot = this.#slotOf(id);
    if (slot === undefined) return { is: 'no-door', slot: id };
    if (!this.#isOpen(slot)) return { is: 'behind-door', slot: id, key: name };
    if (this.#behind(id) !== null) return { is: 'not-empty', slot: id, key: name };
    if (this.#places.get(name) !== null) {
      const pulled = this.pull(name);
      if (pulled.is !== 'pulled') return pulled;
    }
    this.#places.set(name, id);
    if (slot.presence !== null) make(slot.presence, true);
    this.#keep();
    return { is: 'hung', slot: id, key: name };
  }

  /** The key in the hand of that name, or why it cannot be held to a reader. */
  held(name: string): KeySpec | Outcome {
    const key = this.#keys.get(name);
    if (key === undefined) return { is: 'no-key', key: name };
    return this.#places.get(name) === null ? key : { is: 'not-in-hand', key: name };
  }

  #swing(slot: SlotSpec, is: 'opened' | 'forced'): Outcome {
    make(slot.door, false);
    return { is, slot: slot.id };
  }

  #shut(slot: SlotSpec): Outcome {
    make(slot.door, true);
    this.#released.delete(slot.id);
    this.#lockWritten.set(slot.id, writtenMs(slot.lock));
    this.#keep();
    return { is: 'shut', slot: slot.id };
  }

  /** A door that somebody has shut by its line is locked again. @returns whether that is news */
  #wasShutByOthers(slot: SlotSpec): boolean {
    const isOpen = this.#isOpen(slot);
    const wasOpen = this.#open.has(slot.id);
    if (isOpen) this.#open.add(slot.id);
    else this.#open.delete(slot.id);
    return wasOpen && !isOpen && this.#released.delete(slot.id);
  }

  /** The line says whether a key hangs there, whoever wrote it. @returns whether that is news */
  #follow({ id, presence }: SlotSpec): boolean {
    const isThere = presence === null ? null : isSo(presence);
    const key = this.#behind(id);
    if (isThere === null || isThere === (key !== null)) return false;
    if (key !== null) this.#places.set(key.name, null);
    else this.#takeFromHand(id);
    return true;
  }

  /** Whoever hung a key in by the line has hung in the one that belongs there, or one that was out. */
  #takeFromHand(id: number): void {
    const { hand } = this;
    const key = hand.find(({ slot }) => slot === id) ?? hand[0];
    if (key === undefined) this.#invent(id);
    else this.#places.set(key.name, id);
  }

  #invent(id: number): void {
    const taken = this.#keys.has(`slot-${id}`);
    const name = taken ? `slot-${id}-${this.#keys.size}` : `slot-${id}`;
    this.#hangUp(unnamed(name, id), id);
  }

  #hangUp(key: KeySpec, at: number | null): void {
    this.#keys.set(key.name, key);
    this.#places.set(key.name, at !== null && this.#slotOf(at) === undefined ? null : at);
  }

  #behind(id: number): KeySpec | null {
    return [...this.#keys.values()].find(({ name }) => this.#places.get(name) === id) ?? null;
  }

  #isOpen({ door }: SlotSpec): boolean {
    return isSo(door) === false;
  }

  #slotOf(id: number): SlotSpec | undefined {
    return this.#slots.find(slot => slot.id === id);
  }

  #keep(): void {
    const places = Object.fromEntries(this.#places);
    writeKept(this.#stateFile, { places, released: [...this.#released], cable: this.#cable });
  }
}

/** A key that nobody has named still has a tag on its ring: a number that no maker of tags gives out. */
const unnamed = (name: string, slot: number): KeySpec => ({
  name,
  slot,
  tag: `0F5B0C${slot.toString(16).toUpperCase().padStart(4, '0')}`,
});
