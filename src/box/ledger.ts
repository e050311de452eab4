import type { Entry } from '../wire/journal.ts';
import type { DurableEffect } from './core/effect.ts';
import type { Use } from './core/model.ts';
import type { Commit, EventStamp } from './ports.ts';

/** Events that can wait for the disk; what comes on top is only on stderr (rules.md 13). */
export const ledgerMax = 256;

/**
 * What could not be written while the disk refuses: returns go on, and this is all that knows of them. Lost with the power;
 * that is the one loss we state.
 */
export class Ledger {
  #late: { readonly entry: Entry; readonly stamp: EventStamp }[] = [];
  readonly #uses = new Map<string, Use>();
  readonly #tags = new Map<string, Commit['tags'][number]>();
  #dropped = 0;

  get size(): number {
    return this.#late.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(effects: readonly DurableEffect[], stamp: EventStamp): void {
    for (const effect of effects) {
      if (effect.type === 'write-use') this.#uses.set(effect.use.booking, effect.use);
      else if (effect.type === 'bind-tag') this.#tags.set(effect.fingerprint, effect);
      else if (this.#late.length < ledgerMax)
        this.#late.push({ entry: { ...effect.entry, late: true }, stamp });
      else this.#dropped += 1;
    }
  }

  /** All of it as the members of a commit; kept until `clear`, for the commit may fail again. */
  content(): Pick<Commit, 'uses' | 'tags'> & { readonly late: NonNullable<Commit['late']> } {
    return { late: this.#late, uses: [...this.#uses.values()], tags: [...this.#tags.values()] };
  }

  clear(): void {
    this.#late = [];
    this.#uses.clear();
    this.#tags.clear();
    this.#dropped = 0;
  }
}
