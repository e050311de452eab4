/** Many vehicles linked at once: which have a key of their very name, and the linking of those that somebody has looked through. */
import * as v from 'valibot';
import { readCursor, writeCursor } from '../../../http/api/cursor.ts';
import { reads, writes } from '../../../http/api/route.ts';
import { byId, id, pageOf, pageQuery, typed } from '../../../http/api/schemas/parts.ts';
import { integrationRow } from '../integrations.ts';
import { linkVehicles } from '../vehicles/link-many.ts';
import { sameNames } from '../vehicles/vehicle-list.ts';
import { keyPlace, mode } from './vehicle-shapes.ts';

/** In one transaction: others who write wait no longer than for these. */
const linksMax = 250;

const link = v.strictObject({ vehicle: id, key: typed(96) });

export const listSameNames = reads({
  method: 'GET',
  path: '/integrations/:id/same-names',
  name: 'listSameNames',
  summary: 'Vehicles without a key, each with the one free key that is called exactly so, by name',
  scope: 'integrations:read',
  params: byId,
  query: v.strictObject(pageQuery),
  status: 200,
  answer: pageOf(
    v.object({
      vehicle: v.object({ id: v.string(), name: v.string(), plate: v.nullable(v.string()) }),
      key: keyPlace,
    }),
  ),
  read: async (context, { params, query }) => {
    await integrationRow(context, params.id);
    const { limit } = query;
    const after = readCursor<readonly [string, string]>(query.after, ['', '']);
    const rows = await sameNames(context, params.id, { after, limit: limit + 1 });
    const last = rows[limit - 1]?.vehicle;
    const next = rows.length > limit && last !== undefined ? writeCursor([last.name, last.id]) : null;
    const items = rows.slice(0, limit).map(({ vehicle, key }) => ({ vehicle, key: { ...key } }));
    return { items, next };
  },
});

export const linkMany = writes({
  method: 'POST',
  path: '/integrations/:id/links',
  name: 'linkVehicles',
  summary:
    'Links many vehicles to keys, by id or name; each is linked as if alone, or named with why it was not',
  scope: 'integrations:write',
  params: byId,
  body: v.strictObject({
    links: v.pipe(v.array(link), v.minLength(1), v.maxLength(linksMax)),
    mode: v.optional(mode),
  }),
  status: 200,
  answer: v.object({
    linked: v.array(v.string()),
    refused: v.array(v.object({ ...link.entries, why: v.string() })),
  }),
  write: async (context, { params, body }) => {
    const { linked, refused } = await linkVehicles(context, params.id, body.links, body.mode);
    return { linked: [...linked], refused: [...refused] };
  },
});
