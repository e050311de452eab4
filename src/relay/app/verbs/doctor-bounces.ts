/** The mailbox to which mail comes back: whether it opens, and whether what was read there can be marked. */
import { Fault } from '../../../base/fault.ts';
import type { MailConfig, RelayConfig } from '../../config/model.ts';
import { Mailbox } from '../../messages/bounces/mailbox.ts';
import { mailboxOf } from '../compose-messages.ts';
import type { Finding } from './finding.ts';

const withinMs = 20_000;

/** Only opens it: nothing is read or marked. */
export async function ofBounces({ mail }: Pick<RelayConfig, 'mail'>): Promise<readonly Finding[]> {
  if (mail === null) return [];
  if (mail.bounces === null)
    return [
      {
        level: 'note',
        text: `mail that comes back to ${mail.from.address} is not read: relay.yaml has no mail.bounces`,
        hint: 'Give mail.bounces the mailbox of that address (url, passwordFile), and a driver whose mail is lost has an SMS.',
      },
    ];
  try {
    return [await tried(mail.bounces)];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ level: 'bad', text: `mail.bounces: ${error.message}`, hint: error.hint }];
  }
}

async function tried(bounces: NonNullable<MailConfig['bounces']>): Promise<Finding> {
  const mailbox = await Mailbox.open(mailboxOf(bounces), AbortSignal.timeout(withinMs), () => {});
  const { count, canMark } = mailbox;
  mailbox.close();
  const what = `the mailbox of mail.bounces opens; mails in it: ${count}`;
  if (canMark) return { level: 'good', text: what };
  return {
    level: 'warning',
    text: `${what}; it keeps no marks, so that the last two weeks are read again after each start`,
    hint: 'Give its user the right to set flags. Nothing is counted twice even so.',
  };
}
