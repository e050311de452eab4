/** One account of Fleetio is connected once: twice, each of its assignments would make two bookings and be written to twice. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from '../../domain/context.ts';
import { conflict } from '../../domain/faults.ts';
import { selectForUpdate } from '../../store/select-for-update.ts';

export const originOf = (baseUrl: string): string => URL.parse(baseUrl)?.origin ?? baseUrl;

/** Tokens are stored sealed, which no index compares: of two that come in one instant, the later waits and finds the other. */
export async function oneAtATime({ tx, account }: Context): Promise<void> {
  await selectForUpdate(tx, tx.selectFrom('account').select('id').where('id', '=', account)).execute();
}

/** @throws Fault `conflict` */
export async function mustBeAnother(
  { tx, account, atRest }: Context,
  { accountToken, baseUrl }: { readonly accountToken: string; readonly baseUrl: string },
  self: string | null,
): Promise<void> {
  const others = await tx
    .selectFrom('integration')
    .select(['id', 'label', 'base_url', 'account_token'])
    .where('account', '=', account)
    .where('deletion', 'is', null)
    .execute();
  const twin = others.find(
    ({ id, base_url, account_token }) =>
      id !== self &&
      originOf(base_url) === originOf(baseUrl) &&
      sameText(atRest.open('fleetio', `${id}/account_token`, account_token), accountToken),
  );
  if (twin === undefined) return;
  throw conflict(
    `this account of Fleetio is connected already, as ${twin.label} (${twin.id})`,
    'Change that one; or delete it first.',
  );
}

const sameText = (a: string, b: string): boolean => {
  const [one, other] = [a, b].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
};
