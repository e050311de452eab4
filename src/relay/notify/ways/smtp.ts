import { createTransport } from 'nodemailer';
import { codeOf } from '../../../base/fault.ts';
import type { Secret } from '../../../base/secret.ts';
import type { Letter, Outcome, Way } from './way.ts';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly tls: boolean;
  /** Without `tls`: whether STARTTLS must be had, before any name, password or mail. */
  readonly startTls: boolean;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly from: { readonly name: string; readonly address: string };
  readonly ca: string | null;
}

/** Mails under way at one time. */
const connectionsMax = 4;
const perConnectionMax = 100;
const connectTimeoutMs = 10_000;
const greetingTimeoutMs = 10_000;
const silenceTimeoutMs = 30_000;

/**
 * Mail by SMTP (RFC 5321). A message that is tried again has the Message-ID of the first try, so that a mailbox that got both
 * shows one.
 */
export function smtpWay(options: SmtpOptions): Way {
  const { from } = options;
  const transport = createTransport(transportOptions(options));
  const [, domain = 'localhost'] = from.address.split('@');
  return {
    send: async (letter, signal) => {
      if (signal.aborted) return later('the relay stops', true);
      if (!address.test(letter.to)) return { is: 'refused', said: 'this is no mail address' };
      try {
        await transport.sendMail(mailOf(letter, from, domain));
        return { is: 'sent', providerId: null };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: () => transport.close(),
  };
}

const transportOptions = ({ host, port, tls, startTls, user, password, ca }: SmtpOptions) => ({
  ...{ host, port, secure: tls, pool: true as const },
  ...{ requireTLS: startTls, ignoreTLS: !tls && !startTls },
  ...{ maxConnections: connectionsMax, maxMessages: perConnectionMax },
  connectionTimeout: connectTimeoutMs,
  greetingTimeout: greetingTimeoutMs,
  socketTimeout: silenceTimeoutMs,
  // What is sent is text of ours: nothing in it makes the relay read a file or an address.
  ...{ disableFileAccess: true, disableUrlAccess: true },
  tls: { minVersion: 'TLSv1.2' as const, ...(ca === null ? {} : { ca }) },
  ...(user === null ? {} : { auth: { user, pass: password?.reveal() ?? '' } }),
});

/** One address and nothing else: the library would read a list, or a name, out of more. */
const address = /^[^\s@<>"'(),;:\\[\]]{1,64}@[^\s@<>"'(),;:\\[\]]{1,255}$/;

const headerText = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

function mailOf({ id, to, content, language }: Letter, from: SmtpOptions['from'], domain: string) {
  if (typeof content === 'string') throw new RangeError('a mail has a subject');
  return {
    from: { name: headerText(from.name), address: from.address },
    to: { name: '', address: to },
    envelope: { from: from.address, to },
    messageId: `<${id}@${domain}>`,
    subject: headerText(content.subject),
    text: content.text,
    html: content.html,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
  };
}

const later = (said: string, whole: boolean): Outcome => ({ is: 'later', said, whole });

/** Commands of SMTP whose refusal is about the one who is written to. */
const isAboutReceiver = (command: string): boolean => /^(?:RCPT|DATA|BDAT)/.test(command);

/** The server's own words are left out: they repeat the address. */
function outcomeOf(error: unknown): Outcome {
  const {
    responseCode = 0,
    command = '',
    response = '',
  } = error as {
    readonly responseCode?: number;
    readonly command?: string;
    readonly response?: string;
  };
  const code = codeOf(error);
  const [, status = ''] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  const said = [responseCode === 0 ? code : responseCode, status].filter(part => part !== '').join(' ');
  const isForGood = responseCode >= 500 && responseCode < 600;
  if (isForGood && isAboutReceiver(command))
    return { is: 'refused', said: `the mail server refused it (${said})` };
  const reason = said === '' ? 'no reason given' : said;
  return later(
    `the mail server did not take it (${reason})`,
    responseCode === 0 || !isAboutReceiver(command),
  );
}
