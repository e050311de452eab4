/**
 * Reads from a box's journal which faults stand at the box and which are over: pure, in the order of its events. The same events in
 * other batches come to the same, so that a box that was away for a week ends where one that was never away does.
 */
import type { JournalEvent } from '../../wire/journal.ts';
import type { BoxProblem } from './problems/box.ts';

/** `message-rejected`: at the box, of words that are not the relay's. The rest of that family the talk itself finds. */
export type FaultKind = BoxProblem | 'message-rejected';

/** The part of a box that has the fault: the box itself, or one of its slots, keys or devices. */
export type FaultPlace =
  | { readonly of: 'box' }
  | { readonly of: 'slot'; readonly slot: number }
  | { readonly of: 'key'; readonly key: string; readonly slot: number | null }
  | { readonly of: 'device'; readonly device: string }
  /** The file in which the box keeps everything: it may be whole again, and yet something was lost. */
  | { readonly of: 'database' }
  /** The topic on which the relay speaks to it. */
  | { readonly of: 'down' };

export interface Fault {
  readonly kind: FaultKind;
  readonly place: FaultPlace;
  /** The box's own word for the cause. */
  readonly reason: string | null;
  /** Instant of the event; null: the box's clock was not to be believed then. */
  readonly at: number | null;
  /** It is over when it was not said again for so long; null: only a counterpart ends it. Milliseconds. */
  readonly fadesMs: number | null;
}

/** Which of a box's faults an event ends. */
interface Ending {
  readonly kinds: readonly FaultKind[];
  /** Absent: wherever it is. */
  readonly of?: FaultPlace['of'] | undefined;
  readonly slot?: number | undefined;
  readonly key?: string | undefined;
  readonly device?: string | undefined;
}

const minuteMs = 60_000;
/** The box forgets wrong entries after ten minutes (rules.md 18). */
const lockoutMs = 10 * minuteMs;
const rejectedMs = 60 * minuteMs;
const restartedMs = 24 * 60 * minuteMs;

/** A run of the daemon says these anew where they are still so; after another start nothing of the run before holds. */
const ofOneRun: readonly FaultKind[] = ['door-forced', 'door-held', 'reader-lost', 'power-low'];
const ofDoor: readonly FaultKind[] = ['door-forced', 'door-held'];
const ofKey: readonly FaultKind[] = ['key-missing', 'custody-mismatch', 'overdue'];
const ofContents: readonly FaultKind[] = ['custody-mismatch'];
/** The disk takes writes again; that brings back nothing of a file that was lost. */
const storageGood: Ending = { kinds: ['storage-degraded'], of: 'box' };

/** One text a fault: the same place of the same box has each kind once. */
export function placeText(place: FaultPlace): string {
  switch (place.of) {
    case 'box':
      return '';
    case 'slot':
      return `/slot/${place.slot}`;
    case 'key':
      return `/key/${place.key}`;
    case 'device':
      return `/device/${place.device}`;
    default:
      return `/${place.of}`;
  }
}

/** The fault that the event reports; null: none. */
function faultOf(event: JournalEvent, at: number | null): Fault | null {
  const { reason = null, slot, key, device } = event;
  const fault = (kind: FaultKind, place: FaultPlace | null, fadesMs: number | null = null): Fault | null =>
    place === null ? null : { kind, place, reason, at, fadesMs };
  const box: FaultPlace = { of: 'box' };
  const ofSlot: FaultPlace | null = slot === undefined ? null : { of: 'slot', slot };
  switch (event.type) {
    case 'jammed':
    case 'door-forced':
    case 'door-held':
    case 'sensor-suspect':
      return fault(event.type, ofSlot);
    case 'tamper':
    case 'power-low':
    case 'clock-untrusted':
      return fault(event.type, box);
    case 'box-full':
      return fault('box-full', box);
    case 'lockout':
      return fault('lockout', box, lockoutMs);
    case 'reader-lost':
      return fault('reader-lost', device === undefined ? null : { of: 'device', device });
    case 'storage-degraded':
      return fault('storage-degraded', isOfDatabase(reason) ? { of: 'database' } : box);
    case 'message-rejected':
      return fault('message-rejected', { of: 'down' }, rejectedMs);
    case 'booted':
      return isUnexpected(reason) ? fault('box-restarted', box, restartedMs) : null;
    case 'overdue':
      return fault('overdue', key === undefined ? null : { of: 'key', key, slot: null });
    case 'custody-mismatch':
      return mismatchOf(event, fault);
    default:
      return null;
  }
}

/** Whoever began anew without a file, or without a secret, has lost something, however well all goes from then on. */
const isOfDatabase = (reason: string | null): boolean =>
  reason !== null && (reason.startsWith('database-') || reason.endsWith('-lost'));

const isUnexpected = (reason: string | null): boolean =>
  reason === 'crash' || reason === 'power' || reason === 'watchdog';

function mismatchOf(
  { reason, slot, key }: JournalEvent,
  fault: (kind: FaultKind, place: FaultPlace | null) => Fault | null,
): Fault | null {
  const isGone = reason === undefined || reason === 'gone';
  if (key !== undefined) {
    const place: FaultPlace = { of: 'key', key, slot: slot ?? null };
    return fault(isGone ? 'key-missing' : 'custody-mismatch', place);
  }
  // What nobody could name came and went again: nothing is left to look at.
  return isGone ? null : fault('custody-mismatch', slot === undefined ? null : { of: 'slot', slot });
}

/** The faults that the event shows to be over. They end before the one that it reports begins. */
function endingsOf(event: JournalEvent): readonly Ending[] {
  const { type, slot, key } = event;
  const endings: Ending[] = [];
  // Whether the clock is right stands in each event, so that nobody says it anew, at a start neither.
  if (type !== 'clock-untrusted' && isTrusted(event)) endings.push({ kinds: ['clock-untrusted'] });
  if (type === 'booted') endings.push({ kinds: ofOneRun }, storageGood);
  else if (type === 'slot-restored' && slot !== undefined)
    endings.push({ kinds: restoredKinds(event.reason), slot });
  else if (type === 'door-opened' && slot !== undefined) endings.push({ kinds: ['jammed'], slot });
  else if ((type === 'door-shut' || type === 'door-closed') && slot !== undefined)
    endings.push({ kinds: ofDoor, slot });
  else if (type === 'reader-back' && event.device !== undefined)
    endings.push({ kinds: ['reader-lost'], device: event.device });
  else if (type === 'power-good') endings.push({ kinds: ['power-low'] });
  else if (type === 'storage-good') endings.push(storageGood);
  else if (type === 'technician') endings.push(...byTechnician(event));
  else if (type === 'custody-mismatch' && key === undefined && slot !== undefined)
    endings.push({ kinds: ofContents, slot });
  if (movesKey(type)) endings.push(...moved(event));
  return endings;
}

const isTrusted = ({ clock }: JournalEvent): boolean => clock === 'synced' || clock === 'plausible';

/** A slot has two faults that end on their own: a lock that opened, and a sensor that spoke again. No reason: both. */
function restoredKinds(reason: string | undefined): readonly FaultKind[] {
  if (reason === 'opened') return ['jammed'];
  if (reason === 'sensed') return ['sensor-suspect'];
  return ['jammed', 'sensor-suspect'];
}

const movesKey = (type: string): boolean =>
  type === 'key-taken' || type === 'key-returned' || type === 'key-transferred';

/** A key that somebody has, or that is in a slot, is no longer looked for; and its slot holds what the books say. */
function moved({ type, slot, key }: JournalEvent): readonly Ending[] {
  const endings: Ending[] = key === undefined ? [] : [{ kinds: ofKey, key }];
  if (slot !== undefined && type !== 'key-transferred') endings.push({ kinds: ofContents, slot });
  // There is a free slot again, or the one that stood there has found one.
  if (type === 'key-taken' || type === 'key-returned') endings.push({ kinds: ['box-full'] });
  return endings;
}

/** Somebody has looked, and has said what is there. */
function byTechnician({ what, slot, key }: JournalEvent): readonly Ending[] {
  if (what === 'correct-empty' && slot !== undefined)
    return [{ kinds: ofContents, slot }, { kinds: ['box-full'] }];
  if (what === 'correct-holds' && slot !== undefined)
    return [{ kinds: ofContents, slot }, ...(key === undefined ? [] : [{ kinds: ofKey, key }])];
  return [];
}

/** Wrong entries go on: what fades after a while without them does not fade yet. */
const keepsAwake = ({ type, reason }: JournalEvent): boolean =>
  type === 'denied' && (reason === 'unknown' || reason === 'pin-wrong' || reason === 'locked-out');

/** A fault that stands: of what kind, and where. */
export interface OpenFault {
  readonly kind: FaultKind;
  readonly place: FaultPlace;
}

/** The course of one fault over some events. */
export interface FaultStory {
  /** As it was last said; of one that only ended, or went on, what is known of it. */
  readonly fault: Fault;
  /** It stood before the first of the events. */
  readonly before: boolean;
  /** It stands after the last. */
  readonly after: boolean;
  /** How often it was said. */
  readonly said: number;
  /** It was not said again, but something shows that it goes on. */
  readonly goesOn: boolean;
}

type Story = { -readonly [Name in keyof FaultStory]: FaultStory[Name] };

const nameOf = ({ kind, place }: OpenFault): string => `${kind}${placeText(place)}`;

/** @param instantOf when an event happened; null where its clock is not to be believed */
export function faultStories(
  open: readonly OpenFault[],
  events: readonly JournalEvent[],
  instantOf: (event: JournalEvent) => number | null,
): readonly FaultStory[] {
  const stories = new Map<string, Story>();
  for (const { kind, place } of open) {
    const fault: Fault = { kind, place, reason: null, at: null, fadesMs: null };
    stories.set(nameOf(fault), { fault, before: true, after: true, said: 0, goesOn: false });
  }
  for (const event of events) {
    const endings = endingsOf(event);
    if (endings.length > 0)
      for (const story of stories.values())
        if (story.after && endings.some(ending => ends(ending, story.fault))) story.after = false;
    if (keepsAwake(event)) awake(stories.get('lockout'));
    const fault = faultOf(event, isTrusted(event) ? instantOf(event) : null);
    if (fault !== null) said(stories, fault);
  }
  return [...stories.values()].filter(
    ({ before, after, said: times, goesOn }) => before !== after || times > 0 || goesOn,
  );
}

function awake(story: Story | undefined): void {
  if (story?.after !== true) return;
  story.fault = { ...story.fault, fadesMs: lockoutMs };
  story.goesOn = true;
}

function said(stories: Map<string, Story>, fault: Fault): void {
  const name = nameOf(fault);
  const known = stories.get(name);
  if (known === undefined) stories.set(name, { fault, before: false, after: true, said: 1, goesOn: false });
  else Object.assign(known, { fault, after: true, said: known.said + 1 });
}

function ends({ kinds, of, slot, key, device }: Ending, { kind, place }: OpenFault): boolean {
  if (!kinds.includes(kind)) return false;
  if (of !== undefined && place.of !== of) return false;
  if (slot !== undefined && !(place.of === 'slot' && place.slot === slot)) return false;
  if (key !== undefined && !(place.of === 'key' && place.key === key)) return false;
  return device === undefined || (place.of === 'device' && place.device === device);
}
