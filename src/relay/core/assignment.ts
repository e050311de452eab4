/** Decides what an assignment of a vehicle means for the booking of its key. Pure: everything that it goes by is handed in. */
import { after, hours, millis, type WallMs } from '../../base/brand.ts';

/** An assignment as it was last read from the fleet's system. */
export interface Assigned {
  readonly vehicle: string;
  /** Who is to drive; a person of the fleet's system. */
  readonly contact: string;
  /** Null: from the moment that it was first seen. */
  readonly start: WallMs | null;
  /** Null: until changed. */
  readonly end: WallMs | null;
  /** Gone from the fleet's system; never comes back, whatever arrives later. */
  readonly deleted: boolean;
  readonly firstSeen: WallMs;
}

/** How a vehicle is tied to a key. */
export interface Linked {
  readonly key: string | null;
  readonly mode: 'automatic' | 'prompt';
}

/** The booking that was made of the assignment, as it is now. */
export interface Booked {
  readonly key: string;
  readonly contact: string;
  readonly start: WallMs;
  readonly end: WallMs | null;
  readonly reuse: boolean;
  /** It neither ended nor was cancelled. */
  readonly live: boolean;
  /** The key was taken under it at least once. */
  readonly taken: boolean;
  /** The key is out under it now. */
  readonly out: boolean;
  /** An administrator has set the window by hand; the assignment moves it only when the assignment itself is moved. */
  readonly adjusted: { readonly start: WallMs | null; readonly end: WallMs | null } | null;
}

interface AssignmentSettings {
  /**
   * A booking without end or of more than a day: one code that takes again until the end; a fresh one by message after each
   * return; or one take.
   */
  readonly longBookings: 'reuse' | 'fresh' | 'once';
}

export interface Wanted {
  readonly key: string;
  readonly contact: string;
  readonly start: WallMs;
  readonly end: WallMs | null;
  readonly reuse: boolean;
}

export type AssignmentDecision =
  | {
      readonly do: 'nothing';
      readonly why: 'same' | 'over' | 'never-booked' | 'used-up' | 'deleted' | 'backwards';
    }
  | { readonly do: 'book'; readonly booking: Wanted }
  /** The same right in another window: the code stays. */
  | { readonly do: 'move'; readonly booking: Wanted }
  /** Another driver or another key: the old code stops taking, and a new one is sent. */
  | { readonly do: 'replace'; readonly booking: Wanted; readonly because: 'driver' | 'key' }
  /** As `replace`, where an administrator decides about the new booking. */
  | { readonly do: 'replace-by-prompt'; readonly because: 'driver' | 'key' }
  | { readonly do: 'cancel'; readonly because: 'deleted' | 'over' }
  /** An administrator is asked, once. */
  | { readonly do: 'prompt' }
  /** Nothing can be booked: somebody has to link a key to the vehicle. */
  | { readonly do: 'no-key' };

/** A booking longer than this is a long one, as one without end is. */
const longMs = hours(24);

export const isLong = ({ start, end }: { readonly start: WallMs; readonly end: WallMs | null }): boolean =>
  end === null || end - start > longMs;

export interface Situation {
  readonly assigned: Assigned;
  readonly link: Linked;
  readonly booked: Booked | null;
  readonly settings: AssignmentSettings;
  readonly now: WallMs;
}

/**
 * Idempotent: carried out and asked again it says `nothing`. So it does not matter how often, or in which order, news of an
 * assignment comes, as long as the newest reading of it is the one that is handed in.
 */
export function judge(situation: Situation): AssignmentDecision {
  const { assigned, link, booked, now } = situation;
  if (assigned.deleted)
    return booked?.live ? { do: 'cancel', because: 'deleted' } : { do: 'nothing', why: 'deleted' };
  if (isBackwards(assigned, now)) return { do: 'nothing', why: 'backwards' };
  if (booked === null) return first(situation);
  const over = assigned.end !== null && assigned.end <= now;
  if (!booked.live) return again(situation, booked, over);
  // Whoever has the key keeps it under the booking that it was taken with, also when its vehicle is unlinked meanwhile.
  const wanted = wantedOf(situation, link.key ?? booked.key, booked);
  const because = otherRight(wanted, booked);
  if (because === null && sameWindow(wanted, booked)) return { do: 'nothing', why: 'same' };
  if (over) return ended(wanted, booked);
  if (because === null) return { do: 'move', booking: wanted };
  return link.mode === 'prompt'
    ? { do: 'replace-by-prompt', because }
    : { do: 'replace', booking: wanted, because };
}

/** One that ends before it begins is a slip: nobody knows from when it is meant, so nothing is booked or moved until it is mended. */
const isBackwards = ({ start, end }: Assigned, now: WallMs): boolean =>
  start !== null && end !== null && end <= start && end > now;

/** Over for the driver who has the booking, whoever is named now: nobody new is to have the key. */
function ended(wanted: Wanted, booked: Booked): AssignmentDecision {
  if (!booked.taken) return { do: 'cancel', because: 'over' };
  if (wanted.end === booked.end) return { do: 'nothing', why: 'same' };
  const { key, contact, start, reuse } = booked;
  return { do: 'move', booking: { key, contact, start, end: wanted.end, reuse } };
}

function first({ assigned, link, settings, now }: Situation): AssignmentDecision {
  if (assigned.end !== null && assigned.end <= now) return { do: 'nothing', why: 'over' };
  if (link.key === null) return { do: 'no-key' };
  if (link.mode === 'prompt') return { do: 'prompt' };
  return { do: 'book', booking: wantedOf({ assigned, settings }, link.key, null) };
}

/** A booking that is over: only another driver, another key or a later end make a new one of its assignment. */
function again(
  { assigned, link, settings, now }: Situation,
  booked: Booked,
  over: boolean,
): AssignmentDecision {
  if (over) return { do: 'nothing', why: 'over' };
  if (link.key === null) return { do: 'nothing', why: 'never-booked' };
  const wanted = wantedOf({ assigned, settings }, link.key, booked);
  const lengthened = booked.end !== null && (wanted.end === null || wanted.end > booked.end);
  const open = wanted.end === null || wanted.end > now;
  const renewed = otherRight(wanted, booked) !== null || (lengthened && open);
  if (!renewed) return { do: 'nothing', why: 'used-up' };
  if (link.mode === 'prompt') return { do: 'prompt' };
  return { do: 'book', booking: wanted };
}

function wantedOf(
  { assigned, settings }: Pick<Situation, 'assigned' | 'settings'>,
  key: string,
  booked: Booked | null,
): Wanted {
  const end = endOf(assigned, booked);
  const start = startOf(assigned, booked, end);
  const reuse = settings.longBookings === 'reuse' && isLong({ start, end });
  const isLive = booked?.live === true;
  // What a code may do was said to its driver: it changes with the window only where it becomes more; where somebody set it by hand, not at all.
  return {
    ...{ key, contact: assigned.contact, start, end },
    reuse: isLive && isByHand(booked, assigned) ? booked.reuse : reuse || (isLive && booked.reuse),
  };
}

const isByHand = ({ adjusted }: Booked, { start, end }: Assigned): boolean =>
  adjusted !== null && adjusted.start === start && adjusted.end === end;

/** Where the key was taken, the start is history. A start that an end has overtaken gives way to the next best. */
function startOf(assigned: Assigned, booked: Booked | null, end: WallMs | null): WallMs {
  const { start, firstSeen } = assigned;
  const kept = booked !== null && ((booked.live && booked.taken) || booked.adjusted?.start === start);
  const candidates = [...(kept ? [booked.start] : []), ...(start === null ? [] : [start]), firstSeen];
  const fits = candidates.find(each => end === null || each < end);
  return fits ?? after(end ?? firstSeen, millis(-1));
}

function endOf(assigned: Assigned, booked: Booked | null): WallMs | null {
  const adjusted = booked?.adjusted ?? null;
  if (booked !== null && adjusted !== null && adjusted.end === assigned.end) return booked.end;
  return assigned.end;
}

const otherRight = (wanted: Wanted, booked: Booked): 'driver' | 'key' | null => {
  if (wanted.contact !== booked.contact) return 'driver';
  return wanted.key === booked.key ? null : 'key';
};

const sameWindow = (wanted: Wanted, booked: Booked): boolean =>
  wanted.start === booked.start && wanted.end === booked.end && wanted.reuse === booked.reuse;

/** Whether a driver who has brought the key back gets another code for the rest of a long booking. */
export const freshCodeDue = (
  booked: Pick<Booked, 'start' | 'end' | 'reuse' | 'live'>,
  { longBookings }: AssignmentSettings,
  now: WallMs,
): boolean =>
  longBookings === 'fresh' &&
  booked.live &&
  !booked.reuse &&
  isLong(booked) &&
  (booked.end === null || booked.end > now);
