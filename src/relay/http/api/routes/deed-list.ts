import * as v from 'valibot';
import { allDeeds, type Deed, deedPlace, listAudit } from '../../../domain/audit.ts';
import { placeAsked, placesShown } from '../paging.ts';
import { type Route, reads } from '../route.ts';
import { at, atText, instant, pageOf, pageQuery, typed } from '../schemas/parts.ts';

const deed = v.object({
  id: v.string(),
  at,
  /** Id of a person or a token, or a part of the relay. */
  who: v.string(),
  /** Of the person, as they are called now; null: it was no person. */
  name: v.nullable(v.string()),
  what: v.string(),
  subject: v.string(),
  detail: v.nullable(v.string()),
});

const item = ({ id, at: when, who, name, what, subject, detail }: Deed): v.InferInput<typeof deed> => ({
  ...{ id, at: atText(when), who, name, what, subject, detail },
});

const filters = {
  who: v.optional(typed(96)),
  what: v.optional(typed(64)),
  subject: v.optional(typed(200)),
  from: v.optional(instant),
  until: v.optional(instant),
};

export const auditRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/audit',
    name: 'listAudit',
    summary: 'What people and tokens did, newest first; by who, which deed, of what, and when',
    scope: 'audit:read',
    query: v.strictObject({ ...pageQuery, ...filters }),
    status: 200,
    answer: pageOf(deed),
    read: async (context, { query }) => {
      const rows = await listAudit(context, placeAsked(query, [0, '']), query);
      return placesShown(rows, query, deedPlace, item);
    },
    lines: async function* (context, { query }) {
      for await (const each of allDeeds(context, query)) yield JSON.stringify(item(each));
    },
  }),
];
