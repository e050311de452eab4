/** Booking changes by the API, at a given pace, and when the relay has each box's receipt for it on its disk. */
import { performance } from 'node:perf_hooks';
import type Database from 'better-sqlite3';
import { Samples } from '../bench/figures.ts';
import type { Api } from './api.ts';
import type { Fleet } from './fleet.ts';

/** How long is waited for receipts after the last change. */
const patienceMs = 20_000;
const lookMs = 2;
/** Changes that are looked for at each look, oldest first. */
const lookMost = 400;

interface Change {
  readonly box: string;
  readonly rev: number;
  /** When it was to be asked for, whether or not anybody was free to do so. */
  readonly dueMs: number;
}

export interface Outcome {
  readonly receipts: Samples;
  readonly answers: Samples;
  readonly lost: number;
  readonly refused: number;
  readonly seconds: number;
}

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  /** How many boxes take part. */
  readonly boxes: number;
}

/** Open loop: what comes late counts from when it was due. Each change goes to the next box. */
export class Changes {
  readonly #fleet: Fleet;
  readonly #api: Api;
  readonly #known: Database.Statement<[string], number>;
  readonly #revisions: Map<string, number>;
  #number = 0;

  constructor(fleet: Fleet, api: Api) {
    this.#fleet = fleet;
    this.#api = api;
    const { reader } = fleet;
    this.#known = reader.prepare<[string], number>('SELECT known_rev FROM box WHERE id = ?').pluck();
    const rows = reader.prepare<[], { id: string; revision: number }>('SELECT id, revision FROM box').all();
    this.#revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
  }

  async run(name: string, { perSecond, seconds, boxes }: Pace): Promise<Outcome> {
    const receipts = new Samples(name);
    const answers = new Samples(`${name}: answer`);
    const pending: Change[] = [];
    let refused = 0;
    const total = Math.floor(perSecond * seconds);
    const from = performance.now() + 20;
    const ask = (at: number): void => {
      const dueMs = from + (at * 1_000) / perSecond;
      const { change, asked } = this.#change(boxes, dueMs);
      pending.push(change);
      asked.then(
        () => answers.add(performance.now() - dueMs),
        () => {
          refused += 1;
        },
      );
    };
    let asked = 0;
    const looking = this.#look(pending, receipts, () => asked >= total);
    while (asked < total) {
      while (asked < total && from + (asked * 1_000) / perSecond <= performance.now()) {
        ask(asked);
        asked += 1;
      }
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    await looking;
    return { receipts, answers, lost: pending.length, refused, seconds };
  }

  #change(boxes: number, dueMs: number): { readonly change: Change; readonly asked: Promise<unknown> } {
    const { light, booking } = this.#fleet.boxes[this.#number % boxes] as Fleet['boxes'][number];
    this.#number += 1;
    const rev = (this.#revisions.get(light.id) ?? 0) + 1;
    this.#revisions.set(light.id, rev);
    const end = new Date(Date.now() + 24 * 3_600_000 + this.#number * 1_000).toISOString();
    const asked = this.#api.ask('PATCH', `/bookings/${booking}`, { end });
    return { change: { box: light.id, rev, dueMs }, asked };
  }

  /** Takes off `pending` what the relay's file says to have a receipt. */
  async #look(pending: Change[], receipts: Samples, over: () => boolean): Promise<void> {
    let quietSince = performance.now();
    while (!over() || (pending.length > 0 && performance.now() - quietSince < patienceMs)) {
      await new Promise(resolve => setTimeout(resolve, lookMs));
      const now = performance.now();
      const seen = pending.splice(0, lookMost);
      const left = seen.filter(({ box, rev, dueMs }) => {
        if ((this.#known.get(box) ?? 0) < rev) return true;
        receipts.add(now - dueMs);
        return false;
      });
      if (left.length < seen.length || !over()) quietSince = now;
      pending.unshift(...left);
    }
  }
}
