import { email, text } from './checks.ts';
import type { Context } from './context.ts';
import { createDriver, driverBy } from './drivers.ts';
import { homeOfKey, phoneNumber } from './phone.ts';

/** Somebody who need not be known yet. */
export interface Contact {
  readonly name: string;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

/**
 * Their number is read as people write it where that key is.
 * The driver who has this phone, or else this mail address; a new one where nobody has. The phone of a new one does not open:
 * nobody has verified it.
 */
export async function contactDriver(context: Context, contact: Contact, key: string | null): Promise<string> {
  const name = text('contact.name', contact.name, 100);
  const phoneHome = await homeOfKey(context, key);
  const read = contact.phone == null ? null : phoneNumber('contact.phone', contact.phone, phoneHome);
  const phone = read?.number ?? null;
  const address = contact.email == null ? null : email('contact.email', contact.email);
  const known =
    (phone === null ? null : await driverBy(context, { phone })) ??
    (address === null ? null : await driverBy(context, { email: address }));
  if (known !== null) return known.id;
  return (await createDriver(context, { name, phone: contact.phone, phoneHome, email: address })).id;
}
