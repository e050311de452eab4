import * as v from 'valibot';
import { Fault } from '../../../base/fault.ts';
import { audit } from '../../domain/audit.ts';
import type { Context } from '../../domain/context.ts';
import { conflict, notFound } from '../../domain/faults.ts';
import { type Route, writes } from '../../http/api/route.ts';
import { byId } from '../../http/api/schemas/parts.ts';
import { type Access, accessOf } from '../access.ts';
import { tellDriver } from '../tell.ts';

/** The words that hold now for whoever has that booking. @throws Fault `conflict`, `not-on-box` */
function kindNow({ life, isReady, driver }: Access): 'access' | 'overdue' {
  const { state } = life;
  if (driver === null || driver.erased !== null)
    throw conflict('this booking is of nobody who could be told', 'Name a driver first.');
  if (state === 'overdue') return 'overdue';
  if (state === 'taken') throw conflict('the driver has the key', 'Late, they are asked to bring it back.');
  if (state === 'cancelled' || state === 'ended') throw conflict('this booking is over', 'Make a new one.');
  if (!isReady)
    throw new Fault(
      'not-on-box',
      `the box does not have this booking yet (${state})`,
      'The driver is told by itself as soon as it has.',
    );
  return 'access';
}

async function sendAgain(
  context: Context,
  booking: string,
  by: 'mail' | 'sms' | 'both' | undefined,
): Promise<{ readonly ids: string[] }> {
  const access = await accessOf(context.tx, booking);
  if (access === null || access.account.id !== context.account) throw notFound('booking', booking);
  const { ids } = await tellDriver(context, { booking, kind: kindNow(access), by });
  if (ids.length === 0) throw conflict('the driver has no such address', 'Add one, then send again.');
  await audit(context, 'instructions-sent-again', booking, by ?? null);
  return { ids: [...ids] };
}

export const sendAgainRoutes: readonly Route[] = [
  writes({
    method: 'POST',
    path: '/bookings/:id/send-again',
    name: 'sendAgain',
    summary:
      'Tells the driver once more how they get the key, or to bring it back where it is late; 409 while the box does not have the booking',
    scope: 'messages:write',
    params: byId,
    body: v.strictObject({
      /** The account's setting where absent. */
      by: v.optional(v.picklist(['mail', 'sms', 'both'])),
    }),
    status: 202,
    answer: v.object({ ids: v.array(v.string()) }),
    write: (context, { params, body }) => sendAgain(context, params.id, body.by),
  }),
];
