/** Problems of messages that do not arrive, and what takes them off again. */
import { isForAdmins, type MessageKind } from '../core/message-rules.ts';
import type { Context } from '../domain/context.ts';
import { clearOpen, clearProblem, raiseProblem } from '../domain/problems.ts';
import type { MessageTable } from '../store/tables-notify.ts';

export type DeliveryProblem =
  | 'message-refused'
  | 'message-undelivered'
  | 'message-blocked'
  | 'message-opted-out'
  | 'message-failed'
  | 'message-cap';

type Told = Pick<MessageTable, 'channel' | 'kind' | 'driver' | 'booking' | 'account'>;

/** One Problem a driver and way, not one a message; administrators' own mails are a matter of the account. */
const subjectOf = ({ channel, kind, driver, booking, account }: Told): string =>
  `${isForAdmins(kind as MessageKind) ? account : (driver ?? booking ?? account)}/${channel}`;

const what = { mail: 'mail', sms: 'SMS' } as const;
const address = { mail: 'mail address', sms: 'phone number' } as const;

const advice: Readonly<Record<DeliveryProblem, (channel: MessageTable['channel']) => string>> = {
  'message-refused': channel => `correct the ${address[channel]} of the driver, and send it again`,
  'message-undelivered': channel =>
    `ask the driver whether the ${address[channel]} is right, and send it again`,
  'message-blocked': () =>
    'nothing is wrong with the driver’s address: whoever runs the mail server of mail.from sees why (SPF, DKIM, block lists); then send it again',
  'message-opted-out': () => 'the driver has answered STOP: use mail, or ask for START to the same number',
  'message-failed': channel => `see to the ${what[channel]} section of relay.yaml, and send it again`,
  'message-cap': () => 'raise notify.perDay or notify.perPhoneDay in the settings, if so many are right',
};

export const raiseDeliveryProblem = (
  context: Context,
  problem: DeliveryProblem,
  message: Told,
  said: string,
): Promise<void> =>
  raiseProblem(
    context,
    { kind: problem, subject: subjectOf(message) },
    `${what[message.channel]}: ${said}. What to do: ${advice[problem](message.channel)}.`,
  );

/** A message has gone by this channel to this person: their Problems are over, and the account may send. */
export async function clearDeliveryProblems({ tx, account, now }: Context, message: Told): Promise<void> {
  const ofAccount = subjectOf({ ...message, driver: null, booking: null });
  const subjects = [subjectOf(message), ofAccount];
  const kinds = Object.keys(advice) as readonly DeliveryProblem[];
  await clearOpen(tx, now, eb =>
    eb.and([eb('account', '=', account), eb('kind', 'in', kinds), eb('subject', 'in', subjects)]),
  );
}

/** Nothing goes by mail, or by SMS, whoever it is for. */
export const raiseDown = (context: Context, channel: MessageTable['channel'], said: string): Promise<void> =>
  raiseProblem(
    context,
    { kind: `${channel}-down` as const, subject: context.account },
    `${said}. What waits is sent by itself once it works; see to the section ${channel} of relay.yaml.`,
  );

export const clearDown = (context: Context, channel: MessageTable['channel']): Promise<void> =>
  clearProblem(context, { kind: `${channel}-down` as const, subject: context.account });
