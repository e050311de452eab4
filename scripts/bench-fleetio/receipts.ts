/** Assignments made in the sandbox at a steady pace, and when the relay has the box's receipt for each on its disk. */

import { openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Samples } from '../bench/figures.ts';
import { cpuMs } from '../bench/proc.ts';
import { isActive } from '../bench/station.ts';
import type { Rig } from '../rig/box-rig.ts';
import { pause, until } from '../rig/until.ts';
import { contacts, vehicles, type World } from './world.ts';

export interface Receipts {
  /** From the instant that the assignment was due. */
  readonly fromAssigning: Samples;
  /** From the instant that the relay had its webhook. */
  readonly fromWebhook: Samples;
  readonly keyToLock: Samples;
  readonly typed: number;
  readonly lost: number;
  /** From the last receipt until all fields were written and read back. */
  readonly fieldsMs: number;
  readonly fieldsWritten: number;
  readonly relayCpuMs: number;
  readonly sandboxCpuMs: number;
}

/** One in about a hundred begins now; each on another vehicle, so that there are five at most. */
const typedEvery = 101;
const hourMs = 3_600_000;
const lookEveryMs = 1;
const giveUpMs = 20_000;

interface Waiting {
  readonly number: number;
  readonly dueMs: number;
}

interface Found {
  readonly booking: string;
  readonly on_box: number | null;
}

const wallNow = (): number => performance.timeOrigin + performance.now();

export class Assigning {
  readonly #world: World;
  readonly #box: Rig;
  readonly #db: Database.Database;
  readonly #waiting = new Map<string, Waiting>();
  readonly #seen = new Map<string, number>();
  readonly #typing: Promise<void>[] = [];
  readonly #fromAssigning = new Samples('assigned → receipt');
  readonly #keyToLock = new Samples('last key → lock');
  #refused = 0;

  constructor(world: World, box: Rig) {
    this.#world = world;
    this.#box = box;
    this.#db = new Database(world.database, { readonly: true });
  }

  async run(pace: { readonly perSecond: number; readonly seconds: number }): Promise<Receipts> {
    const [relayPid, sandboxPid] = [this.#world.pid, this.#world.sandbox.child.pid ?? 0];
    const before = { relay: cpuMs(relayPid), sandbox: cpuMs(sandboxPid) };
    const looking = { on: true };
    const look = this.#look(looking);
    const count = pace.perSecond * pace.seconds;
    await this.#assign(count, pace.perSecond);
    const isOver = (): boolean => this.#waiting.size === 0;
    await until('receipts', isOver, giveUpMs).catch(() => {});
    looking.on = false;
    await look;
    await Promise.all(this.#typing);
    const last = wallNow();
    await until('fields', () => this.#fieldsDue() === 0, giveUpMs).catch(() => {});
    const fieldsMs = wallNow() - last;
    return {
      ...{ fromAssigning: this.#fromAssigning, fromWebhook: this.#fromWebhook(), keyToLock: this.#keyToLock },
      ...{ typed: this.#typing.length, lost: this.#waiting.size + this.#refused, fieldsMs },
      fieldsWritten: this.#count('fields_written is not null'),
      relayCpuMs: cpuMs(relayPid) - before.relay,
      sandboxCpuMs: cpuMs(sandboxPid) - before.sandbox,
    };
  }

  close(): void {
    this.#db.close();
  }

  async #assign(count: number, perSecond: number): Promise<void> {
    const begin = wallNow() + 50;
    const posts: Promise<void>[] = [];
    for (let number = 0; number < count; number += 1) {
      const dueMs = begin + (number * 1_000) / perSecond;
      const early = dueMs - wallNow();
      if (early > 0.3) await pause(early);
      posts.push(this.#one({ number, dueMs }));
    }
    await Promise.all(posts);
  }

  async #one({ number, dueMs }: Waiting): Promise<void> {
    const start = isTyped(number)
      ? dueMs - 60_000
      : dueMs + (2 + Math.floor(number / vehicles.length)) * hourMs;
    const body = {
      vehicle_id: vehicles[number % vehicles.length],
      contact_id: contacts[number % contacts.length],
      started_at: new Date(start).toISOString(),
      ended_at: new Date(start + hourMs * 0.9).toISOString(),
    };
    try {
      const { id } = await this.#world.sandboxApi('POST', '/vehicle_assignments', body);
      this.#waiting.set(String(id), { number, dueMs });
    } catch {
      this.#refused += 1;
    }
  }

  async #look(looking: { readonly on: boolean }): Promise<void> {
    const find = this.#db.prepare<[string, string], Found>(
      `SELECT booking.id AS booking, on_box FROM assignment JOIN booking ON booking.id = assignment.booking
       WHERE integration = ? AND assignment.id = ?`,
    );
    while (looking.on) {
      for (const [id, { number, dueMs }] of this.#waiting) {
        const found = find.get(this.#world.integration, id);
        if (found?.on_box == null) continue;
        const now = wallNow();
        this.#waiting.delete(id);
        this.#seen.set(id, now);
        this.#fromAssigning.add(now - dueMs);
        if (isTyped(number)) this.#typing.push(this.#type(found.booking, (number % vehicles.length) + 1));
      }
      await pause(lookEveryMs);
    }
  }

  /** The driver types what they were sent, and takes the key. */
  async #type(booking: string, slot: number): Promise<void> {
    const { code } = await this.#world.api('GET', `/bookings/${booking}/code`);
    const line = openSync(this.#box.lines.path('lock', slot), 'r');
    const from = performance.now();
    this.#box.type(`${code}#`);
    while (!isActive(line)) {
      if (performance.now() - from > 2_000) return;
      await pause(lookEveryMs);
    }
    this.#keyToLock.add(performance.now() - from);
    this.#box.lines.door(slot, 'open');
    await pause(100);
    this.#box.lines.key(slot, 'out');
    await pause(100);
    this.#box.lines.door(slot, 'shut');
  }

  #fromWebhook(): Samples {
    const samples = new Samples('webhook → receipt');
    const rows = this.#db
      .prepare<[string], { readonly subject: string; readonly at: number }>(
        `SELECT subject, min(received) AS at FROM webhook_event WHERE integration = ? AND subject IS NOT NULL GROUP BY subject`,
      )
      .all(this.#world.integration);
    for (const { subject, at } of rows) {
      const seen = this.#seen.get(subject);
      if (seen !== undefined) samples.add(seen - at);
    }
    return samples;
  }

  #fieldsDue(): number {
    return this.#count('fields_due is not null or telling is not null');
  }

  #count(what: string): number {
    return this.#db.prepare<[], number>(`SELECT count(*) FROM assignment WHERE ${what}`).pluck().get() ?? 0;
  }
}

const isTyped = (number: number): boolean =>
  number % typedEvery === 0 && number / typedEvery < vehicles.length;
