/** Tells what has happened to an export since the box wrote it (contracts.md §3). Needs no daemon and no database. */
import { assert } from '../base/assert.ts';
import { checkpointText, noHash, verifySignature } from './chain.ts';
import type { RangeLine } from './journal.ts';
import { type Failure, failed, type Link, type Part, reading } from './verify-read.ts';

export type { Failure, Tampering } from './verify-read.ts';

/** Event numbers, inclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** One checkpoint vouches for these events, and none of them is missing. */
export interface Sound extends Stretch {
  readonly box: string;
  readonly count: number;
  /** Public key of the box, by which the checkpoint is signed. */
  readonly key: string;
  /** Events before these were not asked for, or are not kept, by whoever made this copy; a line says so that nobody has signed. */
  readonly range: boolean;
  /** Events that the box has signed and that are not in this copy, since that line says that it begins later. Null: none. */
  readonly leftOut: Stretch | null;
  /** Events behind the range, which are there only to prove that none is missing at its end; a line says so. Null: none. */
  readonly behind: Stretch | null;
}

export interface Intact {
  readonly ok: true;
  /** More than one where the journal itself begins anew: a box that was restored, has lost events, or was replaced. */
  readonly parts: readonly [Sound, ...Sound[]];
  /** False: only the checkpoint itself names the key; anybody could have made file and key together. */
  readonly keyKnown: boolean;
  /** Numbers that the box itself did not have any more when it signed (a database that was lost). */
  readonly missing: readonly Stretch[];
}

export type Verification = Intact | Failure;

export interface VerifyOptions {
  /** Ed25519, 64 hex digits each: the keys of the box, learnt from somewhere else than this file. More than one where it was replaced. */
  readonly publicKeys?: readonly string[];
}

/** Judges the exact bytes of a whole export. `chainReady` must have settled. */
export function verifyFile(bytes: Uint8Array, options: VerifyOptions = {}): Verification {
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
export function verifyLines(lines: Iterable<string>, options: VerifyOptions = {}): Verification {
  const reader = reading();
  let step = reader.next();
  for (const line of lines) {
    step = reader.next(line);
    if (step.done === true) break;
  }
  return judged(step.done === true ? step : reader.next(null), options);
}

/** A file that comes piece by piece; `pause` lets others have their turn. */
export async function verifyPieces(
  pieces: AsyncIterable<Uint8Array>,
  pause: () => Promise<void>,
  options: VerifyOptions = {},
): Promise<Verification> {
  const reader = reading();
  let step = reader.next();
  for await (const line of linesIn(pieces)) {
    if (step.done !== true) step = reader.next(line);
    await pause();
  }
  return judged(step.done === true ? step : reader.next(null), options);
}

/** Longer than any line that a box writes. */
const lineMaxBytes = 65_536;

async function* linesIn(pieces: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let left = new Uint8Array(0);
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(0x0a) + 1;
    if (end > 0) yield* linesOf(Buffer.concat([left, piece.subarray(0, end)]));
    left = Buffer.concat([end > 0 ? new Uint8Array(0) : left, piece.subarray(end)]);
    // What no box wrote is no longer kept: some of it is as wrong as all of it.
    if (left.length > lineMaxBytes) left = left.subarray(0, lineMaxBytes);
  }
  yield* linesOf(left);
}

function judged(step: ReturnType<ReturnType<typeof reading>['next']>, options: VerifyOptions): Verification {
  assert(step.done === true, 'whoever has read all lines has an opinion');
  const found = step.value;
  if ('ok' in found) return found;
  for (const part of found.parts) {
    const { links } = part;
    const wrong =
      order(links) ??
      beginning(part) ??
      end(part) ??
      count(part) ??
      chain(links) ??
      rangeEnd(part) ??
      seal(part, options);
    if (wrong !== null) return wrong;
  }
  const [first, ...more] = found.parts.map(soundOf);
  assert(first !== undefined, 'a file without a checkpoint is not read to its end');
  const missing = found.parts.flatMap(({ links }) => gaps(links));
  return { ok: true, parts: [first, ...more], keyKnown: options.publicKeys !== undefined, missing };
}

function soundOf({ links, range, checkpoint }: Part): Sound {
  const { box, key } = checkpoint;
  const from = range?.from ?? checkpoint.from;
  const to = range?.to ?? checkpoint.to;
  const leftOut = from > checkpoint.from ? { from: checkpoint.from, to: from - 1 } : null;
  const behind = to < checkpoint.to ? { from: to + 1, to: checkpoint.to } : null;
  const isOwnWord = range !== null && from > 1 && from !== checkpoint.from;
  const count = links.filter(({ seq }) => seq <= to).length;
  return { box, from, to, count, key, range: isOwnWord, leftOut, behind };
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

function beginning(part: Part): Failure | null {
  const { links, checkpoint, firstLine, lastLine } = part;
  if (part.range !== null) return rangeBeginning(part, part.range);
  const first = links[0] ?? { seq: checkpoint.to + 1, line: lastLine };
  if (links.length === 0 && checkpoint.count > 0) {
    return failed(
      'cut',
      { seq: checkpoint.from, line: lastLine },
      `all events from ${checkpoint.from} are missing`,
    );
  }
  if (first.seq > checkpoint.from && links.length > 0) {
    return failed('cut', { seq: checkpoint.from, line: firstLine }, missing(checkpoint.from, first.seq - 1));
  }
  return first.seq < checkpoint.from && links.length > 0
    ? failed('edited', first, `event ${first.seq} was not in the range of the checkpoint`)
    : null;
}

/** The hash before the first event tells removed events from a changed line: only where both are gone does another one stand there. */
function rangeBeginning(
  { links, checkpoint, firstLine, lastLine }: Part,
  { box, from, prev }: RangeLine,
): Failure | null {
  const first = links[0];
  const begins = first ?? { seq: checkpoint.to + 1, prev: checkpoint.head };
  const isWhole = begins.seq === from && begins.prev === prev;
  if (isWhole && box === checkpoint.box) return null;
  if (begins.seq > from && begins.prev !== prev)
    return failed('cut', { seq: from, line: firstLine }, missing(from, begins.seq - 1));
  return failed('edited', { seq: null, line: lastLine - 1 }, `line ${lastLine - 1} does not fit the events`);
}

/** By its hash: another number there would be no less one of these events. */
function rangeEnd({ links, range, checkpoint, lastLine }: Part): Failure | null {
  if (range?.to === undefined) return null;
  const last = links.find(({ seq }) => seq === range.to);
  if (last?.hash === range.head && range.to < checkpoint.to) return null;
  return failed('edited', { seq: null, line: lastLine - 1 }, `line ${lastLine - 1} does not fit the events`);
}

function end({ links, checkpoint, lastLine }: Part): Failure | null {
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
function count({ links, range, checkpoint, firstLine, lastLine }: Part): Failure | null {
  const due = range === null ? checkpoint.count : checkpoint.to - range.from + 1;
  if (links.length === due) return null;
  const [gap] = gaps(links);
  if (links.length > due || gap === undefined)
    return failed('edited', { seq: null, line: lastLine }, 'the checkpoint does not count these events');
  const after = links.find(link => link.seq === gap.to + 1);
  return failed('cut', { seq: gap.from, line: after?.line ?? firstLine }, missing(gap.from, gap.to));
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

function seal({ checkpoint, lastLine }: Part, { publicKeys }: VerifyOptions): Failure | null {
  const { sig, ...rest } = checkpoint;
  const at = { seq: null, line: lastLine };
  if (!verifySignature(checkpointText(rest), sig, checkpoint.key))
    return failed('edited', at, 'the checkpoint is not as the box signed it');
  return publicKeys === undefined || publicKeys.some(key => key.toLowerCase() === checkpoint.key)
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
