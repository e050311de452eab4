/** relay.yaml's sections `mail` and `sms`, made into ways that messages go. */

import { Fault, reasonOf } from '../base/fault.ts';
import { Secret } from '../base/secret.ts';
import type { MailConfig, RelayConfig, SmsConfig } from './config/model.ts';
import { Outbox } from './notify/outbox.ts';
import type { SendingParts } from './notify/sending.ts';
import { headerLines, httpSmsWay } from './notify/ways/http-sms.ts';
import { smtpWay } from './notify/ways/smtp.ts';
import { twilioWay } from './notify/ways/twilio.ts';
import type { Way } from './notify/ways/way.ts';
import { secretText } from './opened.ts';
import type { Messages } from './web/app.ts';

interface MessageWays extends Pick<SendingParts, 'ways'> {
  /** What Twilio signs its call-backs with; null: SMS does not go by it. */
  readonly twilioToken: Secret | null;
}

export interface Messaging {
  /** What the web is told of it. */
  readonly web: Omit<Messages, 'pins'>;
  /** @param httpUrl where drivers find their pages */
  start(httpUrl: string): void;
  close(): Promise<void>;
}

/**
 * The outbox with its ways; nothing goes before `start`.
 * @param httpUrl as others reach the relay
 * @throws Fault `secret-file`
 */
export function messaging(
  config: RelayConfig,
  parts: Omit<SendingParts, 'ways' | 'httpUrl'>,
  httpUrl: string,
): Messaging {
  const { ways, twilioToken } = messageWays(config, httpUrl);
  let pagesUrl = httpUrl;
  const outbox = new Outbox({ ...parts, ways, httpUrl: () => pagesUrl });
  return {
    web: { texts: ways.sms !== null, nudge: () => outbox.nudge(), twilioToken },
    start: url => {
      pagesUrl = url;
      outbox.start();
    },
    close: () => outbox.close(),
  };
}

function messageWays({ mail, sms }: RelayConfig, httpUrl: string): MessageWays {
  const twilioToken =
    sms?.provider === 'twilio' ? new Secret(secretText(sms.authTokenFile, 'sms.authTokenFile').trim()) : null;
  return {
    ways: {
      mail: mail === null ? null : mailWay(mail),
      sms: sms === null ? null : smsWay(sms, twilioToken, `${httpUrl}/webhooks/twilio`),
    },
    twilioToken,
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

function mailWay({ url, from, passwordFile, caFile }: MailConfig): Way {
  const { host, port, tls, user } = url;
  const password = passwordFile === null ? null : new Secret(secretText(passwordFile, 'mail.passwordFile'));
  const ca = caFile === null ? null : secretText(caFile, 'mail.caFile');
  return smtpWay({ host, port, tls, startTls: !tls && !isLoopback(host), user, password, from, ca });
}

function smsWay(sms: SmsConfig, authToken: Secret | null, callbackUrl: string): Way {
  if (sms.provider === 'twilio')
    return twilioWay({ ...sms, authToken: authToken ?? new Secret(''), callbackUrl });
  const { url, headersFile, contentType, body } = sms;
  return httpSmsWay({ url, contentType, body, headers: headersFile === null ? {} : headersOf(headersFile) });
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
