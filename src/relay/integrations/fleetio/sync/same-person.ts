/** Whether a contact is a driver whom we have already: number and address say so together, or an administrator does. */
import { driverBy } from '../../../domain/drivers.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import type { DriverTable } from '../../../store/tables.ts';
import type { ContactTable } from '../../../store/tables-fleetio.ts';
import { type SyncContext, subjectOf } from './context.ts';

/** The contact that a driver is in this integration; null: made here, or by another. */
export const contactOf = async (
  { tx, integration }: SyncContext,
  driver: string,
): Promise<ContactTable | null> =>
  (await tx
    .selectFrom('contact')
    .selectAll()
    .where('driver', '=', driver)
    .where('integration', '=', integration)
    .executeTakeFirst()) ?? null;

/**
 * The one driver, without a contact of their own here, whose number or address this contact has, where nothing of the two
 * contradicts: a number alone may be a depot's, and whoever is taken for another gets his codes. Null: nobody for certain.
 */
export async function samePerson(context: SyncContext, contact: ContactTable): Promise<string | null> {
  const [found, ...more] = await likely(context, contact);
  if (found === undefined || more.length > 0) return null;
  return isAlike(found, contact) ? found.id : null;
}

type Reached = Pick<ContactTable, 'phone' | 'email'>;

/** Number or address are the same, and the other one does not contradict: it is the same, or one of the two has none. */
export function isAlike(one: Reached, two: Reached): boolean {
  const members = ['phone', 'email'] as const;
  const isSaid = members.map(member => one[member] !== null && two[member] !== null);
  const isEqual = members.map(member => one[member] === two[member]);
  return isSaid.some((said, at) => said && isEqual[at]) && isSaid.every((said, at) => !said || isEqual[at]);
}

/** Drivers other than the contact's own, and nobody's contact, who have the number or the address. */
async function likely(
  context: SyncContext,
  { driver, phone, email }: ContactTable,
): Promise<readonly DriverTable[]> {
  const found = new Map<string, DriverTable>();
  for (const by of [...(phone === null ? [] : [{ phone }]), ...(email === null ? [] : [{ email }])]) {
    const one = await driverBy(context, by);
    if (one !== null && one.id !== driver && (await contactOf(context, one.id)) === null)
      found.set(one.id, one);
  }
  return [...found.values()];
}

/** For as long as a contact with a driver of their own has the number or address of another who is no contact. */
export async function confirmPerson(context: SyncContext, contact: ContactTable): Promise<void> {
  const name: ProblemName = {
    kind: 'person-to-confirm',
    subject: subjectOf(context.integration, contact.id),
  };
  const [other] = contact.driver === null ? [] : await likely(context, contact);
  if (other === undefined) {
    await clearProblem(context, name);
    return;
  }
  const shared = other.phone !== null && other.phone === contact.phone ? 'phone number' : 'mail address';
  const said = `the contact ${contact.name} has the ${shared} of the driver ${other.name} (${other.id}), and not all else is the same: they are two drivers here. If they are one person, take number and address away from ${other.id}, or erase it; if not, give each their own`;
  await raiseProblem(context, name, said);
}
