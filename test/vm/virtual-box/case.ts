/** One thing that the virtual box must stand. */
import type { Parts, Ready } from './ready.ts';

export interface Stage {
  readonly parts: Parts;
  /** A machine whose box is READY, made when it is first asked for. */
  readonly ready: () => Promise<Ready>;
  /** Makes one anew in any case, starts the box so often, and answers with what it took. */
  readonly prepareAnew: (starts: number) => Promise<import('./ready.ts').Figures>;
  /** Whether a figure that misses its bar fails the case; else there is no time for more than one of a kind. */
  readonly isJudged: boolean;
  /** For what a case leaves lying; goes at the end. */
  readonly work: string;
  /** A measured figure, for the person who reads. */
  readonly figure: (what: string, value: string) => void;
  /**
   * A measured figure, and whether it is as good as the documents promise. `scripts/vm test` fails a case that misses; in the long run,
   * whose processors are shared with other tests, it is said and no more.
   */
  readonly bar: (what: string, value: string, met: boolean) => void;
}

export interface Case {
  readonly name: string;
  readonly what: string;
  /** Null: it belongs to `./scripts/test --all`; else about how many minutes it takes. */
  readonly minutes: number | null;
  readonly run: (stage: Stage) => Promise<void>;
}

export const ms = (us: number): string => `${(us / 1_000).toFixed(1)} ms`;
