/** Whether a batch of event lines continues the journal that the relay has of a box (docs/synchronisation.md). */
import { noHash } from '../../wire/chain.ts';
import type { Events } from '../../wire/up.ts';
import { type EventLine, readEventLine } from './event-line.ts';

/** A place in a journal: a number is only unique with its epoch, for a restored box counts on from an older one. */
export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** Where the relay's copy of a journal ends; `seq` 0 and `noHash`: nothing yet. */
export interface Stand extends Place {
  readonly head: string;
}

/** Numbers, inclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Continuation {
  readonly kind: 'store';
  /** The new events, in order. */
  readonly lines: readonly EventLine[];
  /** Where the journal ends with them. */
  readonly stand: Stand;
  /** The event that the first one must follow, when that is not the last one stored: a box that begins a new epoch. */
  readonly anchor: Stand | null;
  /** Events that the box says it does not have any more, and that the relay never had. */
  readonly lost: Span | null;
}

export type IntakeDecision =
  | Continuation
  /** Nothing new, if `last` is what is stored under its number; another one is a fork. */
  | { readonly kind: 'known'; readonly last: EventLine }
  /** The events between have not come yet. */
  | { readonly kind: 'gap' }
  /** Another event stands where this one says it is. */
  | { readonly kind: 'fork'; readonly at: Place }
  /** No box wrote these lines so, or not in this order. */
  | { readonly kind: 'forged'; readonly detail: string };

/** Below 0: `a` comes first. */
export const order = (a: Place, b: Place): number => a.epoch - b.epoch || a.seq - b.seq;

/**
 * `forked`: this epoch of the journal forked at the box after `stand`, and the rest of it is refused for good; the next epoch
 * goes on from wherever the fork has led.
 */
export function judge(
  stand: Stand,
  batch: Pick<Events, 'lines' | 'follows'>,
  options: { readonly forked?: boolean } = {},
): IntakeDecision {
  const lines: EventLine[] = [];
  for (const [at, text] of batch.lines.entries()) {
    const line = readEventLine(text);
    if (line === null) return { kind: 'forged', detail: `line ${at + 1} is not as a box writes it` };
    const wrong = breaks(lines.at(-1), line);
    if (wrong !== null) return { kind: 'forged', detail: wrong };
    lines.push(line);
  }
  const follows: Place = { epoch: batch.follows.boxEpoch, seq: batch.follows.seq };
  const [first] = lines;
  if (first === undefined || order(follows, first.event) >= 0 || follows.seq >= first.event.seq)
    return { kind: 'forged', detail: 'a batch that follows what comes later' };
  if (options.forked && first.event.epoch > stand.epoch && follows.epoch <= stand.epoch)
    return stored(lines, { ...follows, head: first.event.prev }, null);
  return placed(stand, lines, follows);
}

/** Within a batch there is no hole, and no step back. */
function breaks(before: EventLine | undefined, { event }: EventLine): string | null {
  if (before === undefined) return null;
  const { seq, epoch, hash } = before.event;
  if (event.seq !== seq + 1) return `event ${event.seq} comes after ${seq}`;
  if (event.epoch < epoch) return `event ${event.seq} goes back to epoch ${event.epoch}`;
  return event.prev === hash ? null : `event ${event.seq} does not follow event ${seq} of the same batch`;
}

function placed(stand: Stand, lines: readonly EventLine[], follows: Place): IntakeDecision {
  const fresh = lines.findIndex(line => order(line.event, stand) > 0);
  const first = lines[fresh];
  const last = lines.at(-1);
  if (first === undefined) return last === undefined ? { kind: 'gap' } : { kind: 'known', last };
  const before: Place = lines[fresh - 1]?.event ?? follows;
  const after = order(before, stand);
  if (after > 0) return { kind: 'gap' };
  return after === 0 ? next(stand, lines.slice(fresh)) : branch(stand, lines.slice(fresh), before);
}

/** The line before the first new one is, by its number, the last that is stored. */
function next(stand: Stand, lines: readonly EventLine[]): IntakeDecision {
  const [first] = lines;
  if (first === undefined) return { kind: 'gap' };
  const { seq, prev } = first.event;
  if (seq === stand.seq + 1) return prev === stand.head ? stored(lines, null, null) : forked(first);
  return stored(lines, null, { from: stand.seq + 1, to: seq - 1 });
}

/** The journal at the box goes on from an event before our last one: it was restored, or has forgotten. */
function branch(stand: Stand, lines: readonly EventLine[], before: Place): IntakeDecision {
  const [first] = lines;
  if (first === undefined) return { kind: 'gap' };
  const { epoch, seq, prev } = first.event;
  if (epoch > stand.epoch) {
    if (seq > before.seq + 1)
      return stored(lines, null, { from: Math.min(seq, Math.max(before.seq, stand.seq) + 1), to: seq - 1 });
    const root = before.seq === 0 && prev === noHash;
    return stored(lines, root ? null : { ...before, head: prev }, null);
  }
  if (seq > stand.seq + 1) return stored(lines, null, { from: stand.seq + 1, to: seq - 1 });
  return prev === stand.head ? stored(lines, null, null) : forked(first);
}

const forked = ({ event }: EventLine): IntakeDecision => ({
  kind: 'fork',
  at: { epoch: event.epoch, seq: event.seq },
});

function stored(lines: readonly EventLine[], anchor: Stand | null, lost: Span | null): IntakeDecision {
  const { epoch, seq, hash } = (lines.at(-1) as EventLine).event;
  const gone = lost === null || lost.from > lost.to ? null : lost;
  return { kind: 'store', lines, stand: { epoch, seq, head: hash }, anchor, lost: gone };
}
