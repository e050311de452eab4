import type { Proof } from '../../wire/journal.ts';
import type { BookingTable } from '../store/tables.ts';
import type { Reading } from './context.ts';

/** Whose word a line is: ours, an administrator's or script's, a box's, a message's way, a fleet's own system. */
export const storyKinds = ['booking', 'deed', 'box', 'event', 'message', 'fleet'] as const;

/** Proofs behind a line, by which it can be looked up. */
export interface StoryBehind {
  readonly box?: string;
  /** Of the box's set, which a receipt of it proves. */
  readonly revision?: number;
  /** Place in the journal of the box. */
  readonly epoch?: number;
  readonly seq?: number;
  readonly audit?: string;
  /** Id of a token, or a part of the relay. */
  readonly who?: string;
  readonly message?: string;
  readonly integration?: string;
  readonly assignment?: string;
  readonly webhook?: string;
  /** One id from webhook to write-back, for logs. */
  readonly trace?: string;
}

/** One thing that happened to a booking. Nothing in it is a code, or the way to one. */
export interface StoryLine {
  /** When it happened, and when the relay heard of it. */
  readonly at: number;
  readonly heardAt: number;
  readonly kind: (typeof storyKinds)[number];
  /** In one word: the type of an event, the kind of a message, the name of a deed. */
  readonly what: string;
  /** How sure it is: the box's receipt, its sensor or tag, or a presumption of it; null: it is a fact of our own. */
  readonly proof: Proof | 'receipt' | null;
  /** More of it in words of ours, such as a reason or a state; null: there is no more to say. */
  readonly detail: string | null;
  readonly behind: StoryBehind;
}

type StoryBooking = Pick<BookingTable, 'id' | 'trace'>;

/** A room's part of the story of a booking; `most` lines of each sort. */
export type StoryLines = (
  reading: Reading,
  booking: StoryBooking,
  most: number,
) => Promise<readonly StoryLine[]>;

/** It came later than a line that is up takes. */
const lateMs = 60_000;

export const isLate = ({ at, heardAt }: StoryLine): boolean => heardAt - at > lateMs;
