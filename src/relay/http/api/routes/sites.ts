import * as v from 'valibot';
import { shaped } from '../../../../wire/reading.ts';
import { changeSite, createSite, deleteSite, listSites, siteView } from '../../../domain/sites.ts';
import { pageAsked, pageShown } from '../paging.ts';
import { type Route, reads, writes } from '../route.ts';
import { byId, id, line, pageOf, pageQuery, typed } from '../schemas/parts.ts';

const point = v.strictObject({
  latitude: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  longitude: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
});

const site = v.object({
  id: v.string(),
  name: v.string(),
  timezone: v.string(),
  language: v.string(),
  phone: v.nullable(v.string()),
  /** Null: as its zone says. */
  region: v.nullable(v.string()),
  /** Where drivers go, as messages and the driver’s page say it. */
  address: v.nullable(v.string()),
  /** The same on a map, in degrees. */
  point: v.nullable(point),
});

const members = {
  name: line(64),
  /** IANA name, such as Europe/Amsterdam. */
  timezone: line(64),
  /** `en`, `nl` … */
  language: shaped(3, /^[a-z]{2,3}$/, 'must be a code such as nl'),
  phone: v.nullable(typed(32)),
  /** How phone numbers are read there, such as BE; null: as the zone says. */
  region: v.nullable(shaped(2, /^[A-Z]{2}$/, 'must be a country such as BE')),
  address: v.nullable(line(120)),
  point: v.nullable(point),
};

const newSite = v.strictObject({
  ...members,
  language: v.optional(members.language, 'en'),
  phone: v.optional(members.phone, null),
  region: v.optional(members.region, null),
  address: v.optional(members.address, null),
  point: v.optional(members.point, null),
});

export const siteRoutes: readonly Route[] = [
  writes({
    method: 'POST',
    path: '/sites',
    name: 'createSite',
    summary: 'Makes a site: a place with a time zone, in which boxes are',
    scope: 'boxes:write',
    body: newSite,
    status: 201,
    answer: v.object({ id }),
    write: (context, { body }) => createSite(context, body),
  }),
  reads({
    method: 'GET',
    path: '/sites',
    name: 'listSites',
    summary: 'Sites, by id',
    scope: 'boxes:read',
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(site),
    read: async (context, { query }) =>
      pageShown(await listSites(context, pageAsked(query)), query, row => row),
  }),
  reads({
    method: 'GET',
    path: '/sites/:id',
    name: 'getSite',
    summary: 'One site',
    scope: 'boxes:read',
    params: byId,
    status: 200,
    answer: site,
    isVersioned: true,
    read: (context, { params }) => siteView(context, params.id),
  }),
  writes({
    method: 'PATCH',
    path: '/sites/:id',
    name: 'changeSite',
    summary: 'Changes what is given',
    scope: 'boxes:write',
    params: byId,
    body: v.partial(v.strictObject(members)),
    status: 200,
    answer: site,
    current: (context, { params }) => siteView(context, params.id),
    write: (context, { params, body }) => changeSite(context, params.id, body),
  }),
  writes({
    method: 'DELETE',
    path: '/sites/:id',
    name: 'deleteSite',
    summary: 'Takes away a site that no box is in',
    scope: 'boxes:write',
    params: byId,
    status: 204,
    answer: null,
    write: async (context, { params }) => {
      await deleteSite(context, params.id);
      return null;
    },
  }),
];
