/** The way to the first driver who takes a key, by facts: each is looked for, none is ticked by hand. */
import type { Reading } from './context.ts';

export const liveSteps = [
  ...(['people', 'mail', 'box', 'key', 'fleetio'] as const),
  ...(['webhook', 'fields', 'vehicle', 'booking'] as const),
] as const;
export type LiveStep = (typeof liveSteps)[number];

/** Whether each is done: one question, of which each part ends at the first row that it finds by an index. */
export async function goingLive(reading: Reading): Promise<Readonly<Record<LiveStep, boolean>>> {
  const { tx, account } = reading;
  const fleet = fleetParts(reading);
  const keys = tx.selectFrom('key').select('id').where('account', '=', account);
  const person = tx.selectFrom('person').select('id').where('account', '=', account);
  const box = tx.selectFrom('box').select('id').where('account', '=', account);
  const booking = tx.selectFrom('booking').select('id').where('account', '=', account);
  const mail = tx
    .selectFrom('message')
    .select('id')
    .where('account', '=', account)
    .where('sent', 'is not', null)
    .where('channel', '=', 'mail')
    .where('state', 'in', ['sent', 'delivered']);
  const tagged = keys.where('tag_hash', 'is not', null);
  // As the index key_place says it: none of the keys that never hung anywhere is looked at.
  const stocked = keys.where('box', 'is not', null).where('place', 'in', ['in', 'out', 'missing']);
  const integrations = tx.selectFrom('integration').select('integration.id').where('account', '=', account);
  const vehicle = tx
    .selectFrom('vehicle')
    .select('id')
    .where('integration', 'in', integrations)
    .where('key', 'is not', null);
  const row = await tx
    .selectNoFrom(eb => [
      eb.exists(person.where('password', 'is not', null)).as('people'),
      eb.exists(mail).as('mail'),
      eb.exists(box.where('link', '!=', 'never')).as('box'),
      eb.or([eb.exists(tagged), eb.exists(stocked)]).as('key'),
      eb.exists(fleet.connected).as('fleetio'),
      eb.exists(fleet.connected.where('last_event', 'is not', null)).as('webhook'),
      eb.exists(fleet.missing).as('missing'),
      eb.exists(vehicle).as('vehicle'),
      eb.exists(booking.where('on_box', 'is not', null)).as('booking'),
    ])
    .executeTakeFirstOrThrow();
  const { missing, ...found } = row;
  const done = { ...found, fields: Boolean(found.fleetio) && !missing };
  // SQLite says 0 and 1.
  return Object.fromEntries(liveSteps.map(step => [step, Boolean(done[step])])) as Record<LiveStep, boolean>;
}

const fleetParts = ({ tx, account }: Reading) => ({
  connected: tx
    .selectFrom('integration')
    .select('id')
    .where('account', '=', account)
    .where('state', '=', 'connected')
    .where('deletion', 'is', null),
  missing: tx
    .selectFrom('problem')
    .select('id')
    .where('account', '=', account)
    .where('kind', '=', 'fields-missing')
    .where('cleared', 'is', null),
});
