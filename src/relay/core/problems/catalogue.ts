/**
 * Every kind of Problem that the relay can raise, in one place: a kind that is not here does not compile. Each family has its
 * file; a new kind goes into the one of whom it concerns, with what to do, and with something in the code that clears it.
 */
import { bookingProblems } from './bookings.ts';
import { boxProblems } from './box.ts';
import type { ProblemFacts } from './facts.ts';
import { fleetioProblems } from './fleetio.ts';
import { linkProblems } from './link.ts';
import { messageProblems } from './messages.ts';
import { operatorProblems } from './operator.ts';

const catalogue = {
  ...boxProblems,
  ...linkProblems,
  ...messageProblems,
  ...fleetioProblems,
  ...bookingProblems,
  ...operatorProblems,
} as const;

export type ProblemKind = keyof typeof catalogue;

export const problemKinds: readonly ProblemKind[] = Object.keys(catalogue) as ProblemKind[];

const isProblemKind = (word: string): word is ProblemKind => Object.hasOwn(catalogue, word);

const notKnown: Omit<ProblemFacts, 'title'> = {
  advice: 'Another version of the relay has raised this: the detail says what it means.',
  severity: 'notice',
};

/** A row may have been written by a newer version of the relay than this one. */
export const problemFacts = (kind: string): ProblemFacts =>
  isProblemKind(kind) ? catalogue[kind] : { title: kind, ...notKnown };
