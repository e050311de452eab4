/** One message, from its row to the world and back into its row. */
import type { Transaction } from 'kysely';
import { never } from '../../base/assert.ts';
import { type WallMs, wall } from '../../base/brand.ts';
import type { Log } from '../../base/log.ts';
import { isForAdmins, type MessageKind, type MessageStep, messageStep } from '../core/message-rules.ts';
import { settingsOf } from '../domain/accounts.ts';
import type { Context, Kit } from '../domain/context.ts';
import { isLanguage, type Language, type NotifySettings } from '../domain/notify-settings.ts';
import type { Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { type Access, accessOf, driverOf } from './access.ts';
import { catalogues } from './catalogues.ts';
import { quietUntil } from './clock-text.ts';
import type { MessageData, Texts } from './kinds.ts';
import { pageLink } from './links.ts';
import { type Change, isOptedOut, sentLately, settleMessage } from './outbox-rows.ts';
import { textsOf } from './own-texts.ts';
import { valuesOf } from './render.ts';
import { mailOf, smsOf, usedPlaceholders } from './template.ts';
import { clearDown, clearTroubles, raiseDown, raiseTrouble } from './troubles.ts';
import type { Letter, Outcome, Way } from './ways/way.ts';

export interface SendingParts extends Kit {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly copy: string;
  /** Null: relay.yaml has no section for it. */
  readonly ways: { readonly mail: Way | null; readonly sms: Way | null };
  /** Where drivers find their pages. */
  readonly httpUrl: () => string;
}

interface Case {
  readonly message: MessageTable;
  readonly kind: MessageKind;
  readonly access: Access | null;
  readonly notify: NotifySettings;
  readonly account: string;
  readonly now: WallMs;
}

/** Tries once, and writes what became of it. Throws only what the store throws. */
export async function sendMessage(
  parts: SendingParts,
  message: MessageTable,
  signal: AbortSignal,
): Promise<void> {
  const now = parts.time.wall();
  const found = await caseOf(parts, message, now);
  const step = await stepOf(parts, found);
  if (step.do !== 'send') return await put(parts, found, step);
  const way = parts.ways[message.channel];
  if (way === null) {
    const said = `relay.yaml has no section ${message.channel}`;
    return await settled(parts, found, { is: 'later', said, whole: true });
  }
  const letter = await letterOf(parts, found);
  const outcome = await way.send(letter, signal);
  const { id, kind, channel, tries } = message;
  const trace = found.access?.booking.trace ?? null;
  const reason = outcome.is === 'sent' ? null : outcome.said;
  parts.log.info({ message: id, kind, channel, tries, trace, outcome: outcome.is, reason }, 'a message');
  await settled(parts, found, outcome);
}

async function caseOf({ store }: SendingParts, message: MessageTable, now: WallMs): Promise<Case> {
  const access = message.booking === null ? null : await accessOf(store.db, message.booking);
  const row = await store.db
    .selectFrom('account')
    .select(['name', 'settings'])
    .where('id', '=', message.account)
    .executeTakeFirstOrThrow();
  const { notify } = settingsOf(row);
  return { message, kind: message.kind as MessageKind, access, notify, account: row.name, now };
}

async function stepOf({ store }: SendingParts, found: Case): Promise<MessageStep> {
  const { message, kind, access, notify, now } = found;
  if (message.address === null) return { do: 'drop', why: 'over' };
  const sent = await sentLately(store.db, message, now);
  return messageStep({
    ...{ kind, now, until: message.until },
    booking: access === null ? null : toldOf(access, message),
    quietUntil: quietUntil(now, access?.place.zone ?? 'UTC', notify.quiet),
    optedOut: await isOptedOut(store.db, message),
    ...{ sentOfAccount: sent.ofAccount, perDay: notify.perDay },
    ...{ sentToPhone: sent.toAddress, perPhoneDay: notify.perPhoneDay },
  });
}

const isTheirs = ({ access, message }: Case): boolean => access?.booking.driver === message.driver;

/** What its receiver may know of the booking: its code and its driver's name are that driver's alone. */
async function seenBy({ store }: SendingParts, found: Case): Promise<Access | null> {
  const { access, kind, message } = found;
  if (access === null) return null;
  if (isForAdmins(kind)) return { ...access, isReady: false };
  return isTheirs(found)
    ? access
    : { ...access, isReady: false, driver: await driverOf(store.db, message.driver) };
}

const toldOf = ({ life, booking, isReady }: Access, { driver }: MessageTable) => ({
  state: life.state,
  ...{ start: booking.start, end: booking.end },
  proven: isReady && booking.code !== null,
  sameDriver: booking.driver === driver,
});

const contextOf = (
  { atRest, random }: SendingParts,
  tx: Transaction<Tables>,
  { message, now }: Case,
): Context => ({
  ...{ tx, atRest, random, now },
  account: message.account,
  who: 'notify',
});

async function letterOf(parts: SendingParts, found: Case): Promise<Letter> {
  const { store, atRest, httpUrl } = parts;
  const { message, kind, account, now } = found;
  const access = await seenBy(parts, found);
  const language: Language = isLanguage(message.language) ? message.language : 'en';
  const texts = await textsOf(store.db, message.account, { kind, language });
  const link =
    access === null || isForAdmins(kind) || !isTheirs(found)
      ? ''
      : await store.write(tx => pageLink(contextOf(parts, tx, found), access, httpUrl()));
  const data = dataOf(parts, message);
  const values = valuesOf({ access, data, account, language, now, link, atRest });
  const to = atRest.open('address', message.id, message.address ?? '');
  const content =
    message.channel === 'mail'
      ? mailOf(texts, values, footerOf(kind, texts, language))
      : smsOf(texts, values);
  return { id: message.id, to, content, language };
}

function footerOf(kind: MessageKind, { text }: Texts, language: Language): string {
  const { footer, secret, footerAdmins } = catalogues[language].words;
  if (isForAdmins(kind)) return footerAdmins;
  return usedPlaceholders(text).includes('code') ? `${footer}\n${secret}` : footer;
}

const dataOf = ({ atRest }: SendingParts, { id, data }: MessageTable): MessageData =>
  data === null ? {} : (JSON.parse(atRest.open('message', id, data)) as MessageData);

/** Neither sent nor tried. */
async function put(
  parts: SendingParts,
  found: Case,
  step: Exclude<MessageStep, { do: 'send' }>,
): Promise<void> {
  const { message } = found;
  if (step.do === 'wait') {
    const said = step.why === message.said ? {} : { said: step.why };
    await write(parts, found, { state: 'waiting', due: step.until, ...said }, async context => {
      if (step.why === 'account-cap')
        await raiseTrouble(
          context,
          'message-cap',
          { ...message, driver: null, booking: null },
          'the account has sent as much today as it may',
        );
    });
    return;
  }
  if (step.do === 'opted-out')
    return await settled(parts, found, { is: 'opted-out', said: 'this number wants no SMS' });
  await write(parts, found, { state: 'dropped', said: step.why, ...over }, async context => {
    if (step.why === 'phone-cap')
      await raiseTrouble(context, 'message-cap', message, 'this number has got as many today as it may');
  });
}

/** What nobody needs once it is decided: who is written to again is asked anew where they live now. */
const over = { address: null } as const;
const secretOver = (kind: MessageKind) => (kind === 'verify-phone' ? { ...over, data: null } : over);

async function settled(parts: SendingParts, found: Case, outcome: Outcome): Promise<void> {
  const { message, kind, now } = found;
  switch (outcome.is) {
    case 'sent':
      return await write(
        parts,
        found,
        { state: 'sent', sent: now, said: null, provider_id: outcome.providerId, ...secretOver(kind) },
        async context => {
          await clearTroubles(context, message);
          await clearDown(context, message.channel);
        },
      );
    case 'refused':
      return await write(
        parts,
        found,
        { state: 'refused', said: outcome.said, ...secretOver(kind) },
        context => raiseTrouble(context, 'message-refused', message, outcome.said),
      );
    case 'opted-out':
      return await write(
        parts,
        found,
        { state: 'opted-out', said: outcome.said, ...secretOver(kind) },
        async context => {
          await noteOptOut(context, message);
          await raiseTrouble(context, 'message-opted-out', message, outcome.said);
        },
      );
    case 'later':
      return await again(parts, found, outcome);
    default:
      return never(outcome);
  }
}

async function noteOptOut(
  { tx, account, now }: Context,
  { address_hash: address }: MessageTable,
): Promise<void> {
  if (address === null) return;
  await tx
    .insertInto('opt_out')
    .values({ account, address, at: now })
    .onConflict(on => on.columns(['account', 'address']).doNothing())
    .execute();
}

const againFirstMs = 5_000;
const againMostMs = 900_000;
/** Some ten hours of trying. */
const triesMax = 50;
/** A hiccup is nobody's business; three in a row are. */
const downAfter = 3;

/** Waits longer each time; gives up when the message would come too late. */
async function again(
  parts: SendingParts,
  found: Case,
  outcome: Extract<Outcome, { is: 'later' }>,
): Promise<void> {
  const { message, kind, now } = found;
  const tries = message.tries + 1;
  const wait = Math.max(
    outcome.waitMs ?? 0,
    Math.min(againMostMs, againFirstMs * 2 ** Math.min(message.tries, 12)),
  );
  const due = now + wait;
  const { said } = outcome;
  if (tries >= triesMax || (message.until !== null && due >= message.until))
    return await write(parts, found, { state: 'failed', tries, said, ...secretOver(kind) }, context =>
      raiseTrouble(context, 'message-failed', message, said),
    );
  await write(parts, found, { state: 'waiting', tries, due, said }, async context => {
    if (outcome.whole && tries >= downAfter) await raiseDown(context, message.channel, said);
  });
}

async function write(
  parts: SendingParts,
  found: Case,
  change: Change,
  more: (context: Context) => Promise<void> = async () => {},
): Promise<void> {
  await parts.store.write(async tx => {
    if (await settleMessage(tx, found.message, parts.copy, change))
      await more(contextOf(parts, tx, { ...found, now: wall(found.now) }));
  });
}
