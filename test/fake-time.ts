import { after, type MonoMs, millis, mono, type WallMs, wall } from '../src/base/brand.ts';
import type { Time } from '../src/box/ports.ts';

/** An ordinary Monday, so that a wall clock is never mistaken for a monotonic one. */
const startWallMs = 1_800_000_000_000;
/** A wake that arms itself for the same instant again and again is a bug, not a test that hangs. */
const wakesMax = 1_000_000;

interface Alarm {
  readonly at: MonoMs;
  readonly wake: () => void;
}

/** Time that passes only when a test says so. Wakes run in the order of their instants, then of their arming. */
export class FakeTime implements Time {
  #mono: MonoMs;
  #wall: WallMs;
  #alarms: Alarm[] = [];

  constructor(start: { readonly monoMs?: number; readonly wallMs?: number } = {}) {
    this.#mono = mono(start.monoMs ?? 0);
    this.#wall = wall(start.wallMs ?? startWallMs);
  }

  mono(): MonoMs {
    return this.#mono;
  }

  wall(): WallMs {
    return this.#wall;
  }

  at(at: MonoMs, wake: () => void): () => void {
    const alarm: Alarm = { at, wake };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter(other => other !== alarm);
    };
  }

  /** How many wakes are armed. */
  get armed(): number {
    return this.#alarms.length;
  }

  /** When the next wake is due; null when nothing is armed. */
  get nextAt(): MonoMs | null {
    return this.#next()?.at ?? null;
  }

  /** Lets `ms` pass on both clocks and runs what becomes due, each at its own instant. */
  advance(ms: number): void {
    const end = after(this.#mono, millis(ms));
    for (let wakes = 0; ; wakes += 1) {
      if (wakes > wakesMax) throw new Error(`more than ${wakesMax} wakes within ${ms} ms`);
      const next = this.#next();
      if (next === null || next.at > end) break;
      this.#alarms = this.#alarms.filter(alarm => alarm !== next);
      this.#move(Math.max(next.at, this.#mono));
      next.wake();
    }
    this.#move(end);
  }

  /** A step of the wall clock alone: NTP, a technician, a flat battery. */
  setWall(wallMs: number): void {
    this.#wall = wall(wallMs);
  }

  #next(): Alarm | null {
    return this.#alarms.reduce<Alarm | null>(
      (first, alarm) => (first === null || alarm.at < first.at ? alarm : first),
      null,
    );
  }

  #move(toMonoMs: number): void {
    this.#wall = after(this.#wall, millis(toMonoMs - this.#mono));
    this.#mono = mono(toMonoMs);
  }
}
