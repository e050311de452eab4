import type { Fault } from '../../base/fault.ts';
import type { DriverTable } from '../store/tables.ts';
import { email, text } from './checks.ts';
import type { Context } from './context.ts';
import { createDriver, driverBy } from './drivers.ts';
import { conflict } from './faults.ts';
import { homeOfKey, phoneNumber } from './phone.ts';

/** Somebody who need not be known yet. */
export interface Contact {
  readonly name: string;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

/**
 * Their number is read as people write it where that key is.
 * The driver who has this phone or this mail address, where nothing of the two contradicts: a number alone may be a depot's, and what is
 * sent about the booking goes to that driver. A new one where nobody has either; their phone does not open: nobody has verified it.
 * @throws Fault `bad-input`; `conflict` where nobody can say whether it is that driver
 */
export async function contactDriver(context: Context, contact: Contact, key: string | null): Promise<string> {
  const name = text('contact.name', contact.name, 100);
  const phoneHome = await homeOfKey(context, key);
  const read = contact.phone == null ? null : phoneNumber('contact.phone', contact.phone, phoneHome);
  const phone = read?.number ?? null;
  const address = contact.email == null ? null : email('contact.email', contact.email);
  const byPhone = phone === null ? null : await driverBy(context, { phone });
  const byMail = address === null ? null : await driverBy(context, { email: address });
  if (byPhone !== null) {
    const isOther = address !== null && byPhone.email !== address;
    if (isOther && (byPhone.email !== null || byMail !== null)) throw perhaps(byPhone, 'phone number');
    return byPhone.id;
  }
  if (byMail !== null) {
    if (phone !== null && byMail.phone !== null) throw perhaps(byMail, 'mail address');
    return byMail.id;
  }
  return (await createDriver(context, { name, phone: contact.phone, phoneHome, email: address })).id;
}

const perhaps = ({ id }: Pick<DriverTable, 'id'>, shared: 'phone number' | 'mail address'): Fault =>
  conflict(
    `driver ${id} has this ${shared}, and not all else is the same`,
    `If it is them, name the driver; if not, give each their own, or leave the ${shared} out.`,
  );
