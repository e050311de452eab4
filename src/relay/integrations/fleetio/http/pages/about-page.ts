/** `/admin/integrations/ID/about`: connection, webhook, fields, and what came in the last days. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import type { Fragment } from '../../../../http/pages/fragments.ts';
import { field } from '../../../../http/pages/frame/form-fields.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { fieldSection, type OwnFields } from './field-section.ts';
import { accountPath, accountTabs, heardPath, type PageParts, root, textsFor } from './page-parts.ts';
import { waitingSection } from './waiting-section.ts';
import { webhookTable } from './webhook-table.ts';

export const aboutPage = (parts: PageParts): FramedPage => ({
  ...{ path: `${root}/:id/about`, here: 'integrations', scope: 'integrations:read' },
  title: ({ menu }) => menu.integrations,
  show: (visit, request) => showAbout(visit, request, parts, null),
});

/** `said`: what a form of this page has to tell. */
export async function showAbout(
  visit: Visit,
  request: FastifyRequest,
  parts: PageParts,
  said: Html | null,
): Promise<Shown> {
  const { callRoute, accounts, vehicles } = parts;
  const id = paramOf(request, 'id');
  const params = { id };
  const account = await callRoute(accounts.get, visit.caller, { params });
  const { items } = await callRoute(vehicles.events, visit.caller, { params, query: { limit: '50' } });
  const mayChange = visit.viewer.scopes.has('integrations:write');
  return {
    ...{ title: account.label, tabs: accountTabs(visit, id, 'about') },
    body: html`${said}${connection(visit, account, mayChange)}${webhook(visit, account, mayChange)}${await waitingSection(visit, request, parts)}${await fieldSection(visit, request, parts, account)}
${webhookTable(visit, id, items)}`,
  };
}

interface Account {
  readonly id: string;
  readonly baseUrl: string;
  readonly enabled: boolean;
  readonly webhookUrl: string;
  readonly has: { readonly webhookKey: boolean };
  readonly lastEvent: string | null;
  readonly reconciled: string | null;
  readonly queue: { readonly calls: number; readonly webhooks: number; readonly fields: number };
  readonly created: string;
  readonly settings: {
    readonly callsPerMin: number;
    readonly fields: OwnFields;
  };
}

function connection(visit: Visit, account: Account, mayChange: boolean): Html {
  const { about } = textsFor(visit);
  const { id, enabled, baseUrl, created, reconciled, settings, queue } = account;
  const here = accountPath(id);
  const at = (text: string): Html => when(Date.parse(text), visit.clock);
  const forms = html`<div class="buttons"><form method="post" action="${here}/test"><button type="submit">${icon('check')}<span>${about.test}</span></button></form>
<form method="post" action="${here}/${enabled ? 'off' : 'on'}"><button type="submit">${enabled ? about.switchOff : about.switchOn}</button></form>
<a class="button" href="${here}/disconnect">${about.disconnect}</a></div>`;
  const writeNow =
    mayChange && enabled && queue.fields > 0
      ? html`<form method="post" action="${here}/write-fields"><p class="buttons"><button type="submit">${about.writeFields}</button></p></form>`
      : null;
  return html`<section class="sheet"><h2>${about.connection}</h2>
<p><span class="mark ${enabled ? 'ok' : 'quiet'}">${icon(enabled ? 'check' : 'remove')}<span>${enabled ? about.on : about.off}</span></span></p>
<dl><dt>${about.address}</dt><dd><code>${baseUrl}</code></dd><dt>${about.created}</dt><dd>${at(created)}</dd>
<dt>${about.compared}</dt><dd>${reconciled === null ? about.notCompared : at(reconciled)}</dd>
<dt>${about.calls}</dt><dd>${settings.callsPerMin === 0 ? about.noLimit : settings.callsPerMin}</dd>
<dt>${about.queue}</dt><dd>${about.queued(queue.calls, queue.webhooks, queue.fields)}${writeNow}</dd></dl>${mayChange ? forms : null}</section>`;
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
<dt>${about.lastEvent}</dt><dd>${heard(visit, id, lastEvent)}</dd></dl>
${mayChange ? form : null}</section>`;
}

/** Until the first one comes the piece asks for itself again; without scripts by looking again. */
function heard(visit: Visit, id: string, lastEvent: string | null): Html {
  const { about } = textsFor(visit);
  if (lastEvent !== null)
    return html`<span id="heard"><span class="mark ok">${icon('check')}<span>${about.heard}</span></span> ${when(Date.parse(lastEvent), visit.clock)}</span>`;
  return html`<span id="heard" hx-get="${heardPath(id)}" hx-trigger="every 5s" hx-swap="outerHTML" hx-target="this">${icon('clock')} ${about.noEvent} <a href="${accountPath(id)}/about">${about.lookAgain}</a></span>`;
}

export const heardFragment = ({ callRoute, accounts }: PageParts): Fragment => ({
  path: heardPath(':id').replaceAll('%3A', ':'),
  scope: 'integrations:read',
  show: async (visit, request) => {
    const params = { id: paramOf(request, 'id') };
    const { lastEvent } = await callRoute(accounts.get, visit.caller, { params });
    return heard(visit, params.id, lastEvent);
  },
});
