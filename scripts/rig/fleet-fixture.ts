/** A connected account of Fleetio as pages meet it: read already, with vehicles, assignments and webhooks; nobody is asked. */
import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import { defaultSettings } from '../../src/relay/integrations/fleetio/settings.ts';
import type { AssignmentTable, VehicleTable } from '../../src/relay/store/tables-fleetio.ts';

const minuteMs = 60_000;
/** The account that every fixture but the empty one has. */
export const fleet = 'int_fleet';

/** Van 1 is linked and asks, Van 2 has a key of its very name, the others have none. */
export async function connectFleet(
  context: FollowedContext,
  { names, label }: { readonly names: readonly string[]; readonly label: string },
): Promise<void> {
  const { tx, account, atRest, now } = context;
  const sealed = (column: string): string => atRest.seal('fleetio', `${fleet}/${column}`, 'a token');
  await tx
    .insertInto('integration')
    .values({
      ...{ id: fleet, account, kind: 'fleetio', label, base_url: 'http://127.0.0.1:9/api' },
      ...{ api_key: sealed('api_key'), account_token: sealed('account_token') },
      ...{ webhook_key: sealed('webhook_key'), webhook_authorization: null },
      ...{ settings: JSON.stringify(defaultSettings), state: 'connected', created: now - 900 * minuteMs },
      ...{ high_water: null, reconciled: now - 7 * minuteMs, last_event: now - 12 * minuteMs },
      ...{ webhook_id: null, contacts_read: null, lease: null, lease_until: null },
      ...{ imported: now - 12 * minuteMs, importing: null, import_said: null, deletion: null },
    })
    .execute();
  await tx
    .insertInto('vehicle')
    .values(names.map((name, at) => vehicle(context, at, name)))
    .execute();
  await link(context);
  await tx
    .insertInto('contact')
    .values({
      ...{ integration: fleet, id: '701', account, driver: null, name: names[0] ?? 'Ann Bos' },
      ...{ email: 'ann@example.org', phone: null, phone_region: null, phone_guess: null },
      ...{ archived: 0, fetched: now },
    })
    .execute();
  await tx
    .insertInto('assignment')
    .values([assignment(context, '801', '301'), assignment(context, '802', '303')])
    .execute();
  await webhooks(context);
}

const vehicle = ({ account, now }: FollowedContext, at: number, name: string): VehicleTable => ({
  ...{ integration: fleet, id: String(301 + at), account, name, plate: `KX ${204 + at}` },
  ...{ archived: 0, sample: 0, seen: now, gone: 0, key: null, mode: 'automatic', listed: null },
});

/** The first vehicle has the first key, and asks. */
async function link({ tx, account }: FollowedContext): Promise<void> {
  const key = await tx
    .selectFrom('key')
    .select('id')
    .where('account', '=', account)
    .orderBy('id')
    .executeTakeFirst();
  if (key !== undefined)
    await tx.updateTable('vehicle').set({ key: key.id, mode: 'prompt' }).where('id', '=', '301').execute();
}

const assignment = ({ account, now }: FollowedContext, id: string, of: string): AssignmentTable => ({
  ...{ integration: fleet, id, account, vehicle: of, contact: '701', started: now + 60 * minuteMs },
  ...{ ended: now + 600 * minuteMs, updated: now, deleted: 0, first_seen: now, checked: now },
  ...{ booking: null, booked_contact: null, booked_key: null, adjusted: null, contact_by: null },
  ...{ prompted: of === '301' ? now : null, trace: `t_${id}`, telling: null },
  ...{ fields_wanted: null, fields_written: null, fields_due: null, fields_since: null, fields_at: null },
  ...{ fields_tries: 0, fields_restored: 0, open: 1 },
});

async function webhooks({ tx, account, now }: FollowedContext): Promise<void> {
  const heard = [
    ['w1', 'vehicle_assignment_created', '801', 'done'],
    ['w2', 'vehicle_assignment_created', '802', 'done'],
    ['w3', 'fuel_entry_created', null, 'ignored'],
    ['w4', 'vehicle_assignment_updated', '801', 'new'],
  ] as const;
  await tx
    .insertInto('webhook_event')
    .values(
      heard.map(([id, event, subject, state], at) => ({
        ...{ integration: fleet, id, account, event, subject, received: now - at * 9 * minuteMs },
        ...{ payload: '{}', state, tries: 0, due: now },
      })),
    )
    .execute();
}
