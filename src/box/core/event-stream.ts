/**
 * Which events go to the relay next. It is told by the relay's acknowledgements alone: what a broker has taken proves nothing.
 * Events are sent in order, a few batches ahead of what is acknowledged; when none comes, or one that lies behind, the same
 * events go again from there.
 */
import type { MonoMs } from '../../base/brand.ts';

/** Batches that wait for their acknowledgement. */
const windowBatches = 4;

const patienceMs = { first: 30_000, most: 300_000 } as const;

interface Flight {
  /** Number of its last event. */
  readonly to: number;
  readonly at: MonoMs;
}

export interface EventStream {
  /** Number of the next event to send; null until the relay has said on this connection what it has. */
  readonly next: number | null;
  /** The relay has all up to here. */
  readonly acked: number;
  readonly flights: readonly Flight[];
  /** How long an acknowledgement may take before its events go again. */
  readonly patience: number;
}

/** Where the journal stands. */
export interface JournalEnds {
  /** The first event that is still there, and the last. */
  readonly first: number;
  readonly last: number;
  readonly epoch: number;
  /** Number after which the present epoch began. */
  readonly epochBegan: number;
}

export const silentStream = (acked: number): EventStream => ({
  next: null,
  acked,
  flights: [],
  patience: patienceMs.first,
});

/** The relay has everything up to `ack.seq`, as far as it knows of box epoch `ack.boxEpoch`. */
export function acknowledged(
  stream: EventStream,
  ack: { readonly boxEpoch: number; readonly seq: number },
  ends: JournalEnds,
): EventStream {
  // Numbers of an earlier epoch say nothing about this one, whose own begin after `epochBegan`.
  const earlier = ack.boxEpoch < ends.epoch;
  const acked = earlier ? Math.min(ack.seq, ends.epochBegan) : Math.max(ack.seq, ends.epochBegan);
  const anew = stream.next === null || acked < stream.acked;
  const from = Math.max(acked + 1, ends.first);
  const flights = anew ? [] : stream.flights.filter(flight => flight.to > acked);
  const next = anew ? from : Math.max(stream.next, from);
  const patience = acked > stream.acked || anew ? patienceMs.first : stream.patience;
  return { next, acked, flights, patience };
}

/** The events that may be sent now; `live`: all before it is with the relay. */
export function due(
  stream: EventStream,
  last: number,
): { readonly from: number; readonly live: boolean } | null {
  const { next, acked, flights } = stream;
  if (next === null || next > last || flights.length >= windowBatches) return null;
  return { from: next, live: flights.length === 0 && next === acked + 1 };
}

export const sent = (stream: EventStream, to: number, at: MonoMs): EventStream => ({
  ...stream,
  next: to + 1,
  flights: [...stream.flights, { to, at }],
});

/** When the oldest batch has waited long enough; null: nothing waits. */
export const impatientAt = ({ flights, patience }: EventStream): number | null =>
  flights[0] === undefined ? null : flights[0].at + patience;

/** Again from what is acknowledged. */
export const again = (stream: EventStream, first: number): EventStream => ({
  ...stream,
  next: Math.max(stream.acked + 1, first),
  flights: [],
  patience: Math.min(stream.patience * 2, patienceMs.most),
});
