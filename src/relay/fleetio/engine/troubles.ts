/** Problems of the connection itself; each goes with the first call that succeeds. */
import { raiseProblem } from '../../domain/problems.ts';
import type { FleetioCode, FleetioError } from '../client/errors.ts';
import type { Desk } from './parts.ts';

const shown: readonly FleetioCode[] = [
  'fleetio-unauthorized',
  'fleetio-forbidden',
  'fleetio-not-found',
  'fleetio-limited',
  'fleetio-unreachable',
  'fleetio-strange',
];

export async function connectionProblem(desk: Desk, error: FleetioError): Promise<void> {
  if (!shown.includes(error.code)) return;
  const said = `${error.message}. ${error.hint}`;
  await raiseProblem(desk, { kind: error.code, subject: desk.integration }, said);
}

/** A call has succeeded. */
export async function connectionWorks(desk: Desk): Promise<void> {
  await desk.tx
    .updateTable('problem')
    .set({ cleared: desk.now })
    .where('account', '=', desk.account)
    .where('subject', '=', desk.integration)
    .where('kind', 'in', shown)
    .where('cleared', 'is', null)
    .execute();
}
