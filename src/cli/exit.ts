import { Fault } from '../base/fault.ts';

/** What the shell is told (contracts.md §3). */
export const exits = { done: 0, refused: 1, usage: 2 } as const;

/** The command line itself is wrong: exit 2. */
export class UsageError extends Fault {
  constructor(message: string, hint: string) {
    super('usage', message, hint);
  }
}

/** Of `words` the one that was probably meant, as a question; empty where none is near. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const near = words
    .map(word => ({ word, far: word.startsWith(typed) && typed.length > 1 ? 1 : distance(typed, word) }))
    .filter(({ far, word }) => far <= Math.max(1, Math.floor(word.length / 3)))
    .sort((a, b) => a.far - b.far);
  return near[0] === undefined ? '' : `Did you mean ${near[0].word}?`;
}

/** Edits that turn one word into the other (Levenshtein), for words of a few letters. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3 || a.length > 32) return 99;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 99;
}
