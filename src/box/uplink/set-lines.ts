import { LineDigest, setLine } from '../../wire/digest.ts';

interface Pair {
  readonly id: string;
  readonly rev: number;
}

/** Lines that are hashed before others get a turn. */
const sliceLines = 2_000;

/** The lines of a set's digest, sorted (wire/digest.ts): kept, so that a change of one record costs no sorting of all. */
export type SetLines = readonly string[];

export const linesOf = (pairs: Iterable<Pair>): SetLines => Array.from(pairs, setLine).sort();

/** The lines without those of `gone` and with those of `come`. */
export function changedLines(lines: SetLines, gone: Iterable<Pair>, come: Iterable<Pair>): SetLines {
  const out = new Set(Array.from(gone, setLine));
  const fresh = linesOf(come);
  const next: string[] = [];
  let at = 0;
  for (const line of lines) {
    if (out.has(line)) continue;
    for (let other = fresh[at]; other !== undefined && other < line; other = fresh[at]) {
      next.push(other);
      at += 1;
    }
    next.push(line);
  }
  return [...next, ...fresh.slice(at)];
}

/** `breathe` is called between slices. */
export async function digestOf(lines: SetLines, breathe: () => Promise<void>): Promise<string> {
  const digest = new LineDigest();
  for (let from = 0; from < lines.length; from += sliceLines) {
    digest.add(lines.slice(from, from + sliceLines));
    await breathe();
  }
  return digest.end();
}
