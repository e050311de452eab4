/** Fields that wait are written now, whatever they were waiting for: somebody has mended it, or wants to know. */
import { audit } from '../../../domain/audit.ts';
import { bookingRow } from '../../../domain/booking-rows.ts';
import type { Context } from '../../../domain/context.ts';
import { conflict } from '../../../domain/faults.ts';
import { integrationRow } from '../integrations.ts';
import { subjectOf } from './context.ts';

const switchedOff = () =>
  conflict('the connection to Fleetio is switched off', 'Switch it on first, then ask again.');

/** Gives the assignment whose fields they are. @throws Fault `not-found`, `conflict` */
export async function writeBookingAgain(
  context: Context,
  booking: string,
): Promise<{ readonly integration: string; readonly assignment: string }> {
  const { tx, account, now } = context;
  await bookingRow(context, booking);
  const row = await tx
    .selectFrom('assignment')
    .innerJoin('integration', 'integration.id', 'assignment.integration')
    .select(['integration.id as integration', 'assignment.id as assignment', 'fields_due', 'state'])
    .where('booking', '=', booking)
    .where('assignment.account', '=', account)
    .where('deleted', '=', 0)
    .where('deletion', 'is', null)
    .executeTakeFirst();
  if (row === undefined)
    throw conflict('the booking follows no assignment of Fleetio', 'It has no fields there.');
  const { integration, assignment, fields_due: due, state } = row;
  if (state !== 'connected') throw switchedOff();
  if (due === null)
    throw conflict('nothing of the booking waits to be written', 'What Fleetio shows of it is as it stands.');
  await tx
    .updateTable('assignment')
    .set({ fields_due: now, fields_tries: 0 })
    .where('integration', '=', integration)
    .where('id', '=', assignment)
    .execute();
  await audit(context, 'fields-asked', booking, subjectOf(integration, assignment));
  return { integration, assignment };
}

/** Of all its assignments. Gives how many wait. @throws Fault `not-found`, `conflict` */
export async function writeAllAgain(context: Context, integration: string): Promise<number> {
  const { state } = await integrationRow(context, integration);
  if (state !== 'connected') throw switchedOff();
  const { numUpdatedRows } = await context.tx
    .updateTable('assignment')
    .set({ fields_due: context.now, fields_tries: 0 })
    .where('integration', '=', integration)
    .where('fields_due', 'is not', null)
    .executeTakeFirstOrThrow();
  await audit(context, 'fields-asked', integration, `${numUpdatedRows} waiting`);
  return Number(numUpdatedRows);
}
