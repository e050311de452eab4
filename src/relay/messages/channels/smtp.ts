import { createTransport } from 'nodemailer';
import { codeOf } from '../../../base/fault.ts';
import { domainIn, type MailAddress, readMail } from '../../../base/mail-address.ts';
import type { Secret } from '../../../base/secret.ts';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import { faultOf, statusOf } from './smtp-refusal.ts';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly tls: boolean;
  /** Without `tls`: whether STARTTLS must be had, before any name, password or mail. */
  readonly startTls: boolean;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly from: { readonly name: string; readonly address: MailAddress };
  readonly ca: string | null;
  /** Somebody reads what comes back (RFC 3461): it is to name the message and its receiver, and not to repeat the code. */
  readonly wantsReports: boolean;
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
export function smtpChannel(options: SmtpOptions): Channel {
  const { from, wantsReports } = options;
  const transport = createTransport(transportOptions(options));
  const domain = domainIn(from.address);
  return {
    send: async (letter, signal) => {
      if (signal.aborted) return later('the relay stops', true);
      const to = readMail(letter.to);
      if (to.is === 'refused') return { is: 'refused', said: `the mail address ${to.why}` };
      try {
        const reports = wantsReports ? reportsOn(letter.id, to.address) : {};
        await transport.sendMail({ ...mailOf({ ...letter, to: to.address }, from, domain), ...reports });
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

/** Only asked of a server that knows how to. */
const reportsOn = (id: string, recipient: MailAddress) => ({
  dsn: { id, return: 'headers' as const, notify: ['failure' as const, 'delay' as const], recipient },
});

const headerText = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

function mailOf(
  { id, to, content, language }: OutgoingMessage & { readonly to: MailAddress },
  from: SmtpOptions['from'],
  domain: string,
) {
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
  const status = statusOf(response);
  const said = [responseCode === 0 ? code : responseCode, status].filter(part => part !== '').join(' ');
  const reason = said === '' ? 'no reason given' : said;
  const fault = faultOf({ code: responseCode, command, response });
  if (fault === 'person') return { is: 'refused', said: `the mail server refused it (${reason})` };
  // A refusal for good that is not about the person is one of this sender: the next try is refused as well.
  const isBlocked = fault === 'way' && responseCode >= 500;
  if (isBlocked)
    return {
      ...{ is: 'later', whole: true, isCertain: true },
      said: `the mail server refuses mail from this relay (${reason})`,
    };
  return later(`the mail server did not take it (${reason})`, responseCode === 0 || fault === 'way');
}
