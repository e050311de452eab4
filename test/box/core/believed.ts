import type { Effect } from '../../../src/box/core/effect.ts';
import type { Input } from '../../../src/box/core/input.ts';

const day = 86_400_000;

/** By which instants a window may be judged (rules.md 23), from the inputs alone: the oracle's own reading of the clocks. */
export class BelievedClock {
  /** What may count as the floor: UTC minus monotonic time, in milliseconds. */
  #floors: number[] = [];
  #offset = 0;
  #synced = false;
  #saved: number | null = null;
  #at = { mono: 0, wall: 0 };

  /** A run begins with this floor from the file; null = none was ever saved. */
  restart(floor: number | null): void {
    this.#saved = floor;
    this.#floors = [];
    this.#offset = 0;
    this.#synced = false;
  }

  hear(input: Input, effects: readonly Effect[]): void {
    const { mono, wall } = input.at;
    this.#at = { mono, wall };
    if (input.type === 'booted') this.#floors = [(this.#saved ?? wall) - mono];
    if (input.type === 'clock-synced' && input.synced) {
      // The system's clock itself is vouched for: nothing that was added to it counts any more.
      this.#offset = 0;
      this.#vouched(wall - mono);
    }
    if (input.type === 'vouched') this.#toldByRelay(input.wall, input.tripMs);
    if (input.type !== 'command' || input.command.verb !== 'clock-set') return;
    if (!effects.some(effect => effect.type === 'answer' && effect.outcome.done)) return;
    this.#offset = input.command.wall === null ? 0 : input.command.wall - wall;
    this.#vouched(wall + this.#offset - mono);
  }

  /** Several where the rule leaves it open: as when a clock that somebody vouched for in this boot jumps, or lost its source. */
  readonly now = (): readonly number[] => {
    const { mono, wall } = this.#at;
    const told = wall + this.#offset;
    const leasts = this.#floors.map(floor => floor + mono);
    const doubted = leasts.map(least => (told >= least && told <= least + day ? told : least));
    const vouched = [told, ...leasts.map(least => Math.max(told, least))];
    return this.#synced ? [...vouched, ...doubted] : doubted;
  };

  /** It is `told` now, or up to `tripMs` later; a clock that agrees is left as it is, nearly so if somebody nearer vouches. */
  #toldByRelay(told: number, tripMs: number): void {
    const { mono, wall } = this.#at;
    const mine = wall + this.#offset;
    const slack = this.#synced ? 60_000 : 1_000;
    if (mine < told - slack || mine > told + tripMs + slack)
      this.#offset = told + Math.floor(tripMs / 2) - wall;
    this.#vouched(wall + this.#offset - mono);
  }

  #vouched(floor: number): void {
    this.#synced = true;
    this.#floors = [...this.#floors, floor].slice(-8);
  }
}
