/** The first half of judging an export: every line by itself. */
import { canonical, type Json } from '../base/canonical.ts';
import { hashEvent } from './chain.ts';
import type { Checkpoint, JournalEvent } from './journal.ts';

/** `other-key`: all of it fits, and was signed by a key that is not the one you trust. */
export type Tampering = 'cut' | 'edited' | 're-ordered' | 'truncated' | 'other-key';

export interface Failure {
  readonly ok: false;
  readonly word: Tampering;
  /** Number of the event where it shows; null where no number can be told. */
  readonly event: number | null;
  /** Line of the file, from 1. */
  readonly line: number;
  /** A clause: `event 12 is missing`. */
  readonly message: string;
}

/** What is kept of a line: files may be long. */
export interface Link {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly line: number;
}

export interface Reading {
  readonly links: readonly Link[];
  readonly checkpoint: Checkpoint;
  /** Line of the checkpoint. */
  readonly lastLine: number;
}

type Members = { readonly [name: string]: Json | undefined };

type Line =
  | { readonly kind: 'event'; readonly event: JournalEvent }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** JSON that no box writes; its number as far as it has one. */
  | { readonly kind: 'edited'; readonly seq: number | null }
  | { readonly kind: 'no-json' };

export const failed = (
  word: Tampering,
  at: { readonly seq: number | null; readonly line: number },
  message: string,
): Failure => ({ ok: false, word, event: at.seq, line: at.line, message });

/** Reads all lines; stops at the first that no box wrote. */
export function read(lines: Iterable<string>): Reading | Failure {
  const links: Link[] = [];
  const boxes = new Set<string>();
  let checkpoint: Checkpoint | null = null;
  let broken: string | null = null;
  let line = 0;
  for (const text of lines) {
    if (broken !== null) return spoilt(line, links);
    line += 1;
    if (checkpoint !== null) return failed('re-ordered', { seq: null, line }, 'lines follow the checkpoint');
    const found = judged(text);
    if (found.kind === 'no-json') broken = text;
    else if (found.kind === 'edited') return edited(found.seq, line);
    else if (found.kind === 'checkpoint') checkpoint = found.checkpoint;
    else links.push({ ...linkOf(found.event), line });
    if (found.kind === 'event') boxes.add(found.event.box);
    if (boxes.size > 1) return edited(links.at(-1)?.seq ?? null, line);
  }
  if (broken !== null && !isCutOff(broken)) return spoilt(line, links);
  if (checkpoint === null) return endless(links, line);
  const foreign = boxes.size > 0 && !boxes.has(checkpoint.box);
  return foreign ? edited(null, line) : { links, checkpoint, lastLine: line };
}

const linkOf = ({ seq, prev, hash }: JournalEvent) => ({ seq, prev, hash });

function edited(seq: number | null, line: number): Failure {
  const what = seq === null ? `line ${line}` : `event ${seq}`;
  return failed('edited', { seq, line }, `${what} is not as the box wrote it`);
}

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

function judged(text: string): Line {
  const value = parsed(text);
  if (value === null) return { kind: 'no-json' };
  const seq = isNumber(value.seq) ? value.seq : null;
  if (canonical(value) !== text) return { kind: 'edited', seq };
  if (isCheckpoint(value)) return { kind: 'checkpoint', checkpoint: value as unknown as Checkpoint };
  if (!isEvent(value)) return { kind: 'edited', seq };
  const event = value as unknown as JournalEvent;
  return hashEvent(event) === event.hash ? { kind: 'event', event } : { kind: 'edited', seq };
}

function parsed(text: string): Members | null {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
  } catch {
    return null;
  }
}

const isNumber = (value: Json | undefined): value is number => Number.isSafeInteger(value);
const isText = (value: Json | undefined): value is string => typeof value === 'string';

const isCheckpoint = ({ type, sig, box, from, to, count, head, key }: Members): boolean =>
  type === 'checkpoint' && [sig, box, head, key].every(isText) && [from, to, count].every(isNumber);

const isEvent = ({ seq, box, prev, hash }: Members): boolean =>
  isNumber(seq) && [box, prev, hash].every(isText);
