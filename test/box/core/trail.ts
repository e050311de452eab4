import type { Effect } from '../../../src/box/core/effect.ts';
import type { Input } from '../../../src/box/core/input.ts';
import { brief, type Line } from './rig-report.ts';

/** Inputs that a report shows; `TAIL=500` shows a whole life. */
const tailLines = Number(process.env.TAIL ?? 15);

/** What a life of a box leaves behind: its last steps, and how often each event was written. */
export class Trail {
  readonly #lines: Line[] = [];
  readonly tally = new Map<string, number>();

  note(input: Input, effects: readonly Effect[], note: string): void {
    this.#lines.push({ input, effects, note });
    if (this.#lines.length > tailLines) this.#lines.shift();
    for (const effect of effects) {
      if (effect.type !== 'journal') continue;
      const { type, proof, reason } = effect.entry;
      const name =
        type === 'denied' ? `denied ${reason}` : [type, effect.entry.for, proof].filter(Boolean).join(' ');
      this.tally.set(name, (this.tally.get(name) ?? 0) + 1);
    }
  }

  lines(): readonly string[] {
    return this.#lines.map(line => brief(line));
  }
}
