/** One vehicle: its key, what an assignment makes, and its assignments. */

import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import type { SaidWrong } from '../../../../http/pages/form-problems.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import type { FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf, queryOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { assignmentTable } from './assignment-table.ts';
import { keySearch, modeChoice } from './key-search.ts';
import {
  accountTabs,
  keyPlaceText,
  type PageParts,
  type PlacedKey,
  root,
  textsFor,
  vehiclePath,
} from './page-parts.ts';

export const vehiclePage = (parts: PageParts): FramedPage => ({
  ...{ path: `${root}/:id/vehicles/:vehicle`, here: 'integrations', scope: 'integrations:read' },
  title: ({ menu }) => menu.integrations,
  show: (visit, request) => showVehicle(visit, request, parts, null),
});

/** A vehicle as its page has it. */
interface LinkedVehicle {
  readonly id: string;
  readonly name: string;
  readonly plate: string | null;
  readonly key: PlacedKey | null;
  readonly mode: 'automatic' | 'prompt';
}

export async function showVehicle(
  visit: Visit,
  request: FastifyRequest,
  parts: PageParts,
  problem: SaidWrong | null,
): Promise<Shown> {
  const { callRoute, vehicles, assignments } = parts;
  const [id, vehicle] = [paramOf(request, 'id'), paramOf(request, 'vehicle')];
  const params = { id, vehicle };
  const found = await callRoute(vehicles.get, visit.caller, { params });
  const after = queryOf(request, 'after');
  const query = { limit: '20', ...(after === undefined ? {} : { after }) };
  const { items, next } = await callRoute(assignments.list, visit.caller, { params, query });
  const texts = textsFor(visit).vehicle;
  const key = await keySection(visit, request, id, found);
  const more =
    next === null
      ? null
      : html`<p><a href="${vehiclePath(id, vehicle)}?after=${encodeURIComponent(next)}#assignments">${visit.texts.frame.older}</a></p>`;
  return {
    title: found.name,
    ...(found.plate === null ? {} : { lead: found.plate }),
    tabs: accountTabs(visit, id, 'vehicles'),
    body: html`${problem === null ? null : html`<p class="bad" role="alert">${problem}</p>`}${key}
<section class="sheet" id="assignments"><h2>${texts.assignmentsTitle}</h2>${
      items.length === 0
        ? html`<p>${texts.noAssignment}</p>`
        : assignmentTable(visit, { id, hasKey: found.key !== null }, items)
    }${more}</section>`,
  };
}

async function keySection(
  visit: Visit,
  request: FastifyRequest,
  id: string,
  vehicle: LinkedVehicle,
): Promise<Html> {
  const texts = textsFor(visit).vehicle;
  const mayChange = visit.viewer.scopes.has('integrations:write');
  const now =
    vehicle.key === null
      ? html`<p>${texts.noKey}</p>`
      : html`<p>${texts.linkedTo} <strong>${icon('keys')} <bdi>${vehicle.key.name}</bdi></strong> <span class="soft">${keyPlaceText(visit, vehicle.key)}</span></p>`;
  const change = mayChange ? await changeForms(visit, request, id, vehicle) : null;
  return html`<section class="sheet"><h2>${texts.keyTitle}</h2>${now}${change}</section>`;
}

async function changeForms(
  visit: Visit,
  request: FastifyRequest,
  id: string,
  vehicle: LinkedVehicle,
): Promise<Html> {
  const texts = textsFor(visit).vehicle;
  const here = vehiclePath(id, vehicle.id);
  if (vehicle.key !== null)
    return html`<form method="post" action="${here}">${modeChoice(visit, vehicle.mode)}
<p class="buttons"><button type="submit" class="main">${texts.update}</button> <a class="button" href="${here}/unlink">${texts.unlink}</a></p></form>`;
  return await keySearch(visit, request, { id, vehicle });
}
