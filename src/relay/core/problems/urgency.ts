/**
 * In which order Problems want somebody: by what is lost while nobody acts. A key that is late costs the next driver theirs, though
 * its kind is no grave one; a fault at a door is grave, and waits until somebody drives there.
 */
import { type ProblemKind, problemFacts, problemKinds } from './catalogue.ts';
import { fleetioProblems } from './fleetio.ts';
import { messageProblems } from './messages.ts';
import { operatorProblems } from './operator.ts';
import { webhookProblems } from './webhooks.ts';

/** `unreachable`: with a booking that begins soon; a box without one is a fault like others. */
export const urgencies = [
  ...(['late', 'unreachable', 'asked', 'undelivered'] as const),
  ...(['box', 'connection', 'rest'] as const),
] as const;
export type Urgency = (typeof urgencies)[number];

const own: Partial<Readonly<Record<ProblemKind, Urgency>>> = {
  overdue: 'late',
  'box-lost': 'unreachable',
  'box-dark': 'unreachable',
  'booking-to-confirm': 'asked',
  'access-asked': 'asked',
};

const connections = { ...fleetioProblems, ...webhookProblems, ...operatorProblems };

function urgencyOf(kind: ProblemKind): Urgency {
  const said = own[kind];
  if (said !== undefined) return said;
  if (problemFacts(kind).severity === 'tidy-up') return 'rest';
  if (Object.hasOwn(messageProblems, kind)) return 'undelivered';
  return Object.hasOwn(connections, kind) ? 'connection' : 'box';
}

export const kindsOf = (urgency: Urgency): readonly ProblemKind[] =>
  problemKinds.filter(kind => urgencyOf(kind) === urgency);
