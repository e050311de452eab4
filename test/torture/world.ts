import type { Prng } from '../../scripts/rig/prng.ts';
import { type Diary, emptyDiary, note, type Sight } from './diary.ts';

/** What drivers have before them. */
export interface Front {
  type(keys: string): void;
  readonly lines: {
    /** Whether the lock is powered; null: nobody knows. */
    lock(slot: number): 0 | 1 | null;
    door(slot: number, is: 'open' | 'shut'): void;
    key(slot: number, is: 'in' | 'out'): void;
  };
}

export interface WorldOptions {
  /** How long a driver waits for the lock, in milliseconds. */
  readonly patienceMs?: number;
  /** Is told of each sight, what drivers do just before they do it. */
  readonly tell?: (sight: Sight) => void;
}

export interface Ticket {
  readonly id: string;
  readonly code: string;
  readonly slot: number;
  readonly reuse: boolean;
}

/** Where a driver's visit has come to. */
type Stage = 'typed' | 'pulsed' | 'open' | 'moved';

interface Visit {
  readonly slot: number;
  readonly ticket: Ticket;
  readonly brings: boolean;
  stage: Stage;
  /** When the driver does the next thing, or gives up waiting for the lock. */
  dueAt: number;
}

interface Place {
  /** The driver outside with the key. */
  holder: Ticket | null;
  /** Tickets of the slot not tried yet, the next one last. */
  readonly tickets: Ticket[];
  /** A ticket that was typed and has not led to a key in hand. */
  pending: Ticket | null;
  readonly used: Ticket[];
  isOut: boolean;
  isPowered: boolean;
}

const usualPatienceMs = 700;
const visitsMax = 3;

/**
 * Drivers in front of the box: they type, and open a door only when they saw its lock move; they take, return, shut, also
 * while the box is dead. What they see goes into the diary.
 */
export class World {
  readonly diary: Diary = emptyDiary();
  readonly #front: Front;
  readonly #random: Prng;
  readonly #patienceMs: number;
  readonly #tell: (sight: Sight) => void;
  readonly #places = new Map<number, Place>();
  #visits: Visit[] = [];
  #closing = false;
  /** When something just happened that a kill should be tried at. */
  lastActAt = 0;

  constructor(front: Front, tickets: readonly Ticket[], random: Prng, options: WorldOptions = {}) {
    this.#front = front;
    this.#random = random;
    this.#patienceMs = options.patienceMs ?? usualPatienceMs;
    this.#tell = options.tell ?? (() => {});
    for (const ticket of tickets) this.#place(ticket.slot).tickets.push(ticket);
  }

  #place(slot: number): Place {
    const known = this.#places.get(slot);
    if (known !== undefined) return known;
    const place: Place = {
      holder: null,
      tickets: [],
      pending: null,
      used: [],
      isOut: false,
      isPowered: false,
    };
    this.#places.set(slot, place);
    return place;
  }

  /** No new visits from here on; true when the last one is over. */
  close(): boolean {
    this.#closing = true;
    return this.#visits.length === 0;
  }

  /** Whether any lock line is active just now. */
  get powered(): boolean {
    return [...this.#places.keys()].some(slot => this.#front.lines.lock(slot) === 1);
  }

  /** Looks at the locks, and lets every driver do what is due; `up`: somebody may begin a visit. */
  tick(up: boolean): void {
    const now = Date.now();
    for (const [slot, place] of this.#places) this.#look(slot, place, now);
    for (const visit of this.#visits) if (now >= visit.dueAt) this.#act(visit, now);
    this.#visits = this.#visits.filter(visit => visit.dueAt !== Number.POSITIVE_INFINITY);
    if (up && !this.#closing && this.#visits.length < visitsMax && this.#random.chance(0.06))
      this.#begin(now);
  }

  #look(slot: number, place: Place, now: number): void {
    const active = this.#front.lines.lock(slot) === 1;
    if (active === place.isPowered) return;
    place.isPowered = active;
    this.#see({ what: active ? 'powered' : 'off', slot, at: now });
    if (!active) return;
    this.lastActAt = now;
    const visit = this.#visits.find(each => each.slot === slot && each.stage === 'typed');
    if (visit === undefined) return;
    visit.stage = 'pulsed';
    visit.dueAt = now + this.#random.int(1, 120);
  }

  #see(sight: Sight): void {
    note(this.diary, sight);
    this.#tell(sight);
  }

  #begin(now: number): void {
    const free = [...this.#places.keys()].filter(slot => !this.#visits.some(visit => visit.slot === slot));
    const slot = this.#random.pick(free);
    const place = this.#place(slot);
    const ticket = this.#choose(place);
    if (ticket === undefined) return;
    const brings = place.holder === ticket;
    this.#visits.push({ slot, ticket, brings, stage: 'typed', dueAt: now + this.#patienceMs });
    this.#see({ what: 'typed', slot, at: now, booking: ticket.id });
    this.#front.type(`${ticket.code}#`);
    this.lastActAt = now;
  }

  #choose(place: Place): Ticket | undefined {
    if (this.#random.chance(0.1)) return place.used.at(-1);
    if (place.holder !== null && this.#random.chance(0.9)) return place.holder;
    if (place.pending !== null && this.#random.chance(0.8)) return place.pending;
    const next = place.tickets.at(-1);
    if (next !== undefined && !next.reuse) place.tickets.pop();
    if (place.holder === null) place.pending = next ?? null;
    return next;
  }

  #act(visit: Visit, now: number): void {
    const place = this.#place(visit.slot);
    visit.dueAt = Number.POSITIVE_INFINITY;
    if (visit.stage === 'pulsed') this.#open(visit, now);
    else if (visit.stage === 'open') this.#move(visit, place, now);
    else if (visit.stage === 'moved') this.#shut(visit, now);
  }

  #open(visit: Visit, now: number): void {
    this.#see({ what: 'opened', slot: visit.slot, at: now });
    this.#front.lines.door(visit.slot, 'open');
    this.lastActAt = now;
    visit.stage = 'open';
    visit.dueAt = now + this.#random.int(60, 250);
  }

  #move(visit: Visit, place: Place, now: number): void {
    const { slot, ticket } = visit;
    if (visit.brings && place.isOut) {
      this.#see({ what: 'in', slot, at: now });
      place.isOut = false;
      place.holder = null;
      if (!ticket.reuse) place.used.push(ticket);
      this.#front.lines.key(slot, 'in');
    } else if (!visit.brings && !place.isOut && this.#random.chance(0.9)) {
      this.#see({ what: 'out', slot, at: now });
      place.isOut = true;
      place.holder = ticket;
      place.pending = null;
      this.#front.lines.key(slot, 'out');
    }
    this.lastActAt = now;
    visit.stage = 'moved';
    visit.dueAt = now + this.#random.int(10, 250);
  }

  #shut({ slot }: Visit, now: number): void {
    this.#see({ what: 'shut', slot, at: now });
    this.#front.lines.door(slot, 'shut');
    this.lastActAt = now;
  }
}
