/** Drivers at the pads: they take and return, try codes that are wrong or over, and leave doors open for a while. */
import { bookingId, type SlotId } from '../../src/base/brand.ts';
import type { BoxState } from '../../src/box/core/model.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import type { BoxNode } from './box-node.ts';
import type { History, Released } from './history.ts';
import type { World } from './world.ts';

interface Held extends Released {
  readonly key: number;
}

export class People {
  readonly #world: World;
  readonly #history: History;
  readonly #boxes: readonly BoxNode[];
  readonly released: Released[] = [];
  readonly #held: Held[] = [];
  /** Slots at which somebody stands. */
  readonly #taken = new Set<string>();

  constructor(world: World, history: History, boxes: readonly BoxNode[]) {
    this.#world = world;
    this.#history = history;
    this.#boxes = boxes;
  }

  get holding(): readonly Held[] {
    return this.#held;
  }

  /** Somebody does something. */
  turn(): void {
    const { random } = this.#world;
    switch (random.weighted({ take: 6, return: 4, guess: 0.5 })) {
      case 'take':
        if (this.released.length > 0) this.#take(random.pick(this.released.slice(-12)));
        return;
      case 'return':
        if (this.#held.length > 0) this.bringBack(random.pick(this.#held));
        return;
      default:
        this.#types(random.pick(this.#boxes), String(random.int(10_000_000, 99_999_999)));
    }
  }

  /**
   * Codes that its file knows and that may take just now, before all others: a box locks itself after five wrong ones. Each
   * is what a driver has who does not know that the box is another one since.
   */
  hurryTo(box: BoxNode): void {
    const { life } = box;
    if (life === null) return;
    const now = life.loop.state.clock.judged;
    const theirs = this.released.filter(released => released.box === box.id);
    const mayTake = ({ booking }: Released): boolean => {
      const row = life.store.bookings.find(bookingId(booking))?.row ?? null;
      return row !== null && row.start <= now && (row.end === null || now < row.end);
    };
    const first = theirs.filter(mayTake);
    if (first.length > 0) this.#world.count('a code of a file that was put back is typed');
    for (const released of [...first, ...theirs.filter(each => !first.includes(each))]) this.#take(released);
  }

  /** What the entry led to. */
  #types(box: BoxNode, code: string): JournalEvent | undefined {
    const events: JournalEvent[] = [];
    this.#history.fresh.set(box.id, events);
    box.enters(code);
    this.#history.fresh.delete(box.id);
    return events.find(({ type }) => type === 'granted');
  }

  #boxOf({ box }: Released): BoxNode {
    const found = this.#boxes.find(({ id }) => id === box);
    if (found === undefined) throw new Error(`no box ${box}`);
    return found;
  }

  #take(released: Released): void {
    const box = this.#boxOf(released);
    const granted = this.#types(box, released.code);
    if (granted?.slot === undefined) return;
    if (granted.for === 'take') {
      this.#history.honoured(box, released);
      this.#visit(box, granted.slot, () => {
        if (this.#world.random.chance(0.1)) return;
        const key = box.cabinet.takeOut(granted.slot as SlotId);
        if (key !== null) this.#held.push({ ...released, key });
      });
    } else this.#comesBack(box, granted.slot, released);
  }

  /** False: nothing opened. */
  bringBack(held: Held): boolean {
    const box = this.#boxOf(held);
    const granted = this.#types(box, held.code);
    if (granted?.for !== 'return' || granted.slot === undefined) {
      this.#refused(box, held);
      return false;
    }
    this.#comesBack(box, granted.slot, held);
    return true;
  }

  /** A box that has kept its memory knows who has its keys, whatever the relay has said since. */
  #refused(box: BoxNode, { booking }: Held): void {
    const { life } = box;
    if (life === null || box.lostAt !== null || box.disk !== null || this.#isBusy(box)) return;
    if (this.#history.passedOn.has(box.id) || mustWait(life.loop.state)) return;
    this.#world.fail(new Error(`${box.id}: a return was refused, of ${booking}`));
  }

  #isBusy({ cabinet, life }: BoxNode): boolean {
    const opening = life?.loop.state.slots.some(slot => slot.opening !== null || slot.jammed);
    return opening === true || cabinet.compartments.every(({ key }) => key !== null);
  }

  #comesBack(box: BoxNode, slot: SlotId, { booking }: Released): void {
    this.#visit(box, slot, () => {
      const at = this.#held.findIndex(each => each.box === box.id && each.booking === booking);
      const its = this.#held[at];
      if (its === undefined || box.cabinet.at(slot).key !== null) return;
      this.#held.splice(at, 1);
      box.cabinet.putIn(slot, its.key);
    });
  }

  /** Pulls the door, does what there is to do, and shuts it, each in its time. */
  #visit(box: BoxNode, slot: SlotId, inside: () => void): void {
    const { random } = this.#world;
    const name = `${box.id} ${slot}`;
    if (this.#taken.has(name) || random.chance(0.05)) return;
    this.#taken.add(name);
    this.#world.in(random.int(350, 4_000), () => {
      if (!box.cabinet.pull(slot)) {
        this.#taken.delete(name);
        return;
      }
      this.#world.in(random.int(200, 2_000), inside);
      this.#world.in(random.chance(0.9) ? random.int(2_100, 9_000) : random.int(9_000, 90_000), () => {
        box.cabinet.shut(slot);
        this.#taken.delete(name);
      });
    });
  }

  /** With a technician's help, whatever the box knows of it. */
  async handIn(held: Held): Promise<void> {
    const box = this.#boxOf(held);
    const slot = box.cabinet.compartments.find(each => each.key === null && !each.open)?.slot;
    if (box.life === null || slot === undefined) return;
    const outcome = await box.life.loop.command({ verb: 'open', slot }, 'ada', 'a key comes back');
    if (outcome.done) this.#comesBack(box, slot, held);
  }
}

/** In a lockout somebody else's entry was looked up among the keys that are out less than 2 s ago (rules.md 18). */
function mustWait({ attempts: { returns }, now }: BoxState): boolean {
  return returns.lastAt !== null && returns.lastAt < now && now < returns.lastAt + 2_000;
}
