import * as v from 'valibot';
import { faultsOfBoxes } from '../../../domain/box-health.ts';
import { boxHoldings } from '../../../domain/box-holdings.ts';
import { horizonOf } from '../../../domain/box-horizon.ts';
import { boxesBySite, boxListPlace, boxViews } from '../../../domain/box-list.ts';
import { toldOf } from '../../../domain/box-told.ts';
import { type BoxView, boxView, changeBox, createBox, listBoxes, newClaim } from '../../../domain/boxes.ts';
import type { Reading } from '../../../domain/context.ts';
import { retireBox } from '../../../domain/retirement.ts';
import { pageAsked, pageShown, placeAsked, placesShown } from '../paging.ts';
import { type ReadContext, type Route, reads, writes } from '../route.ts';
import {
  box,
  boxDetail,
  boxItem,
  boxPatch,
  boxVersion,
  claim,
  claimed,
  newBox,
  retiredBox,
  toldItem,
} from '../schemas/box.ts';
import { holdings, holdingsItem, horizonItem } from '../schemas/holdings.ts';
import { atText, byId, line, pageOf, pageQuery, reason } from '../schemas/parts.ts';

const itemOf = async (reading: Reading, row: BoxView): Promise<ReturnType<typeof boxItem>> =>
  boxItem(row, (await faultsOfBoxes(reading, [row.id])).get(row.id));

interface BySite {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly view?: (typeof boxViews)[number] | undefined;
  readonly match?: string | undefined;
}

async function bySite(context: ReadContext, query: BySite) {
  const rows = await boxesBySite(context, query, placeAsked(query, ['', '', ''] as const));
  const faults = await faultsOfBoxes(
    context,
    rows.map(row => row.id),
  );
  return placesShown(rows, query, boxListPlace, row => boxItem(row, faults.get(row.id)));
}

/** `retired`: once it is committed that a box is nobody's any more. */
export const boxRoutes = (retired: (box: string) => void): readonly Route[] => [
  writes({
    method: 'POST',
    path: '/boxes',
    name: 'createBox',
    summary: 'Makes a box, and the claim by which it enrols within 15 minutes',
    scope: 'boxes:write',
    body: newBox,
    status: 201,
    answer: claimed,
    write: (context, { body }) => createBox(context, body),
  }),
  reads({
    method: 'GET',
    path: '/boxes',
    name: 'listBoxes',
    summary:
      'Boxes, by id, or with `order=site` by the names of their sites and their own; with `view=trouble` those that are not connected or have a Problem, with `match` those whose name or site has that text',
    scope: 'boxes:read',
    query: v.strictObject({
      ...pageQuery,
      view: v.optional(v.picklist(boxViews)),
      match: v.optional(line(64)),
      order: v.optional(v.picklist(['id', 'site']), 'id'),
    }),
    status: 200,
    answer: pageOf(box),
    read: async (context, { query }) => {
      const isFiltered = query.view !== undefined || query.match !== undefined;
      if (isFiltered || query.order === 'site') return await bySite(context, query);
      const rows = await listBoxes(context, pageAsked(query));
      const faults = await faultsOfBoxes(
        context,
        rows.map(row => row.id),
      );
      return pageShown(rows, query, row => boxItem(row, faults.get(row.id)));
    },
  }),
  reads({
    method: 'GET',
    path: '/boxes/:id',
    name: 'getBox',
    summary: 'One box: link, sync, journal, faults, and its doors as it last told of them',
    scope: 'boxes:read',
    params: byId,
    status: 200,
    answer: boxDetail,
    isVersioned: true,
    versionMembers: boxVersion,
    read: async (context, { params: { id } }) => ({
      ...(await itemOf(context, await boxView(context, id))),
      told: toldItem(await toldOf(context, id)),
      horizon: horizonItem(await horizonOf(context, await boxView(context, id))),
    }),
  }),
  reads({
    method: 'GET',
    path: '/boxes/:id/holdings',
    name: 'getBoxHoldings',
    summary:
      'Who can open a box: the bookings and drivers that it holds by its last signed receipt, and whether box and relay mean the same',
    scope: 'drivers:read',
    params: byId,
    query: v.strictObject({ limit: pageQuery.limit }),
    status: 200,
    answer: holdings,
    read: async (context, { params, query }) =>
      holdingsItem(await boxHoldings(context, params.id, query.limit)),
  }),
  writes({
    method: 'PATCH',
    path: '/boxes/:id',
    name: 'changeBox',
    summary: 'Names a box anew, or moves it to another site',
    scope: 'boxes:write',
    params: byId,
    body: boxPatch,
    status: 200,
    answer: box,
    versionMembers: boxVersion,
    current: async (context, { params }) => itemOf(context, await boxView(context, params.id)),
    write: async (context, { params, body }) => itemOf(context, await changeBox(context, params.id, body)),
  }),
  writes({
    method: 'POST',
    path: '/boxes/:id/claim',
    name: 'claimBox',
    summary:
      'Another claim, for a box that is enrolled late or replaced; claims before it are void. A box that is well is retired first',
    scope: 'boxes:write',
    isSensitive: true,
    params: byId,
    status: 201,
    answer: claim,
    faults: ['conflict'],
    write: async (context, { params }) => {
      const made = await newClaim(context, params.id);
      return { claim: made.claim, expires: atText(made.expires) };
    },
  }),
  writes({
    method: 'POST',
    path: '/boxes/:id/retire',
    name: 'retireBox',
    summary:
      'For a box that was stolen or is lost: its keys and its password are void at once, its bookings get new codes for the next box that enrols here, and phone, badge and PIN of its drivers open nothing any more at any box',
    scope: 'boxes:write',
    isSensitive: true,
    params: byId,
    /** Why: it stands in the audit. */
    body: v.strictObject({ why: v.optional(reason) }),
    status: 200,
    answer: retiredBox,
    faults: ['conflict'],
    write: async (context, { params, body }) => {
      const { box: row, drivers } = await retireBox(context, params.id, body.why ?? null);
      return { ...(await itemOf(context, row)), drivers: drivers.map(({ id, name }) => ({ id, name })) };
    },
    after: ({ params }) => retired(params.id),
  }),
];
