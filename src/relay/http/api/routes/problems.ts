import * as v from 'valibot';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import { type ProblemLanguage, severities } from '../../../core/problems/facts.ts';
import {
  clearedProblems,
  listProblems,
  type ProblemPlaceInList,
  placeInCleared,
  placeInList,
} from '../../../domain/problem-list.ts';
import { acknowledgeProblem, snoozeProblem, wakeProblem } from '../../../domain/problems.ts';
import type { ProblemTable } from '../../../store/tables-work.ts';
import { placeAsked, placesShown } from '../paging.ts';
import { type Route, reads, writes } from '../route.ts';
import {
  at,
  atOrNull,
  atText,
  byId,
  id as idShape,
  instant,
  pageOf,
  pageQuery,
  reason,
  slot,
  whole,
} from '../schemas/parts.ts';
import { problemLanguage, problemWords } from '../schemas/problem-words.ts';

const problem = v.object({
  id: v.string(),
  kind: v.string(),
  ...problemWords.entries,
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
  /** Somebody has said “not now, because …”. */
  snoozed: v.nullable(v.object({ until: at, why: v.string(), who: v.string() })),
});

const inLanguage = v.strictObject({ language: problemLanguage });

function problemItem(row: ProblemTable, language: ProblemLanguage): v.InferInput<typeof problem> {
  const { id, kind, subject, detail, box, slot: number, key, device, count, acknowledged } = row;
  return {
    ...{ id, kind, ...problemFacts(kind, language), subject, detail },
    ...{ since: atText(row.since), cleared: atOrNull(row.cleared) },
    ...{ box, slot: number, key, device, count, acknowledged },
    snoozed: snoozeItem(row),
  };
}

const snoozeItem = ({ snoozed_until: until, snoozed_why: why, snoozed_by: who }: ProblemTable) =>
  until === null ? null : { until: atText(until), why: why ?? '', who: who ?? '' };

export const troubleRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/problems',
    name: 'listProblems',
    summary:
      'What an administrator must see: the gravest first, and of these the oldest. `open=false`: also what is over, the newest first. `snoozed=true`: also what was put off. `view=not-now`: only what was put off; `view=cleared`: only what is over, the last first',
    scope: 'problems:read',
    query: v.strictObject({
      ...pageQuery,
      open: v.optional(v.picklist(['true', 'false']), 'true'),
      severity: v.optional(v.picklist(severities)),
      kind: v.optional(idShape),
      snoozed: v.optional(v.picklist(['true', 'false']), 'false'),
      view: v.optional(v.picklist(['not-now', 'cleared'])),
      language: problemLanguage,
    }),
    status: 200,
    answer: pageOf(problem),
    read: async (context, { query }) => {
      const { severity, kind, language, view } = query;
      const open = query.open === 'true';
      const awakeAt = open && query.snoozed === 'false' ? context.now : undefined;
      const page = placeAsked<ProblemPlaceInList>(query, [0, 0, '']);
      if (view === 'cleared') {
        const over = await clearedProblems(context, { severity, kind }, page);
        return placesShown(over, query, placeInCleared, row => problemItem(row, language));
      }
      const filter =
        view === 'not-now'
          ? { open: true, severity, kind, asleepAt: context.now }
          : { open, severity, kind, awakeAt };
      const rows = await listProblems(context, filter, page);
      return placesShown(rows, query, placeInList, row => problemItem(row, language));
    },
  }),
  writes({
    method: 'POST',
    path: '/problems/:id/acknowledge',
    name: 'acknowledgeProblem',
    summary: 'Takes a Problem off that somebody has looked at; what is found again is raised again',
    scope: 'problems:write',
    params: byId,
    query: inLanguage,
    status: 200,
    answer: problem,
    write: async (context, { params, query }) =>
      problemItem(await acknowledgeProblem(context, params.id), query.language),
  }),
  writes({
    method: 'POST',
    path: '/problems/:id/snooze',
    name: 'snoozeProblem',
    summary:
      'Not now, because …: leaves a Problem out of the list until then, or until it is told anew and is worse',
    scope: 'problems:write',
    params: byId,
    query: inLanguage,
    body: v.strictObject({ until: instant, why: reason }),
    status: 200,
    answer: problem,
    write: async (context, { params, query, body }) =>
      problemItem(await snoozeProblem(context, params.id, body), query.language),
  }),
  writes({
    method: 'DELETE',
    path: '/problems/:id/snooze',
    name: 'wakeProblem',
    summary: 'Has a Problem that was put off stand in the list again',
    scope: 'problems:write',
    params: byId,
    query: inLanguage,
    status: 200,
    answer: problem,
    write: async (context, { params, query }) =>
      problemItem(await wakeProblem(context, params.id), query.language),
  }),
];
