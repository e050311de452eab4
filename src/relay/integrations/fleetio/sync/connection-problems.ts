/** Problems of the connection itself: each goes with what disproves it. */
import type { ProblemKind } from '../../../core/problems/catalogue.ts';
import { clearOpen, raiseProblem } from '../../../domain/problems.ts';
import type { FleetioCode, FleetioError } from '../api/errors.ts';
import type { SyncContext } from './context.ts';

const shown = [
  'fleetio-unauthorized',
  'fleetio-forbidden',
  'fleetio-not-found',
  'fleetio-limited',
  'fleetio-unreachable',
  'fleetio-strange',
  'fleetio-too-large',
] as const satisfies readonly FleetioCode[];
type Shown = (typeof shown)[number];

const isShown = (code: FleetioCode): code is Shown => (shown as readonly FleetioCode[]).includes(code);

export async function connectionProblem(context: SyncContext, error: FleetioError): Promise<void> {
  const { code } = error;
  if (!isShown(code)) return;
  const said = `${error.message}. ${error.hint}`;
  await raiseProblem(context, { kind: code, subject: context.integration }, said);
}

/** Problems that one successful call disproves; the others are about something that it did not ask for. */
const disproved: readonly ProblemKind[] = ['fleetio-unauthorized', 'fleetio-limited', 'fleetio-unreachable'];

/** A call has succeeded. */
export const connectionWorks = (context: SyncContext): Promise<void> => clear(context, disproved);

/** Everything has been compared. */
export const roundWorks = (context: SyncContext): Promise<void> =>
  clear(context, [...shown, 'fleetio-not-compared']);

/** Part of a round went well, part of it did not: only a whole round proves that it does again. */
export async function notCompared(context: SyncContext, error: FleetioError): Promise<void> {
  const said = `not everything could be compared with Fleetio: ${error.message}. ${error.hint} The rest goes on`;
  await raiseProblem(context, { kind: 'fleetio-not-compared', subject: context.integration }, said);
}

async function clear(
  { tx, account, integration, now }: SyncContext,
  kinds: readonly ProblemKind[],
): Promise<void> {
  await clearOpen(tx, now, eb =>
    eb.and([eb('account', '=', account), eb('subject', '=', integration), eb('kind', 'in', kinds)]),
  );
}
