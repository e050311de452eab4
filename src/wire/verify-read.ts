/** The first half of judging an export: every line by itself. */
import { assert } from '../base/assert.ts';
import { canonical, type Json } from '../base/canonical.ts';
import { NestedTooDeep, parseForeign } from '../base/foreign-json.ts';
import { hashEvent } from './chain.ts';
import type { Checkpoint, JournalEvent, RangeLine } from './journal.ts';

/**
 * `other-key`: all of it fits, and was signed by a key that is not the one you trust. `not-a-journal`: no line of it was ever
 * one of a journal, so that nobody has done anything to it.
 */
export type Tampering = 'cut' | 'edited' | 're-ordered' | 'truncated' | 'other-key' | 'not-a-journal';

export interface Failure {
  readonly ok: false;
  readonly word: Tampering;
  /** Number of the event where it shows; null where no number can be told. */
  readonly event: number | null;
  /** Line of the file, from 1. */
  readonly line: number;
  /** A clause: `event 12 is missing`. */
  readonly message: string;
  /** Nothing in the file says that anybody has cut it: its box gave the relay no checkpoint. */
  readonly unsigned?: true;
}

/** This much is kept of a line: files may be long. */
export interface Link {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly line: number;
}

/** Events that one checkpoint vouches for. A copy has several where the journal itself was broken: a box restored or replaced. */
export interface Part {
  readonly links: readonly Link[];
  readonly range: RangeLine | null;
  readonly checkpoint: Checkpoint;
  /** First line of it, and that of the checkpoint. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface Reading {
  readonly parts: readonly Part[];
}

type Members = { readonly [name: string]: Json | undefined };

type Line =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'range'; readonly range: RangeLine }
  /** JSON that no box writes; its number as far as it has one. */
  | { readonly kind: 'edited'; readonly seq: number | null }
  | { readonly kind: 'no-json' };

export const failed = (
  word: Tampering,
  at: { readonly seq: number | null; readonly line: number },
  message: string,
): Failure => ({ ok: false, word, event: at.seq, line: at.line, message });

/** Takes a line by each `next`, and null at the end: whoever has a long file to read may do other things between two lines. */
type Reader = Generator<undefined, Reading | Failure, string | null>;

/**
 * Reads all lines; stops at the first that no box wrote. A file none of whose lines looks like one of a journal gets its own
 * word: to call a configuration or a photograph edited would accuse somebody of something.
 */
export function* reading(): Reader {
  const inner = readLines();
  let step = inner.next();
  let journal = false;
  let first = '';
  let count = 0;
  for (let text = yield; text !== null; text = yield) {
    journal ||= looksLikeJournal(text);
    count += 1;
    if (count === 1) first = text;
    if (step.done !== true) step = inner.next(text);
    if (step.done === true && (journal || !('ok' in step.value))) break;
  }
  if (step.done !== true) step = inner.next(null);
  assert(step.done === true, 'whoever reads knows when the lines are over');
  const found = step.value;
  if (!('ok' in found)) return found;
  // Of a journal that was cut off within its first letters nothing more is left; an empty one is no other file either.
  const isBeginning = count <= 1 && eventStart.startsWith(first);
  if (journal || isBeginning) return found;
  const at = { seq: null, line: found.line };
  return failed('not-a-journal', at, 'no line of it is an event or a checkpoint');
}

const eventStart = '{"at":"';

/** An event or a checkpoint, whatever was done to it since: its members, or in a line that is no JSON any more their text. */
function looksLikeJournal(text: string): boolean {
  const value = parsed(text);
  if (value === null || value === 'too-deep')
    return /"(?:hash|prev|sig)":"[0-9a-f]{16}/.test(text) || /^\{"(?:at|box)":"/.test(text);
  const names = ['hash', 'prev', 'sig', 'seq', 'head', 'epoch', 'from'].filter(name =>
    Object.hasOwn(value, name),
  );
  return names.length >= 2;
}

interface OpenPart {
  readonly links: Link[];
  readonly boxes: Set<string>;
  range: RangeLine | null;
  readonly firstLine: number;
}

const opened = (firstLine: number): OpenPart => ({ links: [], boxes: new Set(), range: null, firstLine });

function* readLines(): Reader {
  const parts: Part[] = [];
  let open = opened(1);
  let broken: string | null = null;
  let line = 0;
  for (let text = yield; text !== null; text = yield) {
    if (broken !== null) return spoilt(line, open.links);
    line += 1;
    const found = judged(text);
    if (found.kind === 'no-json') broken = text;
    else if (found.kind === 'edited') return edited(found.seq, line, text);
    else if (found.kind === 'checkpoint') {
      const { checkpoint } = found;
      if (open.boxes.size > 0 && !open.boxes.has(checkpoint.box)) return edited(null, line);
      const box = parts[0]?.checkpoint.box ?? checkpoint.box;
      if (checkpoint.box !== box) return otherBox(box, checkpoint.box, line);
      const { links, range, firstLine } = open;
      parts.push({ links, range, checkpoint, firstLine, lastLine: line });
      open = opened(line + 1);
    } else {
      const wrong =
        found.kind === 'event' ? event(parts, open, found.event, line) : range(open, found.range, line);
      if (wrong !== null) return wrong;
    }
  }
  if (broken === '' && parts.length > 0 && open.links.length === 0)
    return failed(
      'edited',
      { seq: null, line },
      `line ${line} is empty: the box writes none behind its last`,
    );
  if (broken !== null && !isCutOff(broken)) return spoilt(line, open.links);
  const isEmpty = open.links.length === 0 && open.range === null && broken === null;
  if (parts.length > 0 && isEmpty) return { parts };
  return parts.length > 0 && open.links.length === 0 && broken === null
    ? failed('re-ordered', { seq: null, line }, 'a line stands behind the checkpoint that it belongs before')
    : endless(open.links, line);
}

function event(parts: readonly Part[], open: OpenPart, found: JournalEvent, line: number): Failure | null {
  const { seq } = found;
  const at = { seq, line };
  if (open.range !== null)
    return failed('re-ordered', at, `event ${seq} stands behind the line that says where its range begins`);
  const before = parts.at(-1);
  if (before !== undefined && open.links.length === 0) {
    if (before.links.some(({ hash }) => hash === found.hash))
      return failed('edited', at, `event ${seq} stands there twice`);
    if (belongsTo(before, found))
      return failed(
        're-ordered',
        { seq: null, line },
        `event ${seq} stands behind the checkpoint that it belongs before`,
      );
  }
  open.links.push({ ...linkOf(found), line });
  open.boxes.add(found.box);
  return open.boxes.size > 1 ? edited(seq, line) : null;
}

/** By the chain: an event of this stretch that is missing there. Others begin a part of their own. */
const belongsTo = ({ links, checkpoint }: Part, { seq, prev, hash }: JournalEvent): boolean =>
  hash === checkpoint.head ||
  (seq <= checkpoint.to &&
    !links.some(link => link.seq === seq) &&
    links.some(link => link.hash === prev || link.prev === hash));

function range(open: OpenPart, found: RangeLine, line: number): Failure | null {
  if (open.range !== null || (open.boxes.size > 0 && !open.boxes.has(found.box))) return edited(null, line);
  open.range = found;
  if (found.checkpoint === undefined) return null;
  const last = open.links.at(-1)?.seq ?? null;
  const message = 'the box gave its relay no checkpoint for what stands before this line';
  return { ...failed('truncated', { seq: last, line }, message), unsigned: true };
}

const linkOf = ({ seq, prev, hash }: JournalEvent) => ({ seq, prev, hash });

/** `text`: of the line, where it may tell what has happened to the whole file. */
function edited(seq: number | null, line: number, text = ''): Failure {
  const what = seq === null ? `line ${line}` : `event ${seq}`;
  const how = text.endsWith('\r')
    ? ': it ends with CR LF, as where a program has rewritten the file as text'
    : '';
  return failed('edited', { seq, line }, `${what} is not as the box wrote it${how}`);
}

/** Somebody has put two exports into one file: what is said of it would be said of the first box alone. */
const otherBox = (box: string, other: string, line: number): Failure =>
  failed(
    'edited',
    { seq: null, line },
    `line ${line} ends the journal of another box, ${other}; what stands before it is of ${box}`,
  );

/** A line that is no JSON: it stands where the event after the one before it should. */
const spoilt = (line: number, links: readonly Link[]): Failure => edited(nextOf(links), line);

const nextOf = (links: readonly Link[]): number | null => {
  const last = links.at(-1);
  return last === undefined ? null : last.seq + 1;
};

function endless(links: readonly Link[], line: number): Failure {
  const last = links.at(-1);
  const after = last === undefined ? 'the beginning' : `event ${last.seq}`;
  return failed(
    'truncated',
    { seq: last?.seq ?? null, line },
    `the file ends after ${after}, without its checkpoint`,
  );
}

/**
 * A last line that merely stops, as against one in which something was changed: only that one still has the ends of a whole
 * line, of which a changed byte can spoil one.
 */
function isCutOff(text: string): boolean {
  if (/[^\\]"\}$/.test(text) || (text.startsWith('{"box"') && text.endsWith('}'))) return false;
  const shorter = text.slice(0, -1);
  return [shorter, `${shorter}}`].every(each => judged(each).kind !== 'checkpoint');
}

/** Null: it is no such line, or not as a box writes it. Who signed it is another question. */
export function checkpointIn(text: string): Checkpoint | null {
  const found = judged(text);
  return found.kind === 'checkpoint' ? found.checkpoint : null;
}

function judged(text: string): Line {
  const value = parsed(text);
  if (value === 'too-deep') return { kind: 'edited', seq: null };
  if (value === null) return { kind: 'no-json' };
  const seq = isNumber(value.seq) ? value.seq : null;
  if (canonical(value) !== text) return { kind: 'edited', seq };
  if (isCheckpoint(value)) return { kind: 'checkpoint', checkpoint: value as unknown as Checkpoint };
  if (isRange(value)) return { kind: 'range', range: value as unknown as RangeLine };
  if (!isEvent(value)) return { kind: 'edited', seq };
  const event = value as unknown as JournalEvent;
  return hashEvent(event) === event.hash ? { kind: 'event', event } : { kind: 'edited', seq };
}

function parsed(text: string): Members | 'too-deep' | null {
  // A file of many short lines that are no JSON would cost an exception for each.
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: Json = parseForeign(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
  } catch (error) {
    return error instanceof NestedTooDeep ? 'too-deep' : null;
  }
}

const isNumber = (value: Json | undefined): value is number => Number.isSafeInteger(value);
const isText = (value: Json | undefined): value is string => typeof value === 'string';

const isCheckpoint = ({ type, sig, box, from, to, count, head, key }: Members): boolean =>
  type === 'checkpoint' && [sig, box, head, key].every(isText) && [from, to, count].every(isNumber);

const isEvent = ({ seq, box, prev, hash }: Members): boolean =>
  isNumber(seq) && [box, prev, hash].every(isText);

const isRange = ({ type, box, from, prev, checkpoint, to, head, ...more }: Members): boolean =>
  type === 'range' &&
  isText(box) &&
  isNumber(from) &&
  isText(prev) &&
  (checkpoint === undefined || checkpoint === null) &&
  (to === undefined ? head === undefined : isNumber(to) && isText(head)) &&
  Object.keys(more).length === 0;
