/** One key: where it is, who has it and had it, whose it is next, and what can be done with it. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { keyUses, keyVehicles, type VehicleOfKey } from '../../../domain/key-uses.ts';
import { type KeyView, keyView, wasSeen } from '../../../domain/keys.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { confirmation } from '../frame/confirmation.ts';
import { field } from '../frame/form-fields.ts';
import { when } from '../frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf, queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { custodySection } from './custody-list.ts';
import { clockOf, homeText, type KeyPlaces, keyPath, nextCell, placeCell, plateOf } from './key-cells.ts';
import { keyWords } from './key-texts.ts';

const path = '/admin/keys/:id';
const writing = { here: 'keys', scope: 'keys:write' } as const;

export const keyPage: FramedPage = {
  ...{ path, here: 'keys', scope: 'keys:read' },
  title: ({ menu }) => menu.keys,
  show: (visit, request) => showKey(visit, request, null),
};

async function showKey(visit: Visit, request: FastifyRequest, problems: FormProblems | null): Promise<Shown> {
  const { context, viewer } = visit;
  const key = await keyView(context, paramOf(request, 'id'));
  const places: KeyPlaces = {
    boxes: await boxNames(context, key.box === null ? [] : [key.box]),
    uses: viewer.scopes.has('bookings:read') ? await keyUses(context, [key.id]) : new Map(),
  };
  const custody = viewer.scopes.has('events:read')
    ? await custodySection(visit, key, queryOf(request, 'after'))
    : null;
  // One that was taken away has nothing that could be changed.
  const forms =
    viewer.scopes.has('keys:write') && key.box !== null ? changeForms(visit, key, problems) : null;
  return { title: key.name, body: html`${await facts(visit, key, places)}${custody}${forms}` };
}

async function facts(visit: Visit, key: KeyView, places: KeyPlaces): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const home = homeText(visit, places.boxes.get(key.box ?? '')?.name ?? key.box, key.slot);
  const vehicle = (await keyVehicles(visit.context, [key.id])).get(key.id);
  const tagSince =
    key.tag_at === null
      ? null
      : html` <span class="soft">${words.tagSince}</span> ${when(Number(key.tag_at), clockOf(visit, key.box, places))}`;
  return html`<section class="sheet"><dl><dt>${words.place}</dt><dd>${placeCell(visit, key, places)}</dd>
${visit.viewer.scopes.has('bookings:read') ? html`<dt>${words.nextBooking}</dt><dd>${nextCell(visit, key, places)}</dd>` : null}
<dt>${words.home}</dt><dd><bdi>${home}</bdi></dd>
<dt>${words.vehicle}</dt><dd>${vehicleCell(visit, vehicle)}</dd>
<dt>${words.tag}</dt><dd>${key.tag === null ? words.noTag : words.tagEnds(key.tag.slice(-4))}${tagSince}</dd></dl></section>`;
}

/** Leads to where the vehicle is linked, for whoever may look there. */
function vehicleCell({ viewer }: Visit, vehicle: VehicleOfKey | undefined): Html {
  if (vehicle === undefined) return html`<span class="quiet">${keyWords(viewer.language).noVehicle}</span>`;
  const { integration, id } = vehicle;
  const name = html`<bdi>${vehicle.name}</bdi>`;
  const href = `/admin/integrations/${encodeURIComponent(integration)}/vehicles/${encodeURIComponent(id)}`;
  const shown = viewer.scopes.has('integrations:read') ? html`<a href="${href}">${name}</a>` : name;
  return html`${shown} ${plateOf(vehicle)}`;
}

function changeForms(visit: Visit, key: KeyView, problems: FormProblems | null): Html {
  const words = keyWords(visit.viewer.language);
  const here = keyPath(key.id);
  const failed = problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`;
  const name = field({ name: 'name', label: words.name, value: key.name, maxLength: 64, isRequired: true });
  const rename = wasSeen(key)
    ? html`<p class="soft">${words.renameNot}</p>`
    : html`<form method="post" action="${here}/rename">${name}<p class="buttons"><button type="submit">${words.rename}</button></p></form>`;
  // A key without one has none that could be replaced.
  const isFirst = key.tag === null;
  const tagDeed = isFirst ? words.tagGive : words.tagTitle;
  const tag = field({
    ...{
      name: 'tag',
      label: isFirst ? words.tagFirst : words.tagNew,
      hint: words.tagWhy,
      maxLength: 64,
      isRequired: true,
    },
  });
  return html`${failed}<p class="buttons"><a class="button" href="${here}/move">${words.move}</a> <a class="button" href="${here}/remove">${words.remove}</a></p>
<section class="sheet"><h2>${tagDeed}</h2><form method="post" action="${here}/tag">${tag}<p class="buttons"><button type="submit">${tagDeed}</button></p></form></section>
<section class="sheet"><h2>${words.rename}</h2>${rename}</section>`;
}

export const keyDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  changed(deps, 'rename', request => ({ name: fieldOf(request, 'name').trim() })),
  changed(deps, 'tag', request => ({ tag: fieldOf(request, 'tag').trim() })),
  {
    ...{ path: `${path}/remove`, ...writing },
    title: ({ menu }) => menu.keys,
    act: async (visit, request) => {
      try {
        await doRoute('deleteKey', visit.caller, { params: request.params as object }, deps);
        return '/admin/keys';
      } catch (error) {
        return await showKey(visit, request, problemsOf(error, visit.viewer.language));
      }
    },
  },
];

const changed = (deps: DeedDeps, deed: string, bodyOf: (request: FastifyRequest) => object): FramedDeed => ({
  ...{ path: `${path}/${deed}`, ...writing },
  title: ({ menu }) => menu.keys,
  act: async (visit, request) => {
    try {
      const given = { params: request.params as object, body: bodyOf(request) };
      await doRoute('changeKey', visit.caller, given, deps);
      return keyPath(paramOf(request, 'id'));
    } catch (error) {
      return await showKey(visit, request, problemsOf(error, visit.viewer.language));
    }
  },
});

export const removeKeyPage: FramedPage = {
  ...{ path: `${path}/remove`, ...writing },
  title: ({ menu }) => menu.keys,
  show: async (visit, request) => {
    const words = keyWords(visit.viewer.language);
    const { id, name } = await keyView(visit.context, paramOf(request, 'id'));
    const asked = {
      ...{ happens: [words.removeHappens, words.removeOnlyIf], whom: [name], asksWhy: false },
      ...{ action: `${keyPath(id)}/remove`, button: words.removeButton, isDangerous: true },
      back: keyPath(id),
    };
    return { title: words.removeTitle, body: confirmation(asked, visit.texts) };
  },
};
