/** Who has a booking: somebody known here, found by name, or somebody new; and how they are told. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { foundDrivers } from '../../../domain/search.ts';
import { fieldOf } from '../form.ts';
import type { FormProblems } from '../form-problems.ts';
import { choiceOf, field } from '../frame/form-fields.ts';
import { icon } from '../frame/icons.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingWords } from './booking-words.ts';
import { deedWords } from './deed-texts.ts';

const contactFields = ['name', 'email', 'phone'] as const;
const types = { name: 'text', email: 'email', phone: 'tel' } as const;
export const ways = ['mail', 'sms', 'both'] as const;
type Way = (typeof ways)[number];

/** Parameters that the search keeps, as hidden fields. */
type Kept = Readonly<Record<string, string>>;

export const hiddenFields = (kept: Kept): Html =>
  html`${Object.entries(kept).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;

/** Finds somebody; only for whoever may see drivers. */
export function driverSearch(visit: Visit, request: FastifyRequest, action: string, kept: Kept): Html | null {
  if (!visit.viewer.scopes.has('drivers:read')) return null;
  const words = deedWords(visit.viewer.language);
  return html`<form method="get" action="${action}" class="filter" role="search">${hiddenFields(kept)}<label for="who-match">${words.findDriver}</label>
<input id="who-match" name="match" type="search" maxlength="64" autocomplete="off" value="${queryOf(request, 'match') ?? ''}">
<button type="submit">${icon('search')}<span>${words.find}</span></button></form>`;
}

/** Those who were found, of whom one is chosen. */
async function driverChoices(
  visit: Visit,
  request: FastifyRequest,
  problems: FormProblems | null,
): Promise<Html | null> {
  const words = deedWords(visit.viewer.language);
  const typed = queryOf(request, 'match')?.trim() ?? '';
  if (!visit.viewer.scopes.has('drivers:read') || typed === '') return null;
  const found = await foundDrivers(visit.context, typed);
  if (found.length === 0) return html`<p>${words.nobodyCalled(typed)}</p>`;
  const chosen = problems === null ? (found[0]?.id ?? '') : fieldOf(request, 'driver');
  const options = [...found.map(({ id, name }) => [id, name] as const), ['', words.somebodyNew] as const];
  return choiceOf('driver', words.known, options, chosen);
}

export async function whoFields(
  visit: Visit,
  request: FastifyRequest,
  problems: FormProblems | null,
  mayBeNobody: boolean,
): Promise<Html> {
  const { language, scopes } = visit.viewer;
  const [words, own] = [deedWords(language), bookingWords(language)];
  const contact = contactFields.map(name => {
    const problem = problems?.fields[`contact.${name}`];
    return field({
      ...{ name, label: own[name], type: types[name], maxLength: 100 },
      value: fieldOf(request, name),
      ...(problem === undefined ? {} : { problem }),
    });
  });
  const nobody = html`<label class="option"><input type="checkbox" name="nobody" value="yes"><span>${words.nobody}</span></label>`;
  const by = ['', ...ways].map(way => [way, words.by[way as Way | '']] as const);
  return html`${await driverChoices(visit, request, problems)}<fieldset class="sub"><legend>${words.somebodyNew}</legend>${contact}</fieldset>
${mayBeNobody ? nobody : null}${scopes.has('messages:write') ? choiceOf('by', words.told, by, fieldOf(request, 'by')) : null}`;
}

interface Whom {
  readonly driver?: string;
  readonly contact?: { readonly name: string; readonly email: string | null; readonly phone: string | null };
}

/** As the API takes it; null: neither somebody known nor the name of somebody new was given. */
export function whoGiven(request: FastifyRequest): Whom | null {
  const filled = (name: string): string | null => fieldOf(request, name).trim() || null;
  if (fieldOf(request, 'nobody') === 'yes') return {};
  const [driver, name] = [filled('driver'), filled('name')];
  if (driver !== null) return { driver };
  return name === null ? null : { contact: { name, email: filled('email'), phone: filled('phone') } };
}

export const wayGiven = (request: FastifyRequest): Way | undefined =>
  ways.find(way => way === fieldOf(request, 'by'));
