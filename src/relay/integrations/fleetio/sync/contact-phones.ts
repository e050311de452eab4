/** Numbers of contacts, read as people write them where their keys are. */
import type { PhoneNumber } from '../../../../base/phone-number.ts';
import {
  homeOfAccount,
  homeOfKey,
  type NumberHome,
  notePhoneGuess,
  phoneNumber,
  type ReadNumber,
} from '../../../domain/phone.ts';
import { clearProblem, raiseProblem } from '../../../domain/problems.ts';
import type { ContactTable } from '../../../store/tables-fleetio.ts';
import type { Contact } from '../api/port.ts';
import { type SyncContext, subjectOf } from './context.ts';

/** Assignments of one contact that say where the number is wanted. */
const assignmentsMax = 20;

/**
 * The first number that can be read, in the region of the site where its key is: that of `vehicle`, then those of whatever else
 * the contact is to drive, then that of the account. Problems say what was read by nobody's choice, differently in two
 * regions, or not at all.
 */
export async function readPhones(
  context: SyncContext,
  contact: Contact,
  vehicle: string | null,
): Promise<Pick<ContactTable, 'phone' | 'phone_region' | 'phone_guess'>> {
  const homes = await homesOf(context, contact.id, vehicle);
  const [first] = homes;
  const readings = contact.phones.map(text => homes.flatMap(home => readIn(text, home)));
  const found = readings.find(each => each.length > 0) ?? [];
  const [read] = found;
  const subject = subjectOf(context.integration, contact.id);
  const isOpen = new Set<PhoneNumber>(found.map(({ number }) => number)).size > 1;
  await notePhoneGuess(
    context,
    subject,
    read === undefined ? null : { ...read, isGuess: read.isGuess || isOpen },
  );
  const unread = { kind: 'phone-unread', subject } as const;
  if (read !== undefined || contact.phones.every(text => text.trim() === '')) {
    await clearProblem(context, unread);
    const guess = read?.isGuess === true ? read.by : null;
    return { phone: read?.number ?? null, phone_region: read?.by ?? null, phone_guess: guess };
  }
  const said = `no phone number of ${contact.name.slice(0, 100)} can be read, so no SMS goes there: write it with its country code in Fleetio`;
  await raiseProblem(context, unread, said);
  return { phone: null, phone_region: first?.region ?? null, phone_guess: null };
}

function readIn(text: string, home: NumberHome): readonly ReadNumber[] {
  try {
    return [phoneNumber('phone', text, home)];
  } catch {
    return [];
  }
}

async function homesOf(
  context: SyncContext,
  contact: string,
  vehicle: string | null,
): Promise<readonly NumberHome[]> {
  const { tx, integration, now } = context;
  const rows = await tx
    .selectFrom('assignment')
    .innerJoin('vehicle', join =>
      join
        .onRef('vehicle.id', '=', 'assignment.vehicle')
        .onRef('vehicle.integration', '=', 'assignment.integration'),
    )
    .select('vehicle.key')
    .where('assignment.integration', '=', integration)
    .where('assignment.contact', '=', contact)
    .where('assignment.deleted', '=', 0)
    .where(eb => eb.or([eb('assignment.ended', 'is', null), eb('assignment.ended', '>', now)]))
    .orderBy('assignment.first_seen')
    .limit(assignmentsMax)
    .execute();
  const hinted = vehicle === null ? [] : [await keyOfVehicle(context, vehicle)];
  const keys = new Set([...hinted, ...rows.map(({ key }) => key)].filter(key => key !== null));
  const homes: NumberHome[] = [];
  for (const key of keys) homes.push(await homeOfKey(context, key));
  const known = homes.filter(({ isChosen }) => isChosen);
  const all = known.length > 0 ? known : [await homeOfAccount(context)];
  return [...new Map(all.map(home => [home.region, home])).values()];
}

async function keyOfVehicle({ tx, integration }: SyncContext, id: string): Promise<string | null> {
  const row = await tx
    .selectFrom('vehicle')
    .select('key')
    .where('integration', '=', integration)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.key ?? null;
}

/** Whether the number of a contact was read where this vehicle's key is. */
export async function isReadFor(
  context: SyncContext,
  { phone_region }: ContactTable,
  vehicle: string,
): Promise<boolean> {
  if (phone_region === null) return true;
  return (await homeOfKey(context, await keyOfVehicle(context, vehicle))).region === phone_region;
}
