/** relay.yaml's sections `mail` and `sms`, made into channels for messages. */

import { Fault, reasonOf } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import type { BouncesConfig, MailConfig, RelayConfig, SmsConfig } from '../config/model.ts';
import type { MailboxOptions } from '../messages/bounces/mailbox.ts';
import { BounceReader } from '../messages/bounces/reader.ts';
import type { Channel } from '../messages/channels/channel.ts';
import { headerLines, httpSmsChannel } from '../messages/channels/http-sms.ts';
import { smtpChannel } from '../messages/channels/smtp.ts';
import { twilioChannel } from '../messages/channels/twilio.ts';
import { Outbox } from '../messages/outbox.ts';
import type { SendingDeps } from '../messages/sending.ts';
import { secretText } from './open-store.ts';
import type { OperatorProblems } from './operator-problems.ts';

/** The part of the outbox that pages and call-backs use. */
interface MessagesWeb {
  /** Whether SMS can be sent; and mail. */
  readonly texts: boolean;
  readonly mails: boolean;
  /** A message waits. */
  readonly nudge: () => void;
  /** Null: SMS does not go by Twilio. */
  readonly twilioToken: Secret | null;
}

interface MessageChannels extends Pick<SendingDeps, 'channels'> {
  /** Twilio signs its call-backs with this; null: SMS does not go by it. */
  readonly twilioToken: Secret | null;
}

export interface Messaging {
  /** The web is told this of it. */
  readonly web: MessagesWeb;
  /** @param httpUrl where drivers find their pages */
  start(httpUrl: string): void;
  close(): Promise<void>;
}

type Problems = Pick<OperatorProblems, 'raise' | 'clear'>;

/**
 * The outbox with its channels, and the mailbox to which mail comes back; nothing goes before `start`.
 * @param httpUrl as others reach the relay
 * @throws Fault `secret-file`
 */
export function messaging(
  config: RelayConfig,
  deps: Omit<SendingDeps, 'channels' | 'httpUrl'>,
  { httpUrl, problems }: { readonly httpUrl: string; readonly problems: Problems },
): Messaging {
  const { channels, twilioToken } = messageChannels(config, httpUrl);
  let pagesUrl = httpUrl;
  const outbox = new Outbox({ ...deps, channels, httpUrl: () => pagesUrl });
  const bounces = bounceReader(config, deps, { problems, noted: () => outbox.nudge() });
  // What was wrong before may be right, or is not asked for any more; if not, it is found again.
  problems.clear(...bouncesUnread);
  return {
    web: {
      texts: channels.sms !== null,
      mails: channels.mail !== null,
      nudge: () => outbox.nudge(),
      twilioToken,
    },
    start: url => {
      pagesUrl = url;
      outbox.start();
      bounces?.start();
    },
    close: async () => {
      await bounces?.close();
      await outbox.close();
    },
  };
}

const bouncesUnread = ['bounces-unread', 'mail'] as const;

/** @throws Fault `secret-file` */
function bounceReader(
  { mail }: RelayConfig,
  { store, atRest, random, time, log }: Omit<SendingDeps, 'channels' | 'httpUrl'>,
  { problems, noted }: { readonly problems: Problems; readonly noted: () => void },
): BounceReader | null {
  if (mail === null || mail.bounces === null) return null;
  return new BounceReader({
    ...{ store, atRest, random, time, log, noted },
    mailbox: mailboxOf(mail.bounces),
    failing: said => problems.raise(...bouncesUnread, `mail.bounces: ${said}.`),
    working: () => problems.clear(...bouncesUnread),
  });
}

/** @throws Fault `secret-file` */
export function mailboxOf({ url, passwordFile, caFile }: BouncesConfig): MailboxOptions {
  const password = new Secret(secretText(passwordFile, 'mail.bounces.passwordFile'));
  const ca = caFile === null ? null : secretText(caFile, 'mail.bounces.caFile');
  return { ...url, startTls: !url.tls && !isLoopback(url.host), password, ca };
}

function messageChannels({ mail, sms }: RelayConfig, httpUrl: string): MessageChannels {
  const twilioToken = sms === null ? null : twilioTokenOf(sms);
  return {
    channels: {
      mail: mail === null ? null : mailChannel(mail),
      sms: sms === null ? null : smsChannel(sms, twilioToken, `${httpUrl}/webhooks/twilio`),
    },
    twilioToken,
  };
}

/** @throws Fault `secret-file` */
const twilioTokenOf = (sms: SmsConfig): Secret | null =>
  sms.provider === 'twilio' ? new Secret(secretText(sms.authTokenFile, 'sms.authTokenFile').trim()) : null;

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** @throws Fault `secret-file` */
export function mailChannel({ url, from, passwordFile, caFile, bounces }: MailConfig): Channel {
  const { host, port, tls, user } = url;
  const password = passwordFile === null ? null : new Secret(secretText(passwordFile, 'mail.passwordFile'));
  const ca = caFile === null ? null : secretText(caFile, 'mail.caFile');
  const startTls = !tls && !isLoopback(host);
  return smtpChannel({ host, port, tls, startTls, user, password, from, ca, wantsReports: bounces !== null });
}

/**
 * For one message that no relay waits to hear of again.
 * @throws Fault `secret-file`
 */
export const smsChannelOnce = (sms: SmsConfig): Channel => smsChannel(sms, twilioTokenOf(sms), '');

function smsChannel(sms: SmsConfig, authToken: Secret | null, callbackUrl: string): Channel {
  if (sms.provider === 'twilio')
    return twilioChannel({ ...sms, authToken: authToken ?? new Secret(''), callbackUrl });
  const { url, headersFile, contentType, body } = sms;
  return httpSmsChannel({
    url,
    contentType,
    body,
    headers: headersFile === null ? {} : headersOf(headersFile),
  });
}

function headersOf(file: string): Readonly<Record<string, string>> {
  try {
    return headerLines(secretText(file, 'sms.headersFile'));
  } catch (error) {
    if (error instanceof Fault) throw error;
    const hint = 'Write a header a line, such as Authorization: Bearer …';
    throw new Fault('secret-file', `sms.headersFile: ${file}: ${reasonOf(error)}`, hint);
  }
}
