/** A box daemon with a booking for each of its keys, and drivers who take and return them at its keypad, one after the other. */
import { Rig, type RigOptions } from './box-rig.ts';
import { DoorsAndKeys } from './doors-and-keys.ts';
import { until } from './until.ts';

/** One request to the API of a relay; rejects unless it is answered with a yes. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

const hourMs = 3_600_000;

export const iso = (ms: number): string => new Date(ms).toISOString();

export interface Wanted extends RigOptions {
  readonly slots: number;
  /** At the relay; keys are `NAME 1`, `NAME 2` …. */
  readonly name: string;
  /** In how many slots there is a key with a booking; all by default. */
  readonly driven?: number;
}

export class DrivenBox {
  readonly rig: Rig;
  /** At the relay. */
  readonly id: string;
  readonly slots: number;
  /** One for each slot, that takes and returns again and again. */
  readonly bookings: readonly string[];
  #codes: readonly string[] = [];
  readonly #doors: DoorsAndKeys;
  #turn = 0;

  private constructor(rig: Rig, id: string, bookings: readonly string[]) {
    this.rig = rig;
    this.#doors = new DoorsAndKeys(rig.lines);
    this.id = id;
    this.slots = bookings.length;
    this.bookings = bookings;
  }

  /** Enrolled at the relay of that address. */
  static async make(ask: Ask, relayUrl: string, options: Wanted): Promise<DrivenBox> {
    const rig = await Rig.make(options);
    try {
      await rig.start();
      const made = (await ask('POST', '/boxes', { name: options.name })) as { id: string; claim: string };
      await rig.must(['enroll', '--relay', relayUrl, '--claim', '-'], made.claim);
      const bookings: string[] = [];
      for (let slot = 1; slot <= (options.driven ?? options.slots); slot += 1)
        bookings.push(await booked(ask, made.id, `${options.name} ${slot}`, slot));
      return new DrivenBox(rig, made.id, bookings);
    } catch (error) {
      await rig.dispose();
      throw error;
    }
  }

  /** Resolves when the relay knows that the box has all its bookings, and has given their codes. */
  async ready(ask: Ask): Promise<void> {
    const last = this.bookings.at(-1) ?? '';
    const there = async (): Promise<boolean> =>
      ((await ask('GET', `/bookings/${last}`)) as { state: string }).state === 'on-box';
    await until('the box to have its bookings', there, 30_000);
    const codes: string[] = [];
    for (const id of this.bookings)
      codes.push(((await ask('GET', `/bookings/${id}/code`)) as { code: string }).code);
    this.#codes = codes;
  }

  /** The slot whose key is taken or brought back next, and the code for it. */
  next(): { readonly slot: number; readonly code: string } {
    const at = this.#turn % this.slots;
    this.#turn += 1;
    return { slot: at + 1, code: this.#codes[at] ?? '' };
  }

  /** Does what a driver does once the lock was powered. */
  pass(slot: number): Promise<void> {
    return this.#doors.pass(slot);
  }

  /** A whole story. False: the lock was not powered. */
  async story(): Promise<boolean> {
    const { slot, code } = this.next();
    this.rig.type(`${code}#`);
    try {
      await this.rig.lines.powered(slot, 2_000);
    } catch {
      return false;
    }
    await this.pass(slot);
    return true;
  }

  /** Number of its last event, from its own mouth. */
  async seq(): Promise<number> {
    return (await this.rig.events()).at(-1)?.seq ?? 0;
  }
}

async function booked(ask: Ask, box: string, name: string, slot: number): Promise<string> {
  const key = (await ask('POST', '/keys', { name, box, slot })) as { id: string };
  const now = Date.now();
  const window = { start: iso(now - hourMs), end: iso(now + 48 * hourMs) };
  const made = (await ask('POST', '/bookings', { key: key.id, ...window, reuse: true })) as { id: string };
  return made.id;
}
