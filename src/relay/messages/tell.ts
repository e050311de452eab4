/** Notice a driver about a booking: by which channels, in which language, and the reminder that goes with it. */
import type { MessageKind } from '../core/message-rules.ts';
import { accountSettings } from '../domain/accounts.ts';
import type { Context } from '../domain/context.ts';
import { notFound } from '../domain/faults.ts';
import { isLanguage, type Language, type NotifySettings } from '../domain/notify-settings.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../domain/problems.ts';
import { type Access, accessOf, lastsUntil } from './access.ts';
import type { MessageData } from './kinds.ts';
import { type Channel, dropWaiting, queueMessage } from './queue.ts';

type ChannelChoice = NotifySettings['channels'];

interface Notice {
  readonly booking: string;
  readonly kind: MessageKind;
  readonly data?: MessageData | undefined;
  /** As somebody chose for this booking; the account's setting where absent. */
  readonly by?: ChannelChoice | undefined;
}

/** Of a driver, of a place, of the account. */
export function languageFor(access: Pick<Access, 'driver' | 'place' | 'settings'>): Language {
  const own = access.driver?.language ?? null;
  if (isLanguage(own)) return own;
  const { language } = access.place;
  return isLanguage(language) ? language : access.settings.notify.language;
}

interface Address {
  readonly channel: Channel;
  readonly to: string;
}

function addressesOf({ driver, settings }: Access, by: ChannelChoice | undefined): readonly Address[] {
  if (driver === null || driver.erased !== null) return [];
  const choice = by ?? settings.notify.channels;
  const mail = driver.email === null ? [] : [{ channel: 'mail' as const, to: driver.email }];
  const sms = driver.phone === null ? [] : [{ channel: 'sms' as const, to: driver.phone }];
  if (choice === 'mail') return mail;
  if (choice === 'sms') return sms;
  if (choice === 'both') return [...mail, ...sms];
  return mail.length > 0 ? mail : sms;
}

const hourMs = 3_600_000;
/** The kinds of waiting messages that each new message about a booking overtakes. */
const overtaken: Readonly<Partial<Record<MessageKind, readonly MessageKind[]>>> = {
  access: ['waiting', 'reminder', 'moved', 'key-back'],
  moved: ['waiting', 'reminder', 'key-back'],
  'fresh-code': ['reminder', 'access', 'key-back'],
  cancelled: ['access', 'moved', 'waiting', 'reminder', 'fresh-code', 'key-back', 'overdue'],
};

/**
 * Queues what the driver of the booking is to be told. With nobody to tell, or no address, it is a Problem `no-address`, which
 * goes when somebody was told.
 * @throws Fault `not-found`
 */
export async function tellDriver(
  context: Context,
  telling: Notice,
): Promise<{ readonly ids: readonly string[] }> {
  const { booking, kind, data, by } = telling;
  const access = await accessOf(context.tx, booking);
  if (access === null || access.account.id !== context.account) throw notFound('booking', booking);
  await placeProblem(context, access);
  const addresses = addressesOf(access, by);
  await dropWaiting(context, { booking, kinds: overtaken[kind] ?? [] });
  const name: ProblemName = { kind: 'no-address', subject: booking };
  if (addresses.length === 0) {
    if (access.driver !== null)
      await raiseProblem(context, name, noAddress(by ?? access.settings.notify.channels));
    return { ids: [] };
  }
  await clearProblem(context, name);
  const rest = { booking, driver: access.driver?.id ?? null, language: languageFor(access), data };
  const ids: string[] = [];
  for (const address of addresses)
    ids.push(
      (await queueMessage(context, { ...rest, ...address, kind, until: untilOf(context.now, kind, access) }))
        .id,
    );
  const due = reminderDue(context.now, kind, access);
  if (due !== null)
    for (const address of addresses)
      await queueMessage(context, {
        ...rest,
        ...address,
        kind: 'reminder',
        due,
        until: access.booking.start,
      });
  return { ids };
}

/** Before the first message: drivers would read UTC, and nobody to call. */
async function placeProblem(context: Context, { booking, box, place }: Access): Promise<void> {
  const name = { kind: 'place-unknown', subject: booking.box } as const;
  if (place.isZoneKnown) return await clearProblem(context, name);
  await raiseProblem(
    context,
    name,
    `nobody has said in which time zone ${box} stands: drivers read times in UTC, and no number to call. Make a site (POST /api/v1/sites) and put the box into it`,
  );
}

const noAddress = (choice: ChannelChoice): string => {
  const wanted = { mail: 'mail address', sms: 'phone number', both: 'mail address and no phone number' };
  const what = choice === 'mail-or-sms' ? wanted.both : wanted[choice];
  return `the driver has no ${what}: add one, and send the message again`;
};

const dayMs = 24 * hourMs;

/** A cancellation is news for a day; the rest, as long as the booking lasts. */
const untilOf = (now: number, kind: MessageKind, { booking }: Access): number =>
  kind === 'cancelled' || kind === 'overdue' ? now + dayMs : lastsUntil(booking, now);

/** Only where the first word comes well before it. */
function reminderDue(now: number, kind: MessageKind, { booking, settings }: Access): number | null {
  const { reminderH } = settings.notify;
  if (reminderH === null || (kind !== 'access' && kind !== 'moved')) return null;
  const due = booking.start - reminderH * hourMs;
  return due > now + hourMs / 2 ? due : null;
}

interface AdminNotice {
  readonly kind: MessageKind;
  readonly booking?: string | undefined;
  /** Whom it is about. */
  readonly driver?: string | null | undefined;
  readonly data?: MessageData | undefined;
}

/** To everybody whom the account names; with nobody named, the Problem alone has to say it. */
export async function tellAdmins(
  context: Context,
  { kind, booking, driver, data }: AdminNotice,
): Promise<{ readonly ids: readonly string[] }> {
  const { admins, language } = (await accountSettings(context)).notify;
  const ids: string[] = [];
  for (const to of admins)
    ids.push(
      (await queueMessage(context, { kind, booking, driver, data, to, language, channel: 'mail' })).id,
    );
  return { ids };
}
