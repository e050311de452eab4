/** From and until of a form, by the clock of the account, and whether the code works more than once. */
import { type Html, html } from '../../../../base/html.ts';
import { instantOfLocal, localTime } from '../../../../base/local-time.ts';
import type { FormProblems } from '../form-problems.ts';
import { field } from '../frame/form-fields.ts';
import type { Visit } from '../visit.ts';
import { bookingWords } from './booking-words.ts';
import { deedWords } from './deed-texts.ts';

/** A field as it was sent, in a body or in an address; empty where it was not. */
export type Sent = (name: string) => string;

interface Known {
  readonly start: number | null;
  readonly end: number | null;
  readonly reuse: boolean;
}

/** @param sent null: the form is shown for the first time */
export function windowFields(
  visit: Visit,
  known: Known,
  sent: Sent | null,
  problems: FormProblems | null,
): Html {
  const words = bookingWords(visit.viewer.language);
  const { zone } = visit.clock;
  const of = (name: 'start' | 'end') => {
    const problem = problems?.fields[name];
    const at = known[name];
    return {
      ...{ name, label: words[name], type: 'datetime-local' as const },
      value: sent === null ? (at === null ? '' : localTime(at, zone)) : sent(name),
      ...(problem === undefined ? {} : { problem }),
    };
  };
  const isOften = sent === null ? known.reuse : sent('reuse') === 'yes';
  return html`${field({ ...of('start'), isRequired: true })}${field({ ...of('end'), hint: words.endHint })}
<p class="soft">${words.zone(zone)}</p>
<label class="option"><input type="checkbox" name="reuse" value="yes"${isOften ? html` checked` : null}><span>${deedWords(visit.viewer.language).reuse}</span></label>`;
}

interface Window {
  readonly start: string;
  readonly end: string | null;
  readonly reuse: boolean;
}

/** As the API takes it, or what was wrong. */
export function windowGiven(visit: Visit, sent: Sent): Window | FormProblems {
  const words = bookingWords(visit.viewer.language);
  const read = (name: 'start' | 'end'): number | null => instantOfLocal(sent(name), visit.clock.zone);
  const wrong = (name: 'start' | 'end', said: string): FormProblems => ({
    fields: { [name]: said },
    whole: said,
  });
  const [start, end] = [read('start'), read('end')];
  if (start === null) return wrong('start', words.badTime(words.start));
  if (end === null && sent('end') !== '') return wrong('end', words.badTime(words.end));
  if (end !== null && end <= start) return wrong('end', words.badOrder);
  const text = (ms: number): string => new Date(ms).toISOString();
  return { start: text(start), end: end === null ? null : text(end), reuse: sent('reuse') === 'yes' };
}

export const isWrong = (given: Window | FormProblems): given is FormProblems => 'fields' in given;
