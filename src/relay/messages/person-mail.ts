/** Mails with the link by which somebody who looks after an account chooses a password. */
import type { Context } from '../domain/context.ts';
import type { PersonLinkTable, PersonTable } from '../store/tables-people.ts';
import { queueMessage } from './queue.ts';

interface Letter {
  readonly kind: PersonLinkTable['kind'];
  readonly to: string;
  readonly language: PersonTable['language'];
  readonly link: string;
  readonly expires: number;
}

/** Comes in time or not at all. What it says of the link is kept encrypted, and no longer than until it has gone. */
export async function queuePersonMail(context: Context, letter: Letter): Promise<void> {
  const { kind, to, language, link, expires } = letter;
  await queueMessage(context, {
    kind: kind === 'invitation' ? 'person-invited' : 'person-reset',
    ...{ channel: 'mail', to, language, data: { link }, until: expires },
  });
}
