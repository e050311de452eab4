/** From and until of a form, by the clock of the account. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { instantOfLocal, localTime } from '../../../../base/local-time.ts';
import { fieldOf } from '../form.ts';
import type { FormProblems } from '../form-problems.ts';
import { field } from '../frame/form-fields.ts';
import type { Visit } from '../visit.ts';
import { bookingWords } from './booking-words.ts';

interface Known {
  readonly start: number | null;
  readonly end: number | null;
}

export function windowFields(
  visit: Visit,
  request: FastifyRequest,
  known: Known,
  problems: FormProblems | null,
): Html {
  const words = bookingWords(visit.viewer.language);
  const { zone } = visit.clock;
  const of = (name: 'start' | 'end') => {
    const problem = problems?.fields[name];
    const at = known[name];
    const value = problems === null ? (at === null ? '' : localTime(at, zone)) : fieldOf(request, name);
    return {
      ...{ name, label: words[name], value, type: 'datetime-local' as const },
      ...(problem === undefined ? {} : { problem }),
    };
  };
  return html`${field({ ...of('start'), isRequired: true })}${field({ ...of('end'), hint: words.endHint })}
<p class="soft">${words.zone(zone)}</p>`;
}

interface Window {
  readonly start: string;
  readonly end: string | null;
}

/** As the API takes it, or what was wrong. */
export function windowGiven(visit: Visit, request: FastifyRequest): Window | FormProblems {
  const words = bookingWords(visit.viewer.language);
  const read = (name: 'start' | 'end'): number | null =>
    instantOfLocal(fieldOf(request, name), visit.clock.zone);
  const wrong = (name: 'start' | 'end'): FormProblems => {
    const said = words.badTime(words[name]);
    return { fields: { [name]: said }, whole: said };
  };
  const [start, end] = [read('start'), read('end')];
  if (start === null) return wrong('start');
  if (end === null && fieldOf(request, 'end') !== '') return wrong('end');
  const text = (ms: number): string => new Date(ms).toISOString();
  return { start: text(start), end: end === null ? null : text(end) };
}
