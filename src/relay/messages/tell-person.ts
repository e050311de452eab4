/** Notice drivers about themselves: by every address that they have, with a booking or without one. */
import { accountSettings } from '../domain/accounts.ts';
import type { Context } from '../domain/context.ts';
import { driverRow } from '../domain/drivers.ts';
import { isLanguage, type Language } from '../domain/notify-settings.ts';
import type { Channel } from './queue.ts';
import { queueMessage } from './queue.ts';

interface Person {
  readonly driver: string;
  readonly kind: 'phone-changed' | 'phone-void';
  /** Number that was theirs until now; that of the driver where absent, null: none. */
  readonly phone?: string | null;
}

export async function tellPerson(context: Context, { driver, kind, phone }: Person): Promise<void> {
  const row = await driverRow(context, driver);
  const to: readonly (readonly [Channel, string | null])[] = [
    ['mail', row.email],
    ['sms', phone === undefined ? row.phone : phone],
  ];
  const language = isLanguage(row.language) ? row.language : await languageOf(context);
  const booking = await someBooking(context, driver);
  for (const [channel, address] of to)
    if (address !== null)
      await queueMessage(context, {
        ...{ kind, channel, language, driver, booking, to: address },
        // Of the person, not of the booking, which another driver may have by then.
        data: { driver: row.name },
      });
}

const languageOf = async (context: Context): Promise<Language> =>
  (await accountSettings(context)).notify.language;

/** The one that lasts longest: it says whom to call, and its page where a new PIN is chosen. */
async function someBooking({ tx, account, now }: Context, driver: string): Promise<string | null> {
  const row = await tx
    .selectFrom('booking')
    .select('id')
    .where('account', '=', account)
    .where('driver', '=', driver)
    .where('cancelled', 'is', null)
    .where(eb => eb.or([eb('end', 'is', null), eb('end', '>', now)]))
    .orderBy('start', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
