import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import type { DriverView } from '../../../domain/drivers.ts';
import { languages } from '../../../domain/notify-settings.ts';
import { fieldOf } from '../form.ts';
import { choiceOf, field, select } from '../frame/form-fields.ts';
import { overtaken, problemsIn, type Sent } from '../settings/overtaken.ts';
import type { Visit } from '../visit.ts';
import { driverWords } from './driver-words.ts';

type Known = Pick<DriverView, 'name' | 'email' | 'phone' | 'phoneOpens' | 'language'>;

const nothing: Known = { name: '', email: null, phone: null, phoneOpens: false, language: null };

/** Filled with what is known, and after a failure with what was typed. */
export function driverFields(visit: Visit, request: FastifyRequest, known: Known | null, sent: Sent): Html {
  const problems = problemsIn(sent);
  const words = driverWords(visit.viewer.language);
  const now = known ?? nothing;
  const value = (name: string, otherwise: string | null): string =>
    sent === null ? (otherwise ?? '') : fieldOf(request, name);
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

/** As the API has its version. */
export const driverValues = ({
  name,
  email,
  phone,
  phoneOpens,
  language,
  badge,
}: DriverView): readonly unknown[] => [...[name, email, phone, phoneOpens, language, badge]];

/** The two versions: as somebody else has saved it meanwhile, and as it was typed. */
export async function bothDrivers(visit: Visit, request: FastifyRequest, driver: DriverView): Promise<Html> {
  const words = driverWords(visit.viewer.language);
  const typed = (name: string): string => fieldOf(request, name).trim();
  const opens = (isOn: boolean): string => (isOn ? words.opensYes : words.opensNo);
  return await overtaken(visit, driver.id, [
    { label: words.name, now: driver.name, typed: typed('name') },
    { label: words.email, now: driver.email ?? '', typed: typed('email') },
    { label: words.phoneNumber, now: driver.phone ?? '', typed: typed('phone') },
    { label: words.phoneOpens, now: opens(driver.phoneOpens), typed: opens(typed('phoneOpens') === 'yes') },
    { label: words.language, now: driver.language ?? '', typed: typed('language') },
    { label: words.badgeNumber, now: driver.badge ?? '', typed: typed('badge') },
  ]);
}

/** The body of the route that makes or changes a driver. */
export function driverBody(request: FastifyRequest): object {
  const filled = (name: string): string | null => fieldOf(request, name).trim() || null;
  return {
    ...{ name: fieldOf(request, 'name').trim(), email: filled('email'), phone: filled('phone') },
    ...{ phoneOpens: fieldOf(request, 'phoneOpens') === 'yes', language: filled('language') },
  };
}
