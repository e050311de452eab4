import type { Context } from '../../../domain/context.ts';
import type { Person } from '../../../domain/followers.ts';
import { clearProblem } from '../../../domain/problems.ts';
import type { ContactTable } from '../../../store/tables-fleetio.ts';

/** Problems of a contact: they name the person, and nobody can do anything about them any more. */
const contactProblems = ['phone-shared', 'contact-archived', 'phone-unread', 'phone-region'] as const;

/** How a contact is called of whom nothing is known but their id in the fleet's system. */
export const unnamed = (id: string): string => `Contact ${id}`;

/**
 * Whom the fleet's system has as this driver, in each of its accounts: those that became the driver, and those of the same name
 * with their number or address that became nobody yet. Of an address alone it is not known whose it is: offices have one for all.
 */
export async function contactsOf(
  { tx, account }: Context,
  { id, name, email, phone }: Person,
): Promise<readonly ContactTable[]> {
  return await tx
    .selectFrom('contact')
    .selectAll()
    .where('account', '=', account)
    .where(eb =>
      eb.or([
        eb('driver', '=', id),
        eb.and([
          ...[eb('driver', 'is', null), eb('name', '=', name)],
          eb.or([eb('phone', '=', phone), eb('email', '=', email)]),
        ]),
      ]),
    )
    .execute();
}

/**
 * The id over there and the driver that was erased stay, so that what is read of the contact from now on is not kept
 * (`contacts.ts`).
 */
export async function forgetContacts(context: Context, driver: Person): Promise<void> {
  for (const { integration, id } of await contactsOf(context, driver)) {
    await context.tx
      .updateTable('contact')
      .set({
        driver: driver.id,
        name: unnamed(id),
        email: null,
        phone: null,
        phone_region: null,
        phone_guess: null,
        fetched: context.now,
      })
      .where('integration', '=', integration)
      .where('id', '=', id)
      .execute();
    for (const kind of contactProblems)
      await clearProblem(context, { kind, subject: `${integration}/${id}` });
  }
}
