import type { World } from './world.ts';

/** One way of one connection: in order, some milliseconds long. */
export class Hop {
  readonly #world: World;
  #last = 0;

  constructor(world: World) {
    this.#world = world;
  }

  over(arrived: () => void): void {
    const { now, random } = this.#world;
    this.#last = Math.max(this.#last, now + random.int(1, 12));
    this.#world.in(this.#last - now, arrived);
  }
}
