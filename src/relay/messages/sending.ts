/** One message, from its row to the world and back into its row. */

import { never } from '../../base/assert.ts';
import { type WallMs, wall } from '../../base/brand.ts';
import { retryMs } from '../../base/retry.ts';
import { type MessageKind, type MessageStep, messageStep, provesWho } from '../core/message-rules.ts';
import { settingsOf } from '../domain/accounts.ts';
import type { Context } from '../domain/context.ts';
import { underCeilings } from '../domain/notify-settings.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { type Access, accessOf } from './access.ts';
import type { Outcome } from './channels/channel.ts';
import { quietUntil } from './clock-text.ts';
import { clearDeliveryProblems, clearDown, raiseDeliveryProblem, raiseDown } from './delivery-problems.ts';
import { withSureNumber } from './number-guess.ts';
import { tellByOtherChannel } from './other-channel.ts';
import { type Change, isOptedOut, sentLately, settleMessage } from './outbox-rows.ts';
import {
  type Case,
  contextOf,
  outgoingMessageOf,
  promiseKeyBack,
  type SendingDeps,
} from './outgoing-message.ts';

export type { SendingDeps } from './outgoing-message.ts';

/** Tries once, and writes what became of it. Throws only what the store throws. */
export async function sendMessage(
  deps: SendingDeps,
  message: MessageTable,
  signal: AbortSignal,
): Promise<void> {
  const now = deps.time.wall();
  const found = await withSureNumber(deps, await caseOf(deps, message, now));
  const step = await stepOf(deps, found);
  if (step.do !== 'send') return await put(deps, found, step);
  const { id, kind, channel, tries } = message;
  const by = deps.channels[channel];
  if (by === null) {
    const said = `relay.yaml has no section ${channel}`;
    return await settled(deps, found, { is: 'later', said, whole: true });
  }
  const outcome = await by.send(await outgoingMessageOf(deps, found), signal);
  const trace = found.access?.booking.trace ?? null;
  const reason = outcome.is === 'sent' ? null : outcome.said;
  deps.log.info({ message: id, kind, channel, tries, trace, outcome: outcome.is, reason }, 'a message');
  await settled(deps, found, outcome);
}

async function caseOf({ store, ceilings }: SendingDeps, message: MessageTable, now: WallMs): Promise<Case> {
  const numberIsGuess = false;
  const access = message.booking === null ? null : await accessOf(store.db, message.booking);
  const row = await store.db
    .selectFrom('account')
    .select(['name', 'settings'])
    .where('id', '=', message.account)
    .executeTakeFirstOrThrow();
  const notify = underCeilings(settingsOf(row).notify, ceilings);
  return {
    message,
    kind: message.kind as MessageKind,
    access,
    notify,
    account: row.name,
    now,
    numberIsGuess,
  };
}

async function stepOf({ store }: SendingDeps, found: Case): Promise<MessageStep> {
  const { message, kind, access, notify, now } = found;
  if (message.address === null) return { do: 'drop', why: 'over' };
  const sent = await sentLately(store.db, message, now);
  return messageStep({
    ...{ kind, now, until: message.until },
    booking: access === null ? null : toldOf(access, message),
    quietUntil: quietUntil(now, access?.place.zone ?? 'UTC', notify.quiet),
    optedOut: await isOptedOut(store.db, message),
    numberIsGuess: found.numberIsGuess,
    ...{ sentOfAccount: sent.ofAccount, perDay: notify.perDay },
    ...{ sentToPhone: sent.toAddress, perPhoneDay: notify.perPhoneDay },
  });
}

const toldOf = ({ life, booking, isReady, isKeyAway }: Access, { driver }: MessageTable) => ({
  state: life.state,
  ...{ start: booking.start, end: booking.end },
  proven: isReady && booking.code !== null,
  keyAway: isKeyAway,
  sameDriver: booking.driver === driver,
});

/** Neither sent nor tried. */
async function put(
  deps: SendingDeps,
  found: Case,
  step: Exclude<MessageStep, { do: 'send' }>,
): Promise<void> {
  const { message } = found;
  if (step.do === 'wait') {
    const said = step.why === message.said ? {} : { said: step.why };
    await write(deps, found, { state: 'waiting', due: step.until, ...said }, async context => {
      if (step.why === 'phone-region') await tellByOtherChannel(context, message);
      if (step.why === 'account-cap')
        await raiseDeliveryProblem(
          context,
          'message-cap',
          { ...message, driver: null, booking: null },
          'the account has sent as much today as it may',
        );
    });
    return;
  }
  if (step.do === 'opted-out')
    return await settled(deps, found, { is: 'opted-out', said: 'this number wants no SMS' });
  await write(deps, found, { state: 'dropped', said: step.why, ...over }, async context => {
    if (step.why !== 'phone-cap') return;
    await raiseDeliveryProblem(
      context,
      'message-cap',
      message,
      'this number has got as many today as it may',
    );
    await tellByOtherChannel(context, message);
  });
}

/** The address is forgotten once a message is decided: whoever is written to again is looked up anew. */
const over = { address: null } as const;
const secretOver = (kind: MessageKind) => (provesWho(kind) ? { ...over, data: null } : over);

async function settled(deps: SendingDeps, found: Case, outcome: Outcome): Promise<void> {
  const { message, kind, now } = found;
  switch (outcome.is) {
    case 'sent':
      return await write(
        deps,
        found,
        { state: 'sent', sent: now, said: null, provider_id: outcome.providerId, ...secretOver(kind) },
        async context => {
          await clearDeliveryProblems(context, message);
          await clearDown(context, message.channel);
          await promiseKeyBack(deps, context, found);
        },
      );
    case 'refused':
      return await write(
        deps,
        found,
        { state: 'refused', said: outcome.said, ...secretOver(kind) },
        async context => {
          await raiseDeliveryProblem(context, 'message-refused', message, outcome.said);
          await tellByOtherChannel(context, message);
        },
      );
    case 'opted-out':
      return await write(
        deps,
        found,
        { state: 'opted-out', said: outcome.said, ...secretOver(kind) },
        async context => {
          await noteOptOut(context, message);
          await raiseDeliveryProblem(context, 'message-opted-out', message, outcome.said);
          await tellByOtherChannel(context, message);
        },
      );
    case 'later':
      return await again(deps, found, outcome);
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

const againIn = { firstMs: 5_000, mostMs: 900_000 } as const;
/** Some ten hours of trying. */
const triesMax = 50;
/** A hiccup is nobody's business; three in a row are. */
const downAfter = 3;

/** Waits longer each time; gives up when the message would come too late. */
async function again(
  deps: SendingDeps,
  found: Case,
  outcome: Extract<Outcome, { is: 'later' }>,
): Promise<void> {
  const { message, kind, now } = found;
  const tries = message.tries + 1;
  const wait = Math.max(outcome.waitMs ?? 0, retryMs(againIn, message.tries));
  const due = now + wait;
  const { said } = outcome;
  if (tries >= triesMax || (message.until !== null && due >= message.until))
    return await write(deps, found, { state: 'failed', tries, said, ...secretOver(kind) }, async context => {
      await raiseDeliveryProblem(context, 'message-failed', message, said);
      await tellByOtherChannel(context, message);
    });
  await write(deps, found, { state: 'waiting', tries, due, said }, async context => {
    if (tries < downAfter && outcome.isCertain !== true) return;
    if (outcome.whole) await raiseDown(context, message.channel, said);
    if (outcome.whole || isSoon(found)) await tellByOtherChannel(context, message);
  });
}

/** A mailbox that takes nothing at present may in an hour: whoever drives before then cannot wait for it. */
const soonMs = 3_600_000;
const isSoon = ({ access, now }: Case): boolean => access !== null && access.booking.start < now + soonMs;

async function write(
  deps: SendingDeps,
  found: Case,
  change: Change,
  more: (context: Context) => Promise<void> = async () => {},
): Promise<void> {
  await deps.store.write(async tx => {
    if (await settleMessage(tx, found.message, deps.copy, change))
      await more(contextOf(deps, tx, { ...found, now: wall(found.now) }));
  });
}
