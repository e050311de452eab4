/** “Not now, because …”: who puts a Problem off says why and until when; it is shown again before by a button. */
import type { FastifyRequest } from 'fastify';
import { html } from '../../../../base/html.ts';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import { problemRow } from '../../../domain/problems.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { problemsOf } from '../form-problems.ts';
import { choiceOf, field } from '../frame/form-fields.ts';
import { well } from '../frame/states.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { listPath } from './problem-tabs.ts';
import { tabWords } from './tab-texts.ts';

const hourMs = 3_600_000;
const spans = { hour: hourMs, day: 24 * hourMs, week: 168 * hourMs } as const;
type Span = keyof typeof spans;

const place = { path: '/admin/problems/:id/not-now', here: 'problems', scope: 'problems:write' } as const;
const title: FramedPage['title'] = ({ menu }) => menu.problems;

export const notNowPage: FramedPage = {
  ...{ ...place, title },
  show: (visit, request) => ask(visit, request, {}),
};

/** Wrong things in the form, by its fields. */
interface Wrong {
  readonly span?: string;
  readonly why?: string;
}

export const notNowDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ ...place, title },
    act: (visit, request) => putOff(visit, request, deps),
  },
  {
    ...{ ...place, path: '/admin/problems/:id/show-again', title },
    act: async (visit, request) => {
      try {
        await doRoute('wakeProblem', visit.caller, { params: request.params as object }, deps);
      } catch (error) {
        // It is over meanwhile: the list no longer has it.
        problemsOf(error, visit.viewer.language);
      }
      return listPath({ tab: 'not-now' });
    },
  },
];

async function putOff(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<string | Shown> {
  const words = tabWords(visit.viewer.language);
  const span = Object.keys(spans).find(each => each === fieldOf(request, 'for')) as Span | undefined;
  const why = fieldOf(request, 'why').trim();
  if (span === undefined || why === '')
    return await ask(visit, request, {
      ...(span === undefined ? { span: words.spanMissing } : {}),
      ...(why === '' ? { why: words.becauseMissing } : {}),
    });
  const until = new Date(visit.context.now + spans[span]).toISOString();
  try {
    const params = request.params as object;
    await doRoute('snoozeProblem', visit.caller, { params, body: { until, why } }, deps);
    return listPath({ tab: 'open' });
  } catch (error) {
    const { fields } = problemsOf(error, visit.viewer.language);
    return await ask(visit, request, fields.why === undefined ? {} : { why: words.becauseMissing });
  }
}

async function ask(visit: Visit, request: FastifyRequest, wrong: Wrong): Promise<Shown> {
  const { viewer, texts, context } = visit;
  const words = tabWords(viewer.language);
  const row = await problemRow(context, paramOf(request, 'id'));
  const shared = { title: words.notNowTitle };
  if (row.cleared !== null) return { ...shared, body: well(words.over, html`${words.overWhy}`) };
  const facts = problemFacts(row.kind, viewer.language);
  const chosen = fieldOf(request, 'for');
  const options = (Object.keys(spans) as Span[]).map(span => [span, words.spans[span]] as const);
  const why = {
    ...{ name: 'why', label: words.because, hint: words.becauseHint, value: fieldOf(request, 'why') },
    ...{ isRequired: true, maxLength: 200, ...(wrong.why === undefined ? {} : { problem: wrong.why }) },
  };
  const body = html`<form method="post" action="/admin/problems/${encodeURIComponent(row.id)}/not-now" class="sheet">
<h2>${facts.title}</h2><p>${facts.meaning}</p><p class="soft">${words.notNowWhy}</p>
${field(why)}
${wrong.span === undefined ? null : html`<p class="bad" role="alert">${wrong.span}</p>`}
${choiceOf('for', words.for, options, options.some(([span]) => span === chosen) ? chosen : 'day')}
<p class="buttons"><button type="submit" class="main">${words.putOff}</button> <a class="button" href="${listPath({ tab: 'open' })}">${texts.states.back}</a></p></form>`;
  return { ...shared, body };
}
