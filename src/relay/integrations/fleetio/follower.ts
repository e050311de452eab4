import type { Context } from '../../domain/context.ts';
import type { Follower } from '../../domain/followers.ts';
import { contactsOf, forgetContacts } from './sync/contact-erasure.ts';

export const fleetioFollower: Follower = {
  keyDeleted: unlinkVehicles,
  knownAs: contactsOf,
  driverErased: forgetContacts,
  regionChanged: readContactsAgain,
};

/** The vehicle of a key is one without a key from now on. */
async function unlinkVehicles({ tx }: Context, key: string): Promise<void> {
  await tx.updateTable('vehicle').set({ key: null }).where('key', '=', key).execute();
}

/** Contacts whose number was read as one of the account's region are read anew. */
async function readContactsAgain({ tx, account }: Context): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ fetched: 0 })
    .where('account', '=', account)
    .where('phone_region', 'is not', null)
    .execute();
}
