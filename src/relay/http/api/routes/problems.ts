import * as v from 'valibot';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import { listAudit } from '../../../domain/audit.ts';
import { acknowledgeProblem, listProblems } from '../../../domain/problems.ts';
import type { ProblemTable } from '../../../store/tables-work.ts';
import { pageAsked, pageShown } from '../paging.ts';
import { type Route, reads, writes } from '../route.ts';
import { at, atOrNull, atText, byId, pageOf, pageQuery, slot, whole } from '../schemas/parts.ts';

const problem = v.object({
  id: v.string(),
  kind: v.string(),
  /** Whether a driver stands there now, something will fail unless somebody acts, or somebody waits for a decision. */
  severity: v.picklist(['urgent', 'warning', 'notice']),
  /** The same for all of its kind: a few words, and what to do. */
  title: v.string(),
  advice: v.string(),
  /** Id of the box, key or booking that has it. */
  subject: v.string(),
  /** Says what is wrong with this one, and what to do about it. */
  detail: v.string(),
  since: at,
  cleared: v.nullable(at),
  /** Of a fault at a box: which, and what there has it. */
  box: v.nullable(v.string()),
  slot: v.nullable(slot),
  key: v.nullable(v.string()),
  device: v.nullable(v.string()),
  /** How often it was said since it began. */
  count: whole,
  /** Who took it off by hand. */
  acknowledged: v.nullable(v.string()),
});

function problemItem(row: ProblemTable): v.InferInput<typeof problem> {
  const { id, kind, subject, detail, box, slot: number, key, device, count, acknowledged } = row;
  return {
    ...{ id, kind, ...problemFacts(kind), subject, detail },
    ...{ since: atText(row.since), cleared: atOrNull(row.cleared) },
    ...{ box, slot: number, key, device, count, acknowledged },
  };
}

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
      return pageShown(rows, query, problemItem);
    },
  }),
  writes({
    method: 'POST',
    path: '/problems/:id/acknowledge',
    name: 'acknowledgeProblem',
    summary: 'Takes a Problem off that somebody has looked at; what is found again is raised again',
    scope: 'problems:write',
    params: byId,
    status: 200,
    answer: problem,
    write: async (context, { params }) => problemItem(await acknowledgeProblem(context, params.id)),
  }),
  reads({
    method: 'GET',
    path: '/audit',
    name: 'listAudit',
    summary: 'What people and tokens did, newest first',
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
        name: row.name,
        what: row.what,
        subject: row.subject,
        detail: row.detail,
      }));
    },
  }),
];
