/** What has happened to an export since the box wrote it (contracts.md §3). Needs no daemon and no database. */
import { checkpointText, noHash, verifySignature } from './chain.ts';
import type { Checkpoint } from './journal.ts';
import { type Failure, failed, type Link, type Reading, read } from './verify-read.ts';

export type { Failure, Tampering } from './verify-read.ts';

/** Event numbers, inclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Intact {
  readonly ok: true;
  readonly checkpoint: Checkpoint;
  /** False: only the checkpoint itself names the key; anybody could have made file and key together. */
  readonly keyKnown: boolean;
  /** Numbers that the box itself did not have any more when it signed (a database that was lost). */
  readonly missing: readonly Stretch[];
}

export type Verdict = Intact | Failure;

export interface VerifyOptions {
  /** Ed25519, 64 hex digits: the box's key, learnt from somewhere else than this file. */
  readonly publicKey?: string;
}

/** Judges the exact bytes of a whole export. `chainReady` must have settled. */
export function verifyFile(bytes: Uint8Array, options: VerifyOptions = {}): Verdict {
  return verifyLines(linesOf(bytes), options);
}

/** Bytes that are no text cannot be what a box wrote: in their place stands a NUL, which no JSON holds. */
function* linesOf(bytes: Uint8Array): Iterable<string> {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const newline = 0x0a;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(newline, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    try {
      yield strict.decode(line);
    } catch {
      yield new TextDecoder().decode(line).replaceAll('\ufffd', '\0');
    }
    from = end < 0 ? bytes.length : end + 1;
  }
}

/** As `verifyFile`, of lines without their newline. */
export function verifyLines(lines: Iterable<string>, options: VerifyOptions = {}): Verdict {
  const reading = read(lines);
  if ('ok' in reading) return reading;
  const { links, checkpoint } = reading;
  const wrong =
    order(links) ??
    beginning(reading) ??
    end(reading) ??
    count(reading) ??
    chain(links) ??
    seal(reading, options);
  if (wrong !== null) return wrong;
  return { ok: true, checkpoint, keyKnown: options.publicKey !== undefined, missing: gaps(links) };
}

/** Numbers must rise. Where they do not, lines stand in the wrong place, or twice. */
function order(links: readonly Link[]): Failure | null {
  const seen = new Set<number>();
  for (const link of links) {
    if (seen.has(link.seq)) return failed('edited', link, `event ${link.seq} stands there twice`);
    seen.add(link.seq);
  }
  const sorted = [...links].sort((a, b) => a.seq - b.seq);
  for (const [at, link] of links.entries()) {
    const due = sorted[at]?.seq;
    if (due !== link.seq)
      return failed('re-ordered', link, `event ${link.seq} stands where event ${due} should`);
  }
  return null;
}

function beginning({ links, checkpoint, lastLine }: Reading): Failure | null {
  const first = links[0] ?? { seq: checkpoint.to + 1, line: lastLine };
  if (links.length === 0 && checkpoint.count > 0) {
    return failed(
      'cut',
      { seq: checkpoint.from, line: lastLine },
      `all events from ${checkpoint.from} are missing`,
    );
  }
  if (first.seq > checkpoint.from && links.length > 0) {
    return failed('cut', { seq: checkpoint.from, line: 1 }, missing(checkpoint.from, first.seq - 1));
  }
  return first.seq < checkpoint.from && links.length > 0
    ? failed('edited', first, `event ${first.seq} was not in the range of the checkpoint`)
    : null;
}

function end({ links, checkpoint, lastLine }: Reading): Failure | null {
  const last = links.at(-1);
  if (last === undefined) return null;
  if (last.seq < checkpoint.to) {
    const from = last.seq + 1;
    return failed('truncated', { seq: from, line: lastLine }, `${missing(from, checkpoint.to)} at the end`);
  }
  if (last.seq > checkpoint.to)
    return failed('edited', last, `event ${last.seq} was not in the range of the checkpoint`);
  return last.hash === checkpoint.head
    ? null
    : failed('edited', last, `event ${last.seq} is not the one that the checkpoint ends with`);
}

/** Fewer lines than the box counted. With as many, a gap is the box's own: it had lost those events. */
function count({ links, checkpoint, lastLine }: Reading): Failure | null {
  if (links.length === checkpoint.count) return null;
  const [gap] = gaps(links);
  if (links.length > checkpoint.count || gap === undefined)
    return failed('edited', { seq: null, line: lastLine }, 'the checkpoint does not count these events');
  const after = links.find(link => link.seq === gap.to + 1);
  return failed('cut', { seq: gap.from, line: after?.line ?? 1 }, missing(gap.from, gap.to));
}

/** A rewritten event with a hash of its own is found out by the one that follows it. */
function chain(links: readonly Link[]): Failure | null {
  for (const [at, link] of links.entries()) {
    const before = links[at - 1];
    if (link.seq === 1 && link.prev !== noHash) return failed('edited', link, 'event 1 follows nothing');
    if (before === undefined || before.seq + 1 !== link.seq) continue;
    if (before.hash !== link.prev)
      return failed('edited', before, `event ${before.seq} is not the one that event ${link.seq} follows`);
  }
  return null;
}

function seal({ checkpoint, lastLine }: Reading, { publicKey }: VerifyOptions): Failure | null {
  const { sig, ...rest } = checkpoint;
  const at = { seq: null, line: lastLine };
  if (!verifySignature(checkpointText(rest), sig, checkpoint.key))
    return failed('edited', at, 'the checkpoint is not as the box signed it');
  return publicKey === undefined || publicKey.toLowerCase() === checkpoint.key
    ? null
    : failed('other-key', at, `the checkpoint was signed by the key ${checkpoint.key}, not by yours`);
}

function gaps(links: readonly Link[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [at, link] of links.entries()) {
    const before = links[at - 1];
    if (before !== undefined && before.seq + 1 < link.seq)
      found.push({ from: before.seq + 1, to: link.seq - 1 });
  }
  return found;
}

const missing = (from: number, to: number): string =>
  from === to ? `event ${from} is missing` : `events ${from} to ${to} are missing`;
