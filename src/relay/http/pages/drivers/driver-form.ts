import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import type { DriverView } from '../../../domain/drivers.ts';
import { languages } from '../../../domain/notify-settings.ts';
import { fieldOf } from '../form.ts';
import type { FormProblems } from '../form-problems.ts';
import { choiceOf, field, select } from '../frame/form-fields.ts';
import type { Visit } from '../visit.ts';
import { driverWords } from './driver-words.ts';

type Known = Pick<DriverView, 'name' | 'email' | 'phone' | 'phoneOpens' | 'language'>;

const nothing: Known = { name: '', email: null, phone: null, phoneOpens: false, language: null };

/** Filled with what is known, and after a failure with what was typed. */
export function driverFields(
  visit: Visit,
  request: FastifyRequest,
  known: Known | null,
  problems: FormProblems | null,
): Html {
  const words = driverWords(visit.viewer.language);
  const now = known ?? nothing;
  const value = (name: string, otherwise: string | null): string =>
    problems === null ? (otherwise ?? '') : fieldOf(request, name);
  const of = (name: string, label: string, otherwise: string | null) => {
    const problem = problems?.fields[name];
    return { name, label, value: value(name, otherwise), ...(problem === undefined ? {} : { problem }) };
  };
  const opens = [
    ['no', words.opensNo],
    ['yes', words.opensYes],
  ] as const;
  const spoken = [['', words.languageNone] as const, ...languages.map(each => [each, each] as const)];
  const failed = html`<p class="bad" role="alert">${problems?.whole ?? ''}</p>`;
  return html`${problems === null ? null : failed}
${field({ ...of('name', words.name, now.name), isRequired: true, maxLength: 100 })}
${field({ ...of('email', words.email, now.email), type: 'email' })}
${field({ ...of('phone', words.phoneNumber, now.phone), type: 'tel', hint: words.phoneHint, maxLength: 40 })}
${choiceOf('phoneOpens', words.phoneOpens, opens, value('phoneOpens', now.phoneOpens ? 'yes' : 'no'))}
${select('language', words.language, spoken, value('language', now.language), 'optional')}`;
}

/** The body of the route that makes or changes a driver. */
export function driverBody(request: FastifyRequest): object {
  const filled = (name: string): string | null => fieldOf(request, name).trim() || null;
  return {
    ...{ name: fieldOf(request, 'name').trim(), email: filled('email'), phone: filled('phone') },
    ...{ phoneOpens: fieldOf(request, 'phoneOpens') === 'yes', language: filled('language') },
  };
}
