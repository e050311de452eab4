/** One test message by each way that `doctor` is asked to try: a setting that is only read says nothing about the server behind it. */

import { randomUUID } from 'node:crypto';
import { UsageError } from '../../../base/command-line/usage.ts';
import { Fault } from '../../../base/fault.ts';
import { type MailAddress, readMail } from '../../../base/mail-address.ts';
import { type PhoneNumber, readPhone } from '../../../base/phone-number.ts';
import type { RelayConfig } from '../../config/model.ts';
import type { Channel, Outcome, OutgoingMessage } from '../../messages/channels/channel.ts';
import { mailChannel, smsChannelOnce } from '../compose-messages.ts';
import type { Finding } from './finding.ts';
import type { Task } from './verb.ts';

/** Null: it is not to be tried. */
interface Receivers {
  readonly mail: MailAddress | null;
  readonly sms: PhoneNumber | null;
}

/** @throws UsageError where an address or a number cannot be read */
export function receiversOf(task: Task): Receivers {
  const [mailTo, smsTo] = [task.text('mail-to'), task.text('sms-to')];
  return {
    mail: mailTo === null ? null : addressOf(mailTo),
    sms: smsTo === null ? null : numberOf(smsTo),
  };
}

function addressOf(text: string): MailAddress {
  const reading = readMail(text);
  if (reading.is === 'read') return reading.address;
  throw new UsageError(`--mail-to ${reading.why}`, 'Give one address, such as --mail-to you@example.org.');
}

function numberOf(text: string): PhoneNumber {
  const reading = readPhone(text, null);
  if (reading.is === 'read') return reading.number;
  throw new UsageError(
    `--sms-to is no phone number: it ${reading.why}`,
    'Write it with its country code, such as --sms-to +31612345678.',
  );
}

type Sections = Pick<RelayConfig, 'mail' | 'sms'>;

/** By which ways a test message is going to be sent. */
export const waysToTry = (sections: Sections, to: Receivers): readonly (keyof Sections)[] =>
  (['mail', 'sms'] as const).filter(way => sections[way] !== null && to[way] !== null);

/** A channel has these words in findings. */
interface Wording {
  readonly name: string;
  readonly section: keyof Sections;
  readonly flag: string;
  readonly server: string;
  /** A message that was taken over does not yet mean this. */
  readonly taken: string;
  readonly keys: string;
}

const mailWords = (mail: RelayConfig['mail']): Wording => ({
  ...{ name: 'mail', section: 'mail', flag: '--mail-to ADDRESS', server: 'mail server' },
  taken:
    mail === null || mail.bounces === null
      ? 'Look whether it arrives. One that comes back later goes to the mailbox of mail.from, which the relay does not read.'
      : 'Look whether it arrives.',
  keys: 'mail.url (host, port, user), mail.from, mail.passwordFile and mail.caFile',
});

const smsWords = (sms: RelayConfig['sms']): Wording => ({
  ...{ name: 'SMS', section: 'sms', flag: '--sms-to NUMBER', server: 'SMS provider' },
  taken: 'Look whether it arrives: a provider that takes it has not delivered it yet.',
  keys:
    sms?.provider === 'twilio'
      ? 'sms.accountSid, sms.authTokenFile, and sms.from or sms.messagingService'
      : 'sms.url, sms.headersFile, sms.contentType and sms.body',
});

/** A way that nobody asked to be tried is a note that says so: silence would read as if it were well. */
export async function ofMessages({ mail, sms }: Sections, to: Receivers): Promise<readonly Finding[]> {
  const makeMail = mail === null ? null : () => mailChannel(mail);
  const makeSms = sms === null ? null : () => smsChannelOnce(sms);
  return [
    await ofChannel(mailWords(mail), makeMail, to.mail === null ? null : { to: to.mail, content: testMail }),
    await ofChannel(smsWords(sms), makeSms, to.sms === null ? null : { to: to.sms, content: testText }),
  ];
}

const testText = 'This is a test message of your SmartBox relay. There is nothing to do.';
const testMail = { subject: 'Test message of SmartBox', text: `${testText}\n`, html: `<p>${testText}</p>` };

async function ofChannel(
  words: Wording,
  make: (() => Channel) | null,
  message: Pick<OutgoingMessage, 'to' | 'content'> | null,
): Promise<Finding> {
  const { name, section, flag } = words;
  if (make === null) {
    const text = `${name} is not set up: relay.yaml has no section ${section}`;
    const hint = `Write the section ${section}; smartbox-relay setup shows how in the file that it makes.`;
    if (message !== null) return { level: 'bad', text: `${text}, so no test message was sent`, hint };
    return { level: 'note', text: `${text}, and it was not tried` };
  }
  if (message === null)
    return { level: 'note', text: `${name} was not tried`, hint: `${flag} sends one test message.` };
  try {
    return findingOf(words, await sent(make(), { ...message, id: `test-${randomUUID()}`, language: 'en' }));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { level: 'bad', text: error.message, hint: error.hint };
  }
}

async function sent(channel: Channel, message: OutgoingMessage): Promise<Outcome> {
  try {
    // A way ends within its own time-outs; whoever is tired of waiting ends the program.
    return await channel.send(message, new AbortController().signal);
  } finally {
    channel.close();
  }
}

function findingOf({ name, section, server, taken, keys }: Wording, outcome: Outcome): Finding {
  const failed = (hint: string, said: string): Finding => ({
    level: 'bad',
    text: `the test message by ${name} was not sent: ${said}`,
    hint,
  });
  switch (outcome.is) {
    case 'sent':
      return { level: 'good', text: `the ${server} took the test message`, hint: taken };
    case 'refused':
      return failed(
        `The ${server} answers, and will not have this receiver: try another, then look at section ${section}.`,
        outcome.said,
      );
    case 'opted-out':
      return failed('This receiver has asked for no more messages: try another.', outcome.said);
    case 'later':
      return failed(
        outcome.whole
          ? `Look at ${keys} in relay.yaml; if they are right, ask whoever runs the ${server}.`
          : `The ${server} answers, and cannot take it for this receiver now: try again later, or another.`,
        outcome.said,
      );
  }
}
