/** Writes that wait: into which assignment, since when, and why they are not done. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { problemFacts } from '../../../../core/problems/catalogue.ts';
import type { AnswerOf } from '../../../../http/api/route.ts';
import { bookingPath } from '../../../../http/pages/bookings/booking-path.ts';
import { table, turn } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import { paramOf, queryOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { writeAgainRoutes } from '../write-again.ts';
import { accountPath, type PageParts, textsFor, vehiclePath } from './page-parts.ts';

type Waiting = AnswerOf<typeof writeAgainRoutes.list.answer>['items'][number];

const rowsMost = '20';

/** Null: nothing waits. */
export async function waitingSection(
  visit: Visit,
  request: FastifyRequest,
  { callRoute }: Pick<PageParts, 'callRoute'>,
): Promise<Html | null> {
  const id = paramOf(request, 'id');
  const after = queryOf(request, 'writes');
  const query = { limit: rowsMost, ...(after === undefined ? {} : { after }) };
  const { items, next } = await callRoute(writeAgainRoutes.list, visit.caller, { params: { id }, query });
  if (items.length === 0 && after === undefined) return null;
  const texts = textsFor(visit).waiting;
  const here = `${accountPath(id)}/about`;
  const turned = {
    newest: after === undefined ? null : `${here}#waiting`,
    older: next === null ? null : `${here}?writes=${encodeURIComponent(next)}#waiting`,
  };
  const list = table<Waiting>({
    caption: texts.title,
    columns: [
      { label: texts.into, cell: row => intoCell(visit, id, row) },
      { label: texts.fields, cell: ({ fields }) => html`<bdi>${fields.join(' · ')}</bdi>` },
      { label: texts.since, cell: ({ since }) => (since === null ? '–' : at(visit, since)) },
      { label: texts.nextTry, cell: row => nextCell(visit, row) },
      { label: texts.problem, cell: row => problemCell(visit, row) },
    ],
    rows: items,
  });
  return html`<section class="sheet wide" id="waiting"><h2>${texts.title}</h2>${items.length === 0 ? html`<p>${texts.noMore}</p>` : list}${turn(turned, visit.texts)}</section>`;
}

const at = (visit: Visit, text: string): Html => when(Date.parse(text), visit.clock);

function intoCell(visit: Visit, id: string, { assignment, vehicle, booking }: Waiting): Html {
  const { waiting } = textsFor(visit);
  const name =
    vehicle === null ? null : html`<a href="${vehiclePath(id, vehicle.id)}"><bdi>${vehicle.name}</bdi></a> `;
  const of = html`${waiting.assignment} <bdi>${assignment}</bdi>`;
  return html`${name}<span class="soft">${booking === null ? of : html`<a href="${bookingPath(booking)}">${of}</a>`}</span>`;
}

const nextCell = (visit: Visit, { nextTry, tries }: Waiting): Html =>
  html`${at(visit, nextTry)}${tries === 0 ? null : html` <span class="soft">${textsFor(visit).waiting.tries(tries)}</span>`}`;

/** The title is in the reader's language; the error as it was met stays in the one that it came in. */
function problemCell(visit: Visit, { problem }: Waiting): Html {
  if (problem === null) return html`<span class="quiet">${textsFor(visit).waiting.noProblem}</span>`;
  const { title } = problemFacts(problem.kind, visit.viewer.language);
  return html`<a href="/admin/problems" class="warn">${title}</a> <span class="soft" lang="en"><bdi>${problem.detail}</bdi></span>`;
}
