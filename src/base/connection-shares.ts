import type { Origin } from './origin.ts';

/**
 * Places for connections whose owners are not known. When all are taken, the oldest one of the origin that has most of them
 * makes room: whoever opens thousands pushes out only connections of his own, and newcomers from elsewhere get in. A whole
 * fleet behind one address is one origin, and is not kept out either: those that were there longest go, not those that come.
 */
export class ConnectionShares<C> {
  readonly #max: number;
  /** Oldest first in each. */
  readonly #byOrigin = new Map<Origin, Set<C>>();
  readonly #origins = new Map<C, Origin>();

  /** `max` ≥ 1. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#origins.size;
  }

  has(connection: C): boolean {
    return this.#origins.has(connection);
  }

  /** The newest of its origin. Gives the connection that has lost its place and must be closed; null: there was room. */
  add(origin: Origin, connection: C): C | null {
    this.delete(connection);
    const loser = this.#origins.size < this.#max ? null : this.evict();
    const ours = this.#byOrigin.get(origin) ?? new Set();
    this.#byOrigin.set(origin, ours.add(connection));
    this.#origins.set(connection, origin);
    return loser;
  }

  /** Takes its place from the oldest connection of the origin that has most; null: there is none. */
  evict(): C | null {
    let busiest: ReadonlySet<C> | null = null;
    for (const each of this.#byOrigin.values())
      if (busiest === null || each.size > busiest.size) busiest = each;
    for (const oldest of busiest ?? []) {
      this.delete(oldest);
      return oldest;
    }
    return null;
  }

  delete(connection: C): void {
    const origin = this.#origins.get(connection);
    if (origin === undefined) return;
    this.#origins.delete(connection);
    const its = this.#byOrigin.get(origin);
    its?.delete(connection);
    if (its?.size === 0) this.#byOrigin.delete(origin);
  }
}
