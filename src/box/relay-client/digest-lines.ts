import { LineDigest, setLine } from '../../wire/digest.ts';

interface Pair {
  readonly id: string;
  readonly rev: number;
}

/** Called often: lets others have a turn where this one has lasted long enough. */
type YieldTurn = () => Promise<void>;

/** Lines that are sorted, merged or hashed before others may get a turn. */
const sliceLines = 1_000;

/** The lines of a set's digest, sorted (wire/digest.ts): kept, so that a change of one record costs no sorting of all. */
export type DigestLines = readonly string[];

/** Sorted in slices that are then merged: one sort of all would be a turn as long as the set. */
export async function linesOf(pairs: Iterable<Pair>, yieldTurn: YieldTurn): Promise<DigestLines> {
  let runs: DigestLines[] = [];
  let slice: string[] = [];
  for (const pair of pairs) {
    slice.push(setLine(pair));
    if (slice.length < sliceLines) continue;
    runs.push(slice.sort());
    slice = [];
    await yieldTurn();
  }
  runs.push(slice.sort());
  while (runs.length > 1) {
    const longer: DigestLines[] = [];
    for (let at = 0; at < runs.length; at += 2)
      longer.push(await merged(runs[at] ?? [], runs[at + 1] ?? [], yieldTurn));
    runs = longer;
  }
  return runs[0] ?? [];
}

async function merged(some: DigestLines, others: DigestLines, yieldTurn: YieldTurn): Promise<DigestLines> {
  const all: string[] = [];
  let at = 0;
  for (const line of some) {
    for (let other = others[at]; other !== undefined && other < line; other = others[at]) {
      all.push(other);
      at += 1;
    }
    if (all.push(line) % sliceLines === 0) await yieldTurn();
  }
  for (; at < others.length; at += sliceLines) {
    all.push(...others.slice(at, at + sliceLines));
    await yieldTurn();
  }
  return all;
}

/** The lines without those of `gone` and with those of `come`. */
export async function changedLines(
  lines: DigestLines,
  gone: Iterable<Pair>,
  come: Iterable<Pair>,
  yieldTurn: YieldTurn,
): Promise<DigestLines> {
  const out = new Set<string>();
  for (const pair of gone) if (out.add(setLine(pair)).size % sliceLines === 0) await yieldTurn();
  const stay: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (!out.has(line)) stay.push(line);
    if (at % sliceLines === 0) await yieldTurn();
  }
  return await merged(stay, await linesOf(come, yieldTurn), yieldTurn);
}

/** `yieldTurn` is called between slices. */
export async function digestOf(lines: DigestLines, yieldTurn: YieldTurn): Promise<string> {
  const digest = new LineDigest();
  for (let from = 0; from < lines.length; from += sliceLines) {
    digest.add(lines.slice(from, from + sliceLines));
    await yieldTurn();
  }
  return digest.end();
}
