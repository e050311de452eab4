/** `/admin/integrations`: the connected accounts. */
import { html } from '../../../../../base/html.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { first } from '../../../../http/pages/frame/states.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { integrationTabs } from '../../../../http/pages/integration-tabs.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { accountPath, type PageParts, root, textsFor } from './page-parts.ts';

export const integrationsPage = (parts: PageParts): FramedPage => ({
  ...{ path: root, here: 'integrations', scope: 'integrations:read' },
  title: ({ menu }) => menu.integrations,
  show: visit => accountList(visit, parts),
});

async function accountList(visit: Visit, { callRoute, accounts }: PageParts): Promise<Shown> {
  const { list } = textsFor(visit);
  const { items } = await callRoute(accounts.list, visit.caller, {});
  const mayConnect = visit.viewer.scopes.has('integrations:write');
  const tabs = integrationTabs(visit.texts, 'accounts');
  if (items.length === 0)
    return {
      tabs,
      body: first(list.none, list.noneWhy, mayConnect ? { label: list.connect, href: `${root}/new` } : null),
    };
  const rows = table<(typeof items)[number]>({
    caption: list.caption,
    columns: [
      {
        label: list.name,
        cell: ({ id, label }) => html`<a href="${accountPath(id)}"><bdi>${label}</bdi></a>`,
      },
      {
        label: list.state,
        cell: ({ enabled }) =>
          html`<span class="mark ${enabled ? 'ok' : 'quiet'}">${icon(enabled ? 'check' : 'remove')}<span>${enabled ? list.connected : list.off}</span></span>`,
      },
      {
        label: list.vehicles,
        cell: ({ vehicles }) => list.vehiclesOf(String(vehicles.known), String(vehicles.linked)),
      },
      {
        label: list.heard,
        cell: ({ lastEvent }) =>
          lastEvent === null ? list.neverHeard : when(Date.parse(lastEvent), visit.clock),
      },
    ],
    rows: items,
  });
  const connect = html`<p class="buttons"><a class="button" href="${root}/new">${icon('add')}<span>${list.connect}</span></a></p>`;
  return { tabs, body: html`${mayConnect ? connect : null}${rows}` };
}
