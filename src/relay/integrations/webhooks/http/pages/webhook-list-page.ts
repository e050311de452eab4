/** `/admin/integrations/webhooks`: who is told of what; and one more. */
import { html } from '../../../../../base/html.ts';
import { onceField, onceOf } from '../../../../http/pages/form-once.ts';
import { problemsOf } from '../../../../http/pages/form-problems.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { first } from '../../../../http/pages/frame/states.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { integrationTabs } from '../../../../http/pages/integration-tabs.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { webhookTypes } from '../../event-types.ts';
import { stateMark } from './webhook-page.ts';
import {
  root,
  secretSection,
  type Typed,
  textsFor,
  title,
  typedIn,
  type WebhookParts,
  webhookFields,
  webhookPath,
} from './webhook-parts.ts';

export const webhookListPage = (parts: WebhookParts): FramedPage => ({
  ...{ path: root, here: 'integrations', scope: 'integrations:read', title },
  show: visit => showList(visit, parts),
});

async function showList(visit: Visit, { callRoute, routes }: WebhookParts): Promise<Shown> {
  const texts = textsFor(visit);
  const { items } = await callRoute(routes.list, visit.caller, {});
  const mayAdd = visit.viewer.scopes.has('integrations:write');
  const page = { title: texts.title, tabs: integrationTabs(visit.texts, 'webhooks') };
  if (items.length === 0)
    return {
      ...page,
      body: first(texts.none, texts.noneWhy, mayAdd ? { label: texts.add, href: `${root}/new` } : null),
    };
  const rows = table<(typeof items)[number]>({
    caption: texts.caption,
    columns: [
      {
        label: texts.name,
        cell: ({ id, name }) => html`<a href="${webhookPath(id)}"><bdi>${name}</bdi></a>`,
      },
      { label: texts.url, cell: ({ url }) => html`<code>${url}</code>` },
      { label: texts.types, cell: ({ types }) => html`<code>${types.join(' · ')}</code>` },
      { label: texts.state, cell: each => stateMark(texts, each) },
    ],
    rows: items,
  });
  const add = html`<p class="buttons"><a class="button" href="${root}/new">${icon('add')}<span>${texts.add}</span></a></p>`;
  return { ...page, lead: texts.lead, body: html`${mayAdd ? add : null}${rows}` };
}

const place = { path: `${root}/new`, here: 'integrations', scope: 'integrations:write', title } as const;

/** All of them, until somebody chooses. */
const fresh: Typed = { name: '', url: '', types: webhookTypes, names: false };

export const newWebhookPage: FramedPage = {
  ...place,
  show: visit => Promise.resolve(form(visit, fresh, null)),
};

export const newWebhookDeed = ({ callRoute, routes }: WebhookParts): FramedDeed => ({
  ...place,
  act: async (visit, request) => {
    const typed = typedIn(request);
    try {
      const { id, secret } = await callRoute(routes.create, visit.caller, {
        body: typed,
        once: onceOf(request),
      });
      const texts = textsFor(visit);
      return { title: typed.name, body: secretSection(texts, secret, webhookPath(id), null) };
    } catch (error) {
      return form(visit, typed, problemsOf(error, visit.viewer.language));
    }
  },
});

function form(visit: Visit, typed: Typed, problems: Parameters<typeof webhookFields>[2]): Shown {
  const texts = textsFor(visit);
  const body = html`<form method="post" action="${place.path}" class="sheet">${onceField(visit)}${webhookFields(texts, typed, problems)}
<p class="buttons"><button type="submit" class="main">${texts.create}</button></p></form>`;
  return { title: texts.add, lead: texts.lead, body };
}
