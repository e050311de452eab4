/** Problems as a list: what, where, since when, what to do. */
import { type Html, html } from '../../../base/html.ts';
import { problemFacts } from '../../core/problems/catalogue.ts';
import { boxNames, type NamedBox } from '../../domain/box-names.ts';
import type { ProblemTable } from '../../store/tables-work.ts';
import { icon } from './frame/icons.ts';
import { when } from './frame/when.ts';
import type { Visit } from './visit.ts';

const looks = {
  'stops-people': { mark: 'alert', tone: 'bad' },
  'will-stop-people': { mark: 'problems', tone: 'warn' },
  'tidy-up': { mark: 'unsure', tone: 'quiet' },
} as const;

/** `level`: of their headings on the page that they stand on. */
export async function problemItems(
  visit: Visit,
  rows: readonly ProblemTable[],
  level: 2 | 3,
): Promise<readonly Html[]> {
  const boxes = await boxNames(
    visit.context,
    rows.flatMap(({ box }) => box ?? []),
  );
  return rows.map(row => item(row, boxes.get(row.box ?? row.subject) ?? null, { visit, level }));
}

function item(
  row: ProblemTable,
  box: NamedBox | null,
  { visit, level }: { readonly visit: Visit; readonly level: 2 | 3 },
): Html {
  const { texts, viewer, clock, clockAt } = visit;
  const { title, advice, severity, hurts } = problemFacts(row.kind, viewer.language);
  const { mark, tone } = looks[severity];
  // The domain's own words of one are in English.
  const foreign = viewer.language === 'en' ? null : html` lang="en"`;
  const since = when(row.since, box === null ? clock : clockAt(box.zone));
  const named = html`<span>${title}</span><span class="tag ${tone}">${texts.problems[severity]}</span>`;
  const heading = level === 2 ? html`<h2>${named}</h2>` : html`<h3>${named}</h3>`;
  return html`<article class="problem"><span class="${tone}">${icon(mark)}</span><div>
${heading}
<p${foreign}>${row.detail}</p>
<p class="soft">${placeText(row, box, visit)}${texts.problems.since} ${since}${row.count > 1 ? `, ${texts.problems.times(row.count)}` : ''}</p>
<details id="todo-${row.id}"><summary>${texts.problems.todo}</summary><p>${advice}</p><p class="soft">${hurts}</p></details></div>
${viewer.scopes.has('problems:write') ? acknowledgement(row.id, title, visit) : null}</article>`;
}

const acknowledgement = (id: string, title: string, { texts }: Visit): Html =>
  html`<form method="post" action="/admin/problems/${id}/acknowledge"><button type="submit">${icon('check')}<span>${texts.problems.acknowledge}</span><span class="unseen">: ${title}</span></button></form>`;

function placeText({ slot, key, device }: ProblemTable, box: NamedBox | null, { texts }: Visit): Html | null {
  const parts = [box?.name ?? null, slot === null ? null : texts.events.door(slot), key, device].filter(
    part => part !== null,
  );
  return parts.length === 0
    ? null
    : html`${parts.map((part, at) => html`${at > 0 ? ' · ' : ''}<bdi>${part}</bdi>`)} · `;
}
