/** Messages as examples: looked at, and sent to whoever asks. */
import * as v from 'valibot';
import { messageKinds } from '../../core/message-rules.ts';
import { smsParts } from '../../core/sms-parts.ts';
import { personRow } from '../../domain/account-people.ts';
import { accountView } from '../../domain/accounts.ts';
import { audit } from '../../domain/audit.ts';
import { accountZone } from '../../domain/box-names.ts';
import { conflict } from '../../domain/faults.ts';
import { languages } from '../../domain/notify-settings.ts';
import { type Route, reads, writes } from '../../http/api/route.ts';
import { footerOf } from '../outgoing-message.ts';
import { textsOf } from '../own-texts.ts';
import { queueMessage } from '../queue.ts';
import { sampleValues } from '../sample.ts';
import { mailOf, smsOf } from '../template.ts';

const byName = v.strictObject({ kind: v.picklist(messageKinds), language: v.picklist(languages) });
const hourMs = 3_600_000;

export const sampleRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/templates/:kind/:language/preview',
    name: 'previewTemplate',
    summary:
      'One kind of message in one language, filled with an example: as a mail and as an SMS, with its parts',
    scope: 'settings:read',
    params: byName,
    status: 200,
    answer: v.object({
      mail: v.object({ subject: v.string(), text: v.string(), html: v.string() }),
      sms: v.object({
        text: v.string(),
        /** Each is paid for. */
        parts: v.number(),
        characters: v.number(),
        isUnicode: v.boolean(),
      }),
    }),
    read: async (context, { params: { kind, language } }) => {
      const { name } = await accountView(context);
      const zone = await accountZone(context);
      const texts = await textsOf(context.tx, context.account, { kind, language });
      const values = sampleValues({ account: name, language, zone, now: context.now });
      const { subject, text, html } = mailOf(texts, values, footerOf(kind, texts, language));
      const sms = smsOf(texts, values);
      return { mail: { subject, text, html }, sms: { text: sms, ...smsParts(sms) } };
    },
  }),
  writes({
    method: 'POST',
    path: '/templates/:kind/:language/send',
    name: 'sendSample',
    summary: 'Sends an example of it to the mail address of the person who asks',
    scope: 'messages:write',
    params: byName,
    status: 202,
    answer: v.object({ id: v.string() }),
    write: async (context, { caller, params: { kind, language } }) => {
      if (caller.person === null)
        throw conflict('a token has no mail address', 'Ask for it as a person who has signed in.');
      const { email } = await personRow(context, caller.person);
      const data = { sample: true } as const;
      const until = context.now + hourMs;
      const { id } = await queueMessage(context, { kind, channel: 'mail', to: email, language, data, until });
      await audit(context, 'message-asked', `${kind}/${language}`, 'example');
      return { id };
    },
  }),
];
