import * as v from 'valibot';
import { boxView, changeBox, createBox, listBoxes, newClaim } from '../../domain/boxes.ts';
import { retireBox } from '../../domain/retirement.ts';
import { pageAsked, pageShown } from '../page.ts';
import { type Route, reads, writes } from '../route.ts';
import { box, boxItem, boxPatch, claim, claimed, newBox } from '../schemas/box.ts';
import { atText, byId, pageOf, pageQuery } from '../schemas/parts.ts';

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
    summary: 'Boxes, by id',
    scope: 'boxes:read',
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(box),
    read: async (context, { query }) => pageShown(await listBoxes(context, pageAsked(query)), query, boxItem),
  }),
  reads({
    method: 'GET',
    path: '/boxes/:id',
    name: 'getBox',
    summary: 'One box: link, sync, journal',
    scope: 'boxes:read',
    params: byId,
    status: 200,
    answer: box,
    read: async (context, { params }) => boxItem(await boxView(context, params.id)),
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
    write: async (context, { params, body }) => boxItem(await changeBox(context, params.id, body)),
  }),
  writes({
    method: 'POST',
    path: '/boxes/:id/claim',
    name: 'claimBox',
    summary: 'Another claim, for a box that is enrolled late or replaced; claims before it are void',
    scope: 'boxes:write',
    params: byId,
    status: 201,
    answer: claim,
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
      'For a box that was stolen or is lost: its keys and its password are void at once, its bookings get new codes for the next box that enrols here',
    scope: 'boxes:write',
    params: byId,
    status: 200,
    answer: box,
    faults: ['conflict'],
    write: async (context, { params }) => boxItem(await retireBox(context, params.id)),
    after: ({ params }) => retired(params.id),
  }),
];
