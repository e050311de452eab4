import type { Rig } from '../../scripts/rig/box-rig.ts';
import { until } from '../../scripts/rig/until.ts';

/** What the display of a running box shows, as `smartbox watch` tells it. */
export class Shown {
  readonly #watching: ReturnType<Rig['runs']>;

  constructor(rig: Rig) {
    this.#watching = rig.runs(['watch', '--json']);
  }

  /** The newest picture, its rows one after the other. */
  get now(): string {
    const screens = this.#watching.stdout.split('\n').filter(line => line.startsWith('{"screen"'));
    const last = screens.at(-1);
    return last === undefined ? '' : (JSON.parse(last) as { screen: readonly string[] }).screen.join(' ');
  }

  reads(text: RegExp): Promise<void> {
    return until(`${text} on the display, which shows ${this.now}`, () => text.test(this.now), 8_000);
  }

  end(): void {
    this.#watching.child.kill();
  }
}
