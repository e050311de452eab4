/** `/admin/settings/audit`: who did what; by person, deed, thing and time; the whole of it as a file. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { csvLine } from '../../../core/csv-line.ts';
import { type AuditFilter, allDeeds, type Deed, deedPlace, listAudit } from '../../../domain/audit.ts';
import { placeAsked, placesShown } from '../../api/paging.ts';
import { deedChoices, deedWord } from '../deed-words.ts';
import { field, select } from '../frame/form-fields.ts';
import { first, nothingMatches } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import { when } from '../frame/when.ts';
import type { FramedPage, Shown } from '../framed.ts';
import type { PageDeps } from '../page-deps.ts';
import { queryOf } from '../query.ts';
import { type Visit, visitOf } from '../visit.ts';
import { settingsWords } from './settings-words.ts';

const path = '/admin/settings/audit';
const rowsAtOnce = 50;
const dayMs = 86_400_000;
const filterNames = ['by', 'deed', 'of', 'from', 'until'] as const;
type Asked = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

const askedIn = (request: FastifyRequest): Asked =>
  Object.fromEntries(
    filterNames.map(name => [name, queryOf(request, name)?.trim()]).filter(([, value]) => value),
  );

/** Days are those of the calendar in UTC; the last is included. What is no day filters nothing. */
function filterOf({ by, deed, of, from, until }: Asked): AuditFilter {
  const day = (text: string | undefined): number =>
    /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  const [begin, end] = [day(from), day(until)];
  return {
    ...{ who: by, what: deed, subject: of },
    from: Number.isNaN(begin) ? undefined : begin,
    until: Number.isNaN(end) ? undefined : end + dayMs,
  };
}

const addressOf = (asked: Asked, below = ''): string => {
  const query = new URLSearchParams(Object.entries(asked)).toString();
  return `${path}${below}${query === '' ? '' : `?${query}`}`;
};

export const auditPage: FramedPage = {
  ...{ path, here: 'settings', scope: 'audit:read' },
  title: ({ menu }) => menu.settings,
  show: auditList,
};

async function auditList(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const { audit, topics } = settingsWords(visit.viewer.language);
  const asked = askedIn(request);
  const page = { limit: rowsAtOnce, after: queryOf(request, 'after') };
  const found = await listAudit(visit.context, placeAsked(page, [0, '']), filterOf(asked));
  const { items, next } = placesShown(found, page, deedPlace, row => row);
  const used = filterNames.filter(name => asked[name] !== undefined);
  const word = (name: keyof Asked): string =>
    name === 'deed' ? deedWord(asked.deed ?? '', visit.viewer.language) : (asked[name] ?? '');
  const chips = used.map(name => ({
    label: audit.filters[name](word(name)),
    without: addressOf(Object.fromEntries(Object.entries(asked).filter(([each]) => each !== name))),
  }));
  const shared = { title: topics.audit.title, lead: topics.audit.hint, chips };
  const said = used.map(name => audit.filters[name](word(name))).join(', ');
  if (items.length === 0) {
    const none =
      used.length === 0 ? first(audit.none, audit.noneWhy, null) : nothingMatches(said, path, visit.texts);
    return { ...shared, body: html`${filterForm(visit, asked)}${none}` };
  }
  const older =
    next === null
      ? null
      : `${addressOf(asked)}${used.length === 0 ? '?' : '&'}after=${encodeURIComponent(next)}`;
  const newest = page.after === undefined ? null : addressOf(asked);
  return {
    ...shared,
    body: html`${filterForm(visit, asked)}${deedTable(items, visit)}${turn({ newest, older }, visit.texts)}
<p class="buttons"><a class="button" href="${addressOf(asked, '/audit.csv')}">${audit.csv}</a> <a class="button" href="${addressOf(asked, '/audit.jsonl')}">${audit.jsonl}</a></p>`,
  };
}

function filterForm(visit: Visit, asked: Asked): Html {
  const { audit } = settingsWords(visit.viewer.language);
  const inputs = filterNames.map(name => {
    if (name === 'deed') return deedField(asked.deed ?? '', visit);
    const hint = name === 'by' ? { hint: audit.whoHint } : {};
    const type = name === 'from' || name === 'until' ? 'date' : 'text';
    return field({
      name,
      label: audit.fields[name],
      value: asked[name] ?? '',
      maxLength: 200,
      type,
      ...hint,
    });
  });
  const open = Object.keys(asked).length > 0;
  return html`<details id="filters" class="filters"${open ? html` open` : null}><summary>${audit.choose}</summary><form class="sheet" action="${path}">${inputs}<p class="buttons"><button type="submit">${audit.filter}</button></p></form></details>`;
}

/** One that this program has no word for stays chosen as it is. */
function deedField(chosen: string, { viewer: { language } }: Visit): Html {
  const { audit } = settingsWords(language);
  const known = deedChoices(language);
  const other = chosen === '' || known.some(([name]) => name === chosen) ? [] : [[chosen, chosen] as const];
  const options = [['', audit.anyDeed] as const, ...other, ...known];
  return select('deed', audit.fields.deed, options, chosen, 'optional');
}

function deedTable(rows: readonly Deed[], visit: Visit): Html {
  const { audit } = settingsWords(visit.viewer.language);
  const by = (name: keyof Asked, value: string, shown: Html | string): Html =>
    html`<a href="${addressOf({ [name]: value })}">${shown}</a>`;
  return table<Deed>({
    caption: audit.caption,
    columns: [
      { label: audit.what, cell: ({ what }) => by('deed', what, deedWord(what, visit.viewer.language)) },
      { label: audit.who, cell: ({ who, name }) => by('by', who, html`<bdi>${name ?? who}</bdi>`) },
      { label: audit.subject, cell: ({ subject }) => subjectCell(subject) },
      { label: audit.detail, cell: ({ detail }) => detailCell(detail ?? '') },
      { label: audit.when, cell: ({ at }) => when(at, visit.clock) },
    ],
    rows,
  });
}

/** Some say much, such as the scopes of a token: a list shows where they begin. */
const detailMost = 90;

function detailCell(detail: string): Html {
  if (detail.length <= detailMost) return html`<bdi>${detail}</bdi>`;
  const begins = detail.slice(0, detailMost).replace(/\s\S*$/u, '');
  return html`<details><summary><bdi>${begins} …</bdi></summary><p><bdi>${detail}</bdi></p></details>`;
}

const pagesOf: Readonly<Record<string, string>> = {
  ...{ b: '/admin/bookings/', k: '/admin/keys/', d: '/admin/drivers/', per: '/admin/people/' },
  s: '/admin/settings/sites/',
};

/** A link to the thing itself, where it has a page; it may be gone. */
function subjectCell(subject: string): Html {
  const page = /^[a-z]+_\w+$/.test(subject) ? pagesOf[subject.slice(0, subject.indexOf('_'))] : undefined;
  return page === undefined ? html`<bdi>${subject}</bdi>` : html`<a href="${page}${subject}">${subject}</a>`;
}

const columns = ['at', 'who', 'name', 'what', 'subject', 'detail', 'id'] as const;

const written = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: [csvLine(columns)],
    line: (row: Deed): string =>
      csvLine(columns.map(name => (name === 'at' ? new Date(row.at).toISOString() : (row[name] ?? '')))),
  },
  jsonl: {
    type: 'application/x-ndjson; charset=utf-8',
    head: [],
    line: (row: Deed): string => `${JSON.stringify({ ...row, at: new Date(row.at).toISOString() })}\n`,
  },
} as const;

/** Files are streamed as the reader takes them. */
export function auditFiles(app: FastifyInstance, deps: PageDeps): void {
  for (const form of ['csv', 'jsonl'] as const)
    app.get(`${path}/audit.${form}`, async (request, reply) => {
      const visit = await visitOf(request, deps);
      if (visit === null) return reply.redirect('/admin/sign-in', 303);
      // That page says who may.
      if (!visit.viewer.scopes.has('audit:read')) return reply.redirect(path, 303);
      const { type, head, line } = written[form];
      const deeds = allDeeds(visit.context, filterOf(askedIn(request)));
      async function* lines(): AsyncIterable<string> {
        yield* head;
        for await (const deed of deeds) yield line(deed);
      }
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="audit.${form}"`)
        .send(Readable.from(lines()));
    });
}
