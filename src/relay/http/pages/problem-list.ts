/** Problems as a list: what, where, since when, whom it hurts, what to do and where. */
import { type Html, html } from '../../../base/html.ts';
import { problemFacts } from '../../core/problems/catalogue.ts';
import { boxNames, type NamedBox } from '../../domain/box-names.ts';
import { personNames } from '../../domain/person-names.ts';
import { type Hurt, hurtBy, subjectHead } from '../../domain/problem-people.ts';
import type { ProblemTable } from '../../store/tables-work.ts';
import { icon } from './frame/icons.ts';
import { type Clock, when } from './frame/when.ts';
import { problemPlace } from './problem-place.ts';
import { problemWords } from './problem-words.ts';
import { tabWords } from './problems/tab-texts.ts';
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
    rows.map(({ box, subject }) => box ?? subject),
  );
  const hurt = await hurtBy(visit.context, rows);
  const people = await personNames(
    visit.context,
    rows.flatMap(({ snoozed_by: by, acknowledged }) => [by, acknowledged].filter(who => who !== null)),
  );
  const beside = { visit, level, hurt, people };
  return rows.map(row => item(row, boxes.get(row.box ?? row.subject) ?? null, beside));
}

interface Beside {
  readonly visit: Visit;
  readonly level: 2 | 3;
  readonly hurt: Hurt;
  /** Names of whoever put one off or took one off. */
  readonly people: ReadonlyMap<string, string>;
}

function item(row: ProblemTable, box: NamedBox | null, beside: Beside): Html {
  const { visit, level, hurt } = beside;
  const { texts, viewer, clock, clockAt } = visit;
  const { title, meaning, advice, severity } = problemFacts(row.kind, viewer.language);
  const { mark, tone } = looks[severity];
  const ownClock = box === null ? clock : clockAt(box.zone);
  const named = html`<span>${title}</span><span class="tag ${tone}">${texts.problems[severity]}</span>`;
  const heading = level === 2 ? html`<h2>${named}</h2>` : html`<h3>${named}</h3>`;
  return html`<article class="problem"><span class="${tone}">${icon(mark)}</span><div>
${heading}
<p>${meaning}</p>
${viewer.language === 'en' ? html`<p>${row.detail}</p>` : null}
<p class="soft">${placeText(row, box, visit)}${texts.problems.since} ${when(row.since, ownClock)}${row.count > 1 ? `, ${texts.problems.times(row.count)}` : ''}</p>
${row.cleared === null ? whomText(row, hurt, visit, ownClock) : null}${fateText(row, beside, ownClock)}
<details id="todo-${row.id}"><summary>${texts.problems.todo}</summary><p>${advice}</p></details>${asSaid(row, visit)}</div>
${row.cleared === null ? deeds(row, title, visit) : null}</article>`;
}

/** The domain's own words of one are in English. */
const asSaid = ({ id, detail }: ProblemTable, { viewer }: Visit): Html | null =>
  viewer.language === 'en'
    ? null
    : html`<details id="said-${id}"><summary>${tabWords(viewer.language).asSaid}</summary><p lang="en">${detail}</p></details>`;

/** Who put it off or took it off, why, and until when. */
function fateText(row: ProblemTable, { visit, people }: Beside, clock: Clock): Html | null {
  const words = tabWords(visit.viewer.language);
  const called = (who: string | null): string => people.get(who ?? '') ?? who ?? '';
  const { cleared, acknowledged, snoozed_until: until, snoozed_why: why, snoozed_by: by } = row;
  if (cleared !== null)
    return html`<p>${words.clearedAt} ${when(cleared, clock)}${acknowledged === null ? null : html`, <bdi>${words.acknowledgedBy(called(acknowledged))}</bdi>`}</p>`;
  if (until === null || until <= visit.context.now) return null;
  return html`<p>${words.untilWhen} ${when(until, clock)}, <bdi>${words.by(called(by))}</bdi>: <q><bdi>${why ?? ''}</bdi></q></p>`;
}

function deeds(row: ProblemTable, title: string, visit: Visit): Html {
  const may = visit.viewer.scopes.has('problems:write');
  return html`<div class="deeds">${placeLink(row, title, visit)}${may ? html`${acknowledgement(row.id, title, visit)}${waitDeed(row, title, visit)}` : null}</div>`;
}

function waitDeed({ id, snoozed_until: until }: ProblemTable, title: string, visit: Visit): Html {
  const words = tabWords(visit.viewer.language);
  const base = `/admin/problems/${encodeURIComponent(id)}`;
  const which = html`<span class="unseen">: ${title}</span>`;
  return until !== null && until > visit.context.now
    ? html`<form method="post" action="${base}/show-again"><button type="submit">${words.showAgain}${which}</button></form>`
    : html`<a class="button" href="${base}/not-now">${words.notNow}${which}</a>`;
}

/** By name where it is known, and where whoever looks may know; else as the kind has it. */
function whomText(row: ProblemTable, { people, soon }: Hurt, { viewer }: Visit, clock: Clock): Html {
  const words = problemWords(viewer.language);
  const ahead = viewer.scopes.has('bookings:read') ? soon.get(row.subject) : undefined;
  if (ahead !== undefined) return html`<p>${words.soon(ahead.count)} ${when(ahead.first, clock)}</p>`;
  const person = viewer.scopes.has('drivers:read') ? people.get(subjectHead(row)) : undefined;
  const whom = person?.name ?? problemFacts(row.kind, viewer.language).hurts;
  const call =
    person?.phone == null
      ? null
      : html` · <a href="tel:${person.phone}">${words.call(person.name ?? person.phone)}</a>`;
  return html`<p class="soft">${words.hurts}: <bdi>${whom}</bdi>${call}</p>`;
}

function placeLink(row: ProblemTable, title: string, { viewer }: Visit): Html | null {
  const found = problemPlace(row);
  if (found === null || !viewer.scopes.has(found.scope)) return null;
  const deed = problemWords(viewer.language).deeds[found.deed];
  return html`<a class="button" href="${found.href}"><span>${deed}</span><span class="unseen">: ${title}</span></a>`;
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
