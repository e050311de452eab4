import * as v from 'valibot';
import { listAudit } from '../../domain/audit.ts';
import { listProblems } from '../../domain/problems.ts';
import { pageAsked, pageShown } from '../page.ts';
import { type Route, reads } from '../route.ts';
import { at, atOrNull, atText, pageOf, pageQuery } from '../schemas/parts.ts';

const problem = v.object({
  id: v.string(),
  kind: v.string(),
  /** Id of the box, key or booking that has it. */
  subject: v.string(),
  detail: v.string(),
  since: at,
  cleared: v.nullable(at),
});

const deed = v.object({
  id: v.string(),
  at,
  /** Id of a token, or a part of the relay. */
  who: v.string(),
  what: v.string(),
  subject: v.string(),
  detail: v.nullable(v.string()),
});

export const troubleRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/problems',
    name: 'listProblems',
    summary: 'What an administrator must see, newest first',
    scope: 'problems:read',
    query: v.strictObject({ ...pageQuery, open: v.optional(v.picklist(['true', 'false']), 'true') }),
    status: 200,
    answer: pageOf(problem),
    read: async (context, { query }) => {
      const rows = await listProblems(context, { open: query.open === 'true' }, pageAsked(query));
      return pageShown(rows, query, ({ id, kind, subject, detail, since, cleared }) => ({
        ...{ id, kind, subject, detail },
        since: atText(since),
        cleared: atOrNull(cleared),
      }));
    },
  }),
  reads({
    method: 'GET',
    path: '/audit',
    name: 'listAudit',
    summary: 'What tokens and administrators did, newest first',
    scope: 'audit:read',
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(deed),
    read: async (context, { query }) => {
      const rows = await listAudit(context, pageAsked(query));
      return pageShown(rows, query, row => ({
        id: row.id,
        at: atText(row.at),
        who: row.who,
        what: row.what,
        subject: row.subject,
        detail: row.detail,
      }));
    },
  }),
];
