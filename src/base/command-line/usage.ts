import { nearest } from '../config/suggestion.ts';
import { Fault } from '../fault.ts';

/** The shell is told these exit codes (contracts.md §3). */
export const exits = { done: 0, refused: 1, usage: 2 } as const;

/** The command line itself is wrong: exit 2. */
export class UsageError extends Fault {
  constructor(message: string, hint: string) {
    super('usage', message, hint);
  }
}

/** Of `words` the one that was probably meant, as a question; empty where none is near. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const begun = typed.length > 1 ? words.find(word => word.startsWith(typed)) : undefined;
  const meant = begun ?? nearest(typed, words);
  return meant === null ? '' : `Did you mean ${meant}?`;
}
