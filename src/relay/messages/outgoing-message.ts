/** Makes a message when its turn comes: its receiver, its text, and how much of its booking the receiver may know. */
import type { Transaction } from 'kysely';
import type { WallMs } from '../../base/brand.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../../base/time.ts';
import { isForAdmins, type MessageKind, needsKeyBack, saidAs } from '../core/message-rules.ts';
import { accountZone } from '../domain/box-names.ts';
import type { Context, DomainDeps } from '../domain/context.ts';
import {
  isLanguage,
  type Language,
  type MessageCeilings,
  type NotifySettings,
} from '../domain/notify-settings.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { type Access, driverOf, lastsUntil } from './access.ts';
import { catalogues } from './catalogues.ts';
import type { Channel, OutgoingMessage } from './channels/channel.ts';
import type { MessageData, Texts, Values } from './kinds.ts';
import { pageLink } from './links.ts';
import { textsOf } from './own-texts.ts';
import { queueMessage } from './queue.ts';
import { valuesOf } from './render.ts';
import { sampleValues } from './sample.ts';
import { mailOf, smsOf, usedPlaceholders } from './template.ts';

export interface SendingDeps extends DomainDeps {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly copy: string;
  /** Null: relay.yaml has no section for it. */
  readonly channels: { readonly mail: Channel | null; readonly sms: Channel | null };
  /** Where drivers find their pages. */
  readonly httpUrl: () => string;
  readonly ceilings: MessageCeilings;
}

/** A message whose turn it is, and what is known as it is. */
export interface Case {
  readonly message: MessageTable;
  readonly kind: MessageKind;
  readonly access: Access | null;
  readonly notify: NotifySettings;
  readonly account: string;
  readonly now: WallMs;
  /** See `MessageFacts`. */
  readonly numberIsGuess: boolean;
}

const isTheirs = ({ access, message }: Case): boolean => access?.booking.driver === message.driver;

/** The part of the booking that its receiver may know: its code and its driver's name are that driver's alone. */
async function seenBy({ store }: SendingDeps, found: Case): Promise<Access | null> {
  const { access, kind, message } = found;
  if (access === null) return null;
  if (isForAdmins(kind)) return { ...access, isReady: false };
  return isTheirs(found)
    ? access
    : { ...access, isReady: false, driver: await driverOf(store.db, message.driver) };
}

export const contextOf = (
  { atRest, random }: SendingDeps,
  tx: Transaction<Tables>,
  { message, now }: Case,
): Context => ({
  ...{ tx, atRest, random, now },
  account: message.account,
  who: 'notify',
});

/** Who has the number that was theirs is not always the driver: no link to a booking goes there. */
const isForOldPhone = (kind: MessageKind): boolean => kind === 'old-phone-check' || kind === 'phone-changed';

/** As it is written now. */
export async function outgoingMessageOf(deps: SendingDeps, found: Case): Promise<OutgoingMessage> {
  const { store, atRest, httpUrl } = deps;
  const { message, account, now } = found;
  const kind = saidAs(found.kind, found.access?.isKeyAway === true);
  const access = await seenBy(deps, found);
  const language: Language = isLanguage(message.language) ? message.language : 'en';
  const texts = await textsOf(store.db, message.account, { kind, language });
  const link =
    access === null || isForAdmins(kind) || isForOldPhone(kind) || !isTheirs(found)
      ? ''
      : await store.write(tx => pageLink(contextOf(deps, tx, found), access, httpUrl()));
  const data = dataOf(deps, message);
  const said =
    data.sample === true
      ? sampleValues({
          account,
          language,
          now,
          zone: await accountZone({ tx: store.db, account: message.account }),
        })
      : valuesOf({ access, data, account, language, now, link, atRest });
  const isSms = message.channel === 'sms';
  // A line with a link that is not there is left out.
  const values = isSms && !found.notify.smsLink ? { ...said, link: '' } : said;
  const to = atRest.open('address', message.id, message.address ?? '');
  const content = isSms
    ? `${smsOf(texts, values)}${boundCode(kind, values, httpUrl())}`
    : mailOf(texts, values, footerOf(kind, texts, language));
  return { id: message.id, to, content, language };
}

/**
 * The last line by which a telephone fills in the digits on our page alone: `@host #123456` (WICG, Origin-bound one-time codes
 * delivered via SMS). Only where they are typed on the very telephone that gets them.
 */
const boundCode = (kind: MessageKind, { check }: Values, pagesUrl: string): string =>
  kind === 'verify-phone' && URL.canParse(pagesUrl) ? `\n\n@${new URL(pagesUrl).hostname} #${check}` : '';

export function footerOf(kind: MessageKind, { text }: Texts, language: Language): string {
  const { footer, secret, footerAdmins } = catalogues[language].words;
  if (isForAdmins(kind)) return footerAdmins;
  return usedPlaceholders(text).includes('code') ? `${footer}\n${secret}` : footer;
}

const dataOf = ({ atRest }: SendingDeps, { id, data }: MessageTable): MessageData =>
  data === null ? {} : (JSON.parse(atRest.open('message', id, data)) as MessageData);

/** Who was told that the key is away hears when it is back: as long as their booking lasts, by the same way. */
export async function promiseKeyBack(
  deps: SendingDeps,
  context: Context,
  { message, kind, access }: Case,
): Promise<void> {
  if (access === null || message.address === null || !access.isKeyAway || !needsKeyBack(kind)) return;
  const { id, channel, booking, driver, language } = message;
  await queueMessage(context, {
    ...{
      kind: 'key-back',
      channel,
      booking,
      driver,
      data: { ...dataOf(deps, message), isInstead: undefined },
    },
    to: deps.atRest.open('address', id, message.address),
    language: isLanguage(language) ? language : 'en',
    until: lastsUntil(access.booking, context.now),
  });
}
