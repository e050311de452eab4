/** `/admin/integrations/ID/about`: connection, webhook, fields, and what came in the last days. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { field } from '../../../../http/pages/frame/form-fields.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { fieldRoles } from '../../settings.ts';
import { accountPath, accountTabs, type PageParts, root, textsFor } from './page-parts.ts';

export const aboutPage = (parts: PageParts): FramedPage => ({
  ...{ path: `${root}/:id/about`, here: 'integrations', scope: 'integrations:read' },
  title: ({ menu }) => menu.integrations,
  show: (visit, request) => showAbout(visit, request, parts, null),
});

/** `said`: what a form of this page has to tell. */
export async function showAbout(
  visit: Visit,
  request: FastifyRequest,
  { callRoute, accounts, vehicles }: PageParts,
  said: Html | null,
): Promise<Shown> {
  const id = paramOf(request, 'id');
  const params = { id };
  const account = await callRoute(accounts.get, visit.caller, { params });
  const { items } = await callRoute(vehicles.events, visit.caller, { params, query: { limit: '50' } });
  const mayChange = visit.viewer.scopes.has('integrations:write');
  return {
    ...{ title: account.label, tabs: accountTabs(visit, id, 'about') },
    body: html`${said}${connection(visit, account, mayChange)}${webhook(visit, account, mayChange)}${fields(visit, account)}
${webhookEvents(visit, items)}`,
  };
}

type FieldRole = (typeof fieldRoles)[number];

interface Account {
  readonly id: string;
  readonly baseUrl: string;
  readonly enabled: boolean;
  readonly webhookUrl: string;
  readonly has: { readonly webhookKey: boolean };
  readonly lastEvent: string | null;
  readonly reconciled: string | null;
  readonly created: string;
  readonly settings: {
    readonly callsPerMin: number;
    readonly fields: Readonly<Record<FieldRole, { readonly label: string; readonly key: string | null }>>;
  };
}

function connection(visit: Visit, account: Account, mayChange: boolean): Html {
  const { about } = textsFor(visit);
  const { id, enabled, baseUrl, created, reconciled, settings } = account;
  const here = accountPath(id);
  const at = (text: string): Html => when(Date.parse(text), visit.clock);
  const forms = html`<div class="buttons"><form method="post" action="${here}/test"><button type="submit">${icon('check')}<span>${about.test}</span></button></form>
<form method="post" action="${here}/${enabled ? 'off' : 'on'}"><button type="submit">${enabled ? about.switchOff : about.switchOn}</button></form>
<a class="button" href="${here}/disconnect">${about.disconnect}</a></div>`;
  return html`<section class="sheet"><h2>${about.connection}</h2>
<p><span class="mark ${enabled ? 'ok' : 'quiet'}">${icon(enabled ? 'check' : 'remove')}<span>${enabled ? about.on : about.off}</span></span></p>
<dl><dt>${about.address}</dt><dd><code>${baseUrl}</code></dd><dt>${about.created}</dt><dd>${at(created)}</dd>
<dt>${about.compared}</dt><dd>${reconciled === null ? about.notCompared : at(reconciled)}</dd>
<dt>${about.calls}</dt><dd>${settings.callsPerMin}</dd></dl>${mayChange ? forms : null}</section>`;
}

function webhook(visit: Visit, { id, webhookUrl, has, lastEvent }: Account, mayChange: boolean): Html {
  const { about, connect } = textsFor(visit);
  const tone = has.webhookKey ? 'ok' : 'warn';
  const form = html`<form method="post" action="${accountPath(id)}/webhook-key">
${field({ name: 'webhookKey', label: about.secret, hint: connect.webhookKeyWhere, type: 'password', isRequired: true })}
<p class="buttons"><button type="submit">${about.saveSecret}</button></p></form>`;
  return html`<section class="sheet"><h2>${about.webhook}</h2>
<dl><dt>${about.webhookUrl}</dt><dd><code>${webhookUrl}</code></dd><dt>${connect.webhookKey}</dt>
<dd><span class="mark ${tone}">${icon(has.webhookKey ? 'check' : 'alert')}<span>${has.webhookKey ? about.secretThere : about.secretMissing}</span></span></dd>
<dt>${about.lastEvent}</dt><dd>${lastEvent === null ? about.noEvent : when(Date.parse(lastEvent), visit.clock)}</dd></dl>
${mayChange ? form : null}</section>`;
}

function fields(visit: Visit, { settings }: Account): Html {
  const { about } = textsFor(visit);
  const rows = fieldRoles.map(role => {
    const { label, key } = settings.fields[role];
    return html`<dt>${about.fieldNames[role]}</dt><dd><code>${label}</code> <span class="${key === null ? 'warn' : 'ok'}">${key === null ? about.fieldUnknown : about.fieldKnown}</span></dd>`;
  });
  return html`<section class="sheet"><h2>${about.fields}</h2><dl>${rows}</dl></section>`;
}

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly subject: string | null;
  readonly received: string;
  readonly state: 'new' | 'done' | 'ignored' | 'failed';
}

function webhookEvents(visit: Visit, rows: readonly Heard[]): Html {
  const { about } = textsFor(visit);
  const list = table<Heard>({
    caption: about.events,
    columns: [
      { label: about.event, cell: ({ event }) => html`<code>${event}</code>` },
      { label: about.subject, cell: ({ subject }) => html`<bdi>${subject ?? '–'}</bdi>` },
      { label: about.received, cell: ({ received }) => when(Date.parse(received), visit.clock) },
      {
        label: about.outcome,
        cell: ({ state }) =>
          html`<span class="${state === 'failed' ? 'bad' : 'quiet'}">${about.states[state]}</span>`,
      },
    ],
    rows,
  });
  return html`<section class="sheet"><h2>${about.events}</h2>${rows.length === 0 ? html`<p>${about.noWebhooks}</p>` : list}</section>`;
}
