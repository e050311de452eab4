import * as v from 'valibot';
import { messageKinds } from '../../core/message-rules.ts';
import { audit } from '../../domain/audit.ts';
import { languages } from '../../domain/notify-settings.ts';
import { pageAsked, pageShown } from '../../http/api/paging.ts';
import { type ReadContext, type Route, reads, writes } from '../../http/api/route.ts';
import { at, atOrNull, atText, byId, id, pageOf, pageQuery } from '../../http/api/schemas/parts.ts';
import { catalogues } from '../catalogues.ts';
import { placeholders } from '../kinds.ts';
import { listMessages, type MessageView, resendMessage } from '../messages.ts';
import { allOwnTexts, changeTexts, type OwnTexts, ownTexts, type TemplateName } from '../own-texts.ts';
import { tellDriver } from '../tell.ts';
import { sampleRoutes } from './samples.ts';

const states = [
  ...(['waiting', 'sending', 'sent', 'delivered', 'refused'] as const),
  ...(['undelivered', 'opted-out', 'dropped', 'failed'] as const),
] as const;

const message = v.object({
  id: v.string(),
  booking: v.nullable(v.string()),
  driver: v.nullable(v.string()),
  channel: v.picklist(['mail', 'sms']),
  kind: v.string(),
  language: v.string(),
  state: v.picklist(states),
  /** The outcome of the last try, where it was not sent. */
  said: v.nullable(v.string()),
  tries: v.number(),
  created: at,
  due: at,
  until: v.nullable(at),
  sent: v.nullable(at),
});

const item = (row: MessageView): v.InferInput<typeof message> => ({
  ...{ id: row.id, booking: row.booking, driver: row.driver, channel: row.channel, kind: row.kind },
  ...{ language: row.language, state: row.state, said: row.said, tries: row.tries },
  ...{ created: atText(row.created), due: atText(row.due), until: atOrNull(row.until) },
  sent: atOrNull(row.sent),
});

const part = v.nullable(v.string());
const texts = v.object({ subject: v.string(), text: v.string(), sms: v.string() });
const template = v.object({
  kind: v.picklist(messageKinds),
  language: v.picklist(languages),
  /** The account's own words; null: the original ones are used. */
  own: v.object({ subject: part, text: part, sms: part }),
  original: texts,
});
const byName = v.strictObject({ kind: v.picklist(messageKinds), language: v.picklist(languages) });
const ownPart = v.optional(v.nullable(v.pipe(v.string(), v.maxLength(8_000))), null);

const templateItem = (name: TemplateName, own: OwnTexts): v.InferInput<typeof template> => ({
  ...name,
  own: { subject: own.subject, text: own.text, sms: own.sms },
  original: { ...catalogues[name.language].kinds[name.kind] },
});

const ownTemplate = async (
  { tx, account }: ReadContext,
  { params }: { readonly params: v.InferOutput<typeof byName> },
) => templateItem(params, await ownTexts(tx, account, params));

const templateRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/templates',
    name: 'listTemplates',
    summary: 'The words of every message in every language, and what may stand in braces',
    scope: 'settings:read',
    status: 200,
    answer: v.object({ placeholders: v.array(v.string()), items: v.array(template) }),
    read: async context => {
      const names = languages.flatMap(language => messageKinds.map(kind => ({ kind, language })));
      const items: v.InferInput<typeof template>[] = [];
      const own = await allOwnTexts(context.tx, context.account);
      for (const name of names) items.push(templateItem(name, own(name)));
      return { placeholders: [...placeholders], items };
    },
  }),
  reads({
    method: 'GET',
    path: '/templates/:kind/:language',
    name: 'getTemplate',
    summary: 'The words of one kind of message in one language',
    scope: 'settings:read',
    params: byName,
    status: 200,
    answer: template,
    isVersioned: true,
    read: ownTemplate,
  }),
  writes({
    method: 'PUT',
    path: '/templates/:kind/:language',
    name: 'setTemplate',
    summary: 'Own words in place of the original ones, part by part; null takes those again',
    scope: 'settings:write',
    params: byName,
    body: v.strictObject({ subject: ownPart, text: ownPart, sms: ownPart }),
    status: 200,
    answer: template,
    current: ownTemplate,
    write: async (context, { params, body }) => {
      await changeTexts(context, params, body);
      return templateItem(params, body);
    },
  }),
];

export const messageRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/messages',
    name: 'listMessages',
    summary: 'Messages to drivers and administrators, newest first: what became of each, not what it said',
    scope: 'messages:read',
    query: v.strictObject({
      ...pageQuery,
      booking: v.optional(id),
      driver: v.optional(id),
      state: v.optional(v.picklist(states)),
    }),
    status: 200,
    answer: pageOf(message),
    read: async (context, { query }) =>
      pageShown(await listMessages(context, query, pageAsked(query)), query, item),
  }),
  writes({
    method: 'POST',
    path: '/messages',
    name: 'createMessage',
    summary: 'Tells the driver of a booking: `access` goes when the box is known to have the code',
    scope: 'messages:write',
    body: v.strictObject({
      booking: id,
      kind: v.optional(v.picklist(['access', 'moved', 'waiting', 'overdue', 'cancelled']), 'access'),
      /** The account's setting where absent. */
      by: v.optional(v.picklist(['mail', 'sms', 'both', 'mail-or-sms'])),
    }),
    status: 202,
    answer: v.object({ ids: v.array(v.string()) }),
    write: async (context, { body }) => {
      const { ids } = await tellDriver(context, body);
      await audit(context, 'message-asked', body.booking, body.kind);
      return { ids: [...ids] };
    },
  }),
  writes({
    method: 'POST',
    path: '/messages/:id/resend',
    name: 'resendMessage',
    summary: 'Says the same once more, to the address that they have now',
    scope: 'messages:write',
    params: byId,
    status: 202,
    answer: v.object({ ids: v.array(v.string()) }),
    write: (context, { params }) => resendMessage(context, params.id),
  }),
  ...templateRoutes,
  ...sampleRoutes,
];
