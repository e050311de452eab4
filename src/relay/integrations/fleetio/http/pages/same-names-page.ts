/** `/admin/integrations/ID/same-names`: vehicles with a key of their very name, looked through and linked together. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { problemsOf, type SaidWrong } from '../../../../http/pages/form-problems.ts';
import { first } from '../../../../http/pages/frame/states.ts';
import { turn } from '../../../../http/pages/frame/table.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf, queryOf } from '../../../../http/pages/query.ts';
import { refusalSaid } from '../../../../http/pages/refusal-words.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { modeChoice } from './key-search.ts';
import {
  accountPath,
  accountTabs,
  keyPlaceText,
  type PageParts,
  type PlacedKey,
  root,
  textsFor,
} from './page-parts.ts';

/** So many fit into one form. */
const rowsAtOnce = '100';

const place = { path: `${root}/:id/same-names`, here: 'integrations', scope: 'integrations:write' } as const;

export const sameNamesPage = (parts: PageParts): FramedPage => ({
  ...place,
  title: ({ menu }) => menu.integrations,
  show: (visit, request) => review(visit, request, parts, null),
});

export const sameNamesDeed = (parts: PageParts): FramedDeed => ({
  ...place,
  title: ({ menu }) => menu.integrations,
  act: async (visit, request) => {
    const { body } = request;
    const form = body instanceof URLSearchParams ? body : new URLSearchParams();
    const links = form.getAll('link[]').map(text => {
      const [vehicle = '', key = ''] = text.split(' ');
      return { vehicle, key };
    });
    const { same } = textsFor(visit);
    if (links.length === 0) return await review(visit, request, parts, alert(same.tickFirst));
    try {
      const params = { id: paramOf(request, 'id') };
      const asked = { params, body: { links, mode: form.get('mode') ?? 'automatic' } };
      const done = await parts.callRoute(parts.vehicles.linkMany, visit.caller, asked);
      return await review(visit, request, parts, linkedSaid(visit, done));
    } catch (error) {
      return await review(visit, request, parts, alert(problemsOf(error, visit.viewer.language).whole ?? ''));
    }
  },
});

const alert = (text: SaidWrong): Html => html`<p class="bad" role="alert">${text}</p>`;

interface Done {
  readonly linked: readonly string[];
  readonly refused: readonly { readonly vehicle: string; readonly why: string }[];
}

function linkedSaid(visit: Visit, { linked, refused }: Done): Html {
  const { same } = textsFor(visit);
  const well = html`<p class="ok" role="status">${same.linked(linked.length)}</p>`;
  if (refused.length === 0) return well;
  const lines = refused.map(
    ({ vehicle, why }) => html`<li><code>${vehicle}</code>: ${refusalSaid(why, visit.viewer.language)}</li>`,
  );
  return html`${well}<section class="sheet"><h2 class="bad">${same.refused(refused.length)}</h2><ul>${lines}</ul></section>`;
}

async function review(
  visit: Visit,
  request: FastifyRequest,
  { callRoute, accounts, vehicles }: PageParts,
  said: Html | null,
): Promise<Shown> {
  const params = { id: paramOf(request, 'id') };
  const { label } = await callRoute(accounts.get, visit.caller, { params });
  const after = queryOf(request, 'after');
  const query = { limit: rowsAtOnce, ...(after === undefined ? {} : { after }) };
  const { items, next } = await callRoute(vehicles.sameNames, visit.caller, { params, query });
  const { same } = textsFor(visit);
  const here = `${accountPath(params.id)}/same-names`;
  const newest = after === undefined ? null : here;
  const older = next === null ? null : `${here}?after=${encodeURIComponent(next)}`;
  const body =
    items.length === 0
      ? first(same.none, same.noneWhy, { label: same.toVehicles, href: accountPath(params.id) })
      : html`${reviewForm(visit, here, items)}${turn({ newest, older }, visit.texts)}`;
  return {
    ...{ title: same.title, tabs: accountTabs(visit, params.id, 'vehicles') },
    ...{ lead: html`<bdi>${label}</bdi>`, body: html`${said}${body}` },
  };
}

interface Same {
  readonly vehicle: { readonly id: string; readonly name: string; readonly plate: string | null };
  readonly key: PlacedKey & { readonly id: string };
}

/** All are ticked: whoever looks through them takes off what is not meant. */
function reviewForm(visit: Visit, here: string, items: readonly Same[]): Html {
  const { same } = textsFor(visit);
  const rows = items.map(
    ({ vehicle, key }) =>
      html`<label class="option"><input type="checkbox" name="link[]" value="${vehicle.id} ${key.id}" checked>
<span><bdi>${vehicle.name}</bdi>${vehicle.plate === null ? null : html` <bdi class="soft">${vehicle.plate}</bdi>`} <span class="soft">→ ${keyPlaceText(visit, key)}</span></span></label>`,
  );
  return html`<form method="post" action="${here}" class="sheet"><p>${same.lead}</p>
<fieldset><legend>${same.legend(items.length)}</legend>${rows}</fieldset>${modeChoice(visit, 'automatic')}
<p class="buttons"><button type="submit" class="main">${same.link}</button> <a class="button" href="${here.replace(/\/same-names$/, '')}">${visit.texts.states.back}</a></p></form>`;
}
