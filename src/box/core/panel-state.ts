import type { MonoMs } from '../../base/brand.ts';
import type { By } from '../../wire/journal.ts';
import type { Option, Subject } from './candidate.ts';
import type { Said } from './screen.ts';

/** The question that the next entry answers. `again`: what was typed for it was cleared by silence. */
export type Prompt =
  | { readonly mode: 'pin'; readonly subject: Subject; readonly until: MonoMs; readonly again: boolean }
  | {
      readonly mode: 'choose';
      readonly by: By;
      readonly options: readonly Option[];
      readonly until: MonoMs;
      readonly again: boolean;
    };

/** The state of keypad and display. The screen is derived from it (screen-now.ts): no text stands over a prompt, and none outlives it. */
export type Panel =
  | { readonly mode: 'idle' }
  | Prompt
  /** The hash of a PIN is being computed off the event loop. */
  | { readonly mode: 'checking'; readonly subject: Subject; readonly until: MonoMs };

/** Digits that the pad holds; the digits themselves stay outside. */
export interface Typing {
  readonly length: number;
  /** The end of the prompt for which the first of them was typed: its name. Null: for none. */
  readonly under: MonoMs | null;
  /** Something was said since the last press, and is what the display shows. */
  readonly covered: boolean;
  /** The pad tells of its silence; this ends what a pad that was lost has left. */
  readonly until: MonoMs;
}

/** The last text, and until when it stands; shown where there is no prompt. */
export interface Shown {
  readonly screen: Said;
  readonly until: MonoMs;
}
