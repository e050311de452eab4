/** A key for a vehicle, found while its name is typed; without scripts by a button. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { boxNames } from '../../../../domain/box-names.ts';
import { matchKeys } from '../../../../domain/keys.ts';
import type { Fragment } from '../../../../http/pages/fragments.ts';
import { choiceOf } from '../../../../http/pages/frame/form-fields.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { paramOf, queryOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { vehiclesOfKeys } from '../../vehicles/vehicle-list.ts';
import { keyPlaceText, keysPath, type PageParts, textsFor, vehiclePath } from './page-parts.ts';

/** Of what somebody types, nobody reads more. */
const keysMost = 10;

export const modeChoice = (visit: Visit, chosen: string): Html => {
  const texts = textsFor(visit).vehicle;
  const options = [
    ['automatic', texts.automatic],
    ['prompt', texts.prompt],
  ] as const;
  return choiceOf('mode', texts.mode, options, chosen);
};

interface For {
  readonly id: string;
  readonly vehicle: { readonly id: string; readonly name: string; readonly mode: string };
  /** The assignment on whose page the key is looked for: there it goes on. */
  readonly assignment?: string;
}

/** The field begins with the vehicle's own name, which most keys have. */
export async function keySearch(visit: Visit, request: FastifyRequest, of: For): Promise<Html> {
  const texts = textsFor(visit).vehicle;
  const [here = ''] = request.url.split('?');
  const words = queryOf(request, 'key')?.trim() ?? of.vehicle.name;
  const asks = html`hx-get="${keysPath(of.id, of.vehicle.id)}" hx-trigger="input changed delay:250ms" hx-target="#found-keys" hx-swap="innerHTML"`;
  // After a form that was refused the address is that of the form, which is read at the same one.
  return html`<form method="get" action="${here}" class="filter" role="search"><label for="key">${texts.search}</label>
<input id="key" name="key" type="search" maxlength="64" autocomplete="off" value="${words}" ${asks}>
<button type="submit">${icon('search')}<span>${texts.searchButton}</span></button></form>
<form method="post" action="${vehiclePath(of.id, of.vehicle.id)}">${
    of.assignment === undefined
      ? null
      : html`<input type="hidden" name="assignment" value="${of.assignment}">`
  }<div id="found-keys" aria-live="polite">${await foundKeys(visit, words)}</div>
${modeChoice(visit, of.vehicle.mode)}<p class="buttons"><button type="submit" class="main">${texts.link}</button></p></form>`;
}

export const keyFragment = ({ callRoute, vehicles }: PageParts): Fragment => ({
  path: keysPath(':id', ':vehicle').replaceAll('%3A', ':'),
  scope: 'integrations:write',
  show: async (visit, request) => {
    const [id, vehicle] = [paramOf(request, 'id'), paramOf(request, 'vehicle')];
    await callRoute(vehicles.get, visit.caller, { params: { id, vehicle } });
    return await foundKeys(visit, queryOf(request, 'key')?.trim() ?? '');
  },
});

/** Only those in a box can be linked, and only those that no other vehicle has. */
async function foundKeys(visit: Visit, words: string): Promise<Html> {
  const texts = textsFor(visit).vehicle;
  if (words === '') return html`<p class="soft">${texts.typeFirst}</p>`;
  const keys = await matchKeys(visit.context, words, keysMost);
  if (keys.length === 0) return html`<p>${texts.nothingFound(words)}</p>`;
  const boxes = await boxNames(
    visit.context,
    keys.flatMap(({ box }) => box ?? []),
  );
  const others = await vehiclesOfKeys(
    visit.context,
    keys.map(({ id }) => id),
  );
  const chosen = keys.find(({ id }) => !others.has(id))?.id;
  const options = keys.map(({ id, name, place, box, slot }) => {
    const other = others.get(id);
    const at = keyPlaceText(visit, { place, slot, box: boxes.get(box ?? '') ?? null });
    const taken = other === undefined ? null : html` · ${texts.taken} <bdi>${other}</bdi>`;
    return html`<label class="option"><input type="radio" name="key" value="${id}" required${id === chosen ? html` checked` : null}${taken === null ? null : html` disabled`}>
<span><bdi>${name}</bdi> <span class="soft">${at}${taken}</span></span></label>`;
  });
  return html`<fieldset><legend>${texts.found}</legend>${options}</fieldset>`;
}
