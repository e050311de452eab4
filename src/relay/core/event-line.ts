/** One line of a box's journal as it came: whether a box can have written it so, and what the relay files it under. */
import type { WallMs } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { parseForeign } from '../../base/foreign-json.ts';
import { parseInstant } from '../../base/instant.ts';
import { digest, hashEvent } from '../../wire/chain.ts';
import type { JournalEvent } from '../../wire/journal.ts';

export interface EventLine {
  readonly event: JournalEvent;
  /** The exact line. */
  readonly text: string;
  /** `event.at`. */
  readonly at: WallMs;
}

type Members = { readonly [name: string]: Json | undefined };

/**
 * Null: not the canonical line of an event with the right hash, so no box of ours wrote it.
 *
 * JSON that the engine spells the same again, with its members in order, is canonical: `canonical` does just that, member by
 * member. And where no member holds others, the text without its hash is what the hash is made over.
 */
export function readEventLine(text: string): EventLine | null {
  const members = membersOf(text);
  if (members === null || JSON.stringify(members) !== text) return null;
  const shape = shapeOf(members);
  if (shape === 'unsorted' || !isEvent(members)) return null;
  const event = members as unknown as JournalEvent;
  const hash = shape === 'flat' ? digest(withoutHash(text, event.hash)) : hashEvent(event);
  if (hash !== event.hash) return null;
  const at = parseInstant(event.at);
  return 'at' in at ? { event, text, at: at.at } : null;
}

function membersOf(text: string): Members | null {
  try {
    const value: Json = parseForeign(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
  } catch {
    return null;
  }
}

/** Whether the members stand in order, all the way down, and whether there is any way down. */
function shapeOf(value: Members): 'flat' | 'nested' | 'unsorted' {
  let last: string | null = null;
  let shape: 'flat' | 'nested' = 'flat';
  for (const name in value) {
    if (last !== null && last >= name) return 'unsorted';
    last = name;
    const member = value[name];
    if (typeof member !== 'object' || member === null) continue;
    if (!isSorted(member)) return 'unsorted';
    shape = 'nested';
  }
  return shape;
}

function isSorted(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value) ? value.every(isSorted) : shapeOf(value as Members) !== 'unsorted';
}

/** `"hash":` opens a member here and nowhere else: in a text its quotes would be escaped, and no member holds others. */
function withoutHash(text: string, hash: string): string {
  const member = `,"hash":"${hash}"`;
  const at = text.indexOf(member);
  return at < 0 ? text : text.slice(0, at) + text.slice(at + member.length);
}

const hexShape = /^[0-9a-f]{64}$/;
const isNumber = (value: Json | undefined): value is number => Number.isSafeInteger(value);
/** No NUL: PostgreSQL has no place for one, and refuses what other boxes say in the same transaction. */
const isText = (value: Json | undefined, max: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= max && !value.includes('\0');
const isHash = (value: Json | undefined): value is string =>
  typeof value === 'string' && hexShape.test(value);
const isTextOrNone = (value: Json | undefined): boolean => value === undefined || isText(value, 96);

const slotMax = 999;
const isSlotOrNone = (value: Json | undefined): boolean =>
  value === undefined || (isNumber(value) && value >= 1 && value <= slotMax);

/** Types that this version does not know are kept as they are (docs/synchronisation.md: two minor versions). */
const isEvent = (m: Members): boolean =>
  isText(m.box, 64) &&
  isNumber(m.epoch) &&
  m.epoch >= 1 &&
  isNumber(m.seq) &&
  m.seq >= 1 &&
  isNumber(m.mono) &&
  isText(m.at, 32) &&
  isText(m.clock, 16) &&
  isText(m.type, 64) &&
  isHash(m.prev) &&
  isHash(m.hash) &&
  isTextOrNone(m.booking) &&
  isTextOrNone(m.key) &&
  isSlotOrNone(m.slot);
