/** `/admin/bookings/new`: when, which of the keys that are free then, who, and what will happen. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { driverNames } from '../../../domain/booking-names.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { freeKeys } from '../../../domain/free-keys.ts';
import { wasDone } from '../../../domain/idempotency.ts';
import { type KeyView, keyView } from '../../../domain/keys.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { spanText } from '../frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { bookingWords } from './booking-words.ts';
import { deedWords } from './deed-texts.ts';
import { freeKeyList } from './free-key-list.ts';
import { tellDriver } from './tell-driver.ts';
import { driverSearch, hiddenFields, wayGiven, whoFields, whoGiven } from './who-fields.ts';
import { isWrong, type Sent, windowFields, windowGiven } from './window-fields.ts';

const path = '/admin/bookings/new';
const place = { here: 'bookings', scope: 'bookings:write' } as const;
const title: FramedPage['title'] = ({ add }) => add.booking;
const hourMs = 3_600_000;

export const newBookingPage: FramedPage = { ...place, path, title, show: steps };

/** The step is the first for which something is missing in the address. */
async function steps(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const sent: Sent = name => queryOf(request, name) ?? '';
  const key = sent('key');
  if (sent('start') === '') return whenStep(visit, key, null, null);
  const window = windowGiven(visit, sent);
  if (isWrong(window)) return whenStep(visit, key, sent, window);
  const kept = { start: sent('start'), end: sent('end'), reuse: sent('reuse') };
  if (key !== '' && queryOf(request, 'pick') !== 'key')
    return await whoStep(visit, request, { ...kept, key }, null);
  const words = deedWords(visit.viewer.language);
  const list = await freeKeyList(visit, request, {
    ...{ from: Date.parse(window.start), until: window.end === null ? null : Date.parse(window.end) },
    ...{ action: path, kept },
    choose: ({ id }, label) =>
      html`<a class="button" href="${path}?${new URLSearchParams({ ...kept, key: id }).toString()}">${label}</a>`,
  });
  return stepShown(
    visit,
    'key',
    spanGiven(visit, window),
    html`${list}<p><a href="${path}">${words.otherTime}</a></p>`,
  );
}

type Step = 'when' | 'key' | 'who' | 'check';

function stepShown(visit: Visit, step: Step, lead: string | null, body: Html): Shown {
  const words = deedWords(visit.viewer.language);
  return { title: words.step(words.steps[step]), ...(lead === null ? {} : { lead }), body };
}

const spanGiven = (
  { clock }: Visit,
  { start, end }: { readonly start: string; readonly end: string | null },
): string => spanText(Date.parse(start), end === null ? null : Date.parse(end), clock);

const failed = (problems: FormProblems | null): Html | null =>
  problems?.whole == null ? null : html`<p class="bad" role="alert">${problems.whole}</p>`;

function whenStep(visit: Visit, key: string, sent: Sent | null, problems: FormProblems | null): Shown {
  const words = deedWords(visit.viewer.language);
  const start = Math.ceil(visit.context.now / hourMs) * hourMs;
  const known = { start, end: start + 8 * hourMs, reuse: false };
  const body = html`<form method="get" action="${path}" class="sheet">${failed(problems)}${key === '' ? null : hiddenFields({ key })}
${windowFields(visit, known, sent, problems)}<p class="buttons"><button type="submit" class="main">${words.next}</button></p></form>`;
  return stepShown(visit, 'when', null, body);
}

interface Kept {
  readonly start: string;
  readonly end: string;
  readonly reuse: string;
  readonly key: string;
}

async function whoStep(
  visit: Visit,
  request: FastifyRequest,
  kept: Kept,
  problems: FormProblems | null,
): Promise<Shown> {
  const words = deedWords(visit.viewer.language);
  const key = await keyView(visit.context, kept.key);
  const window = windowGiven(
    visit,
    name => (kept as unknown as Readonly<Record<string, string>>)[name] ?? '',
  );
  if (isWrong(window)) return whenStep(visit, kept.key, null, window);
  const body = html`<section class="sheet">${failed(problems)}${driverSearch(visit, request, path, { ...kept })}
<form method="post" action="${path}/check">${hiddenFields({ ...kept })}${await whoFields(visit, request, problems, true)}
<p class="buttons"><button type="submit" class="main">${words.next}</button></p></form></section>`;
  return stepShown(visit, 'who', `${key.name}, ${spanGiven(visit, window)}`, body);
}

const keptOf = (request: FastifyRequest): Kept => ({
  ...{ start: fieldOf(request, 'start'), end: fieldOf(request, 'end') },
  ...{ reuse: fieldOf(request, 'reuse'), key: fieldOf(request, 'key') },
});

export const newBookingDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  { ...place, path: `${path}/check`, title, act: (visit, request) => check(visit, request) },
  { ...place, path, title, act: (visit, request) => book(visit, request, deps) },
];

/** A sentence for each thing that will happen; nothing has happened yet. */
async function check(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const words = deedWords(visit.viewer.language);
  const kept = keptOf(request);
  const window = windowGiven(visit, name => fieldOf(request, name));
  if (isWrong(window)) return whenStep(visit, kept.key, name => fieldOf(request, name), window);
  const whom = whoGiven(request);
  if (whom === null)
    return await whoStep(visit, request, kept, {
      fields: { 'contact.name': words.noName },
      whole: words.noName,
    });
  const key = await keyView(visit.context, kept.key);
  const isFree = await freeFor(visit, key, window);
  const who = await nameOf(visit, whom);
  const often = kept.reuse === 'yes' ? html`<li>${words.willReuse}</li>` : null;
  const back = `${path}?${new URLSearchParams({ ...kept, ...(whom.driver === undefined ? {} : { match: who ?? '' }) })}`;
  const sent = { ...kept, ...sentOf(request), ...(isFree ? {} : { anyway: 'yes' }) };
  const body = html`<form method="post" action="${path}" class="sheet">${isFree ? null : html`<p class="warn" role="alert">${words.busyKey(key.name)}</p>`}
<ul>${await sentences(visit, request, { key, who, when: spanGiven(visit, window) })}${often}</ul>${hiddenFields(sent)}${onceField(visit)}
<p class="buttons"><button type="submit" class="main">${bookingWords(visit.viewer.language).button}</button> <a class="button" href="${back}">${words.back}</a></p></form>`;
  return stepShown(visit, 'check', null, body);
}

interface Told {
  readonly key: KeyView;
  readonly who: string | null;
  readonly when: string;
}

async function sentences(
  visit: Visit,
  request: FastifyRequest,
  { key, who, when }: Told,
): Promise<readonly Html[]> {
  const { viewer, context } = visit;
  const words = deedWords(viewer.language);
  const box = (await boxNames(context, [key.box ?? ''])).get(key.box ?? '')?.name ?? '';
  const tells = viewer.scopes.has('messages:write');
  const said = [
    who === null ? words.willBookNobody(key.name, when) : words.willBook(key.name, who, when),
    words.willBox(box),
    ...(who === null
      ? []
      : [tells ? words.willTell(who, words.by[wayGiven(request) ?? '']) : words.wontTell]),
  ];
  return said.map(each => html`<li>${each}</li>`);
}

async function nameOf(
  { context }: Visit,
  whom: NonNullable<ReturnType<typeof whoGiven>>,
): Promise<string | null> {
  if (whom.contact !== undefined) return whom.contact.name;
  if (whom.driver === undefined) return null;
  return (await driverNames(context, [whom.driver])).get(whom.driver) ?? whom.driver;
}

async function freeFor(
  { context }: Visit,
  { id }: KeyView,
  { start, end }: { readonly start: string; readonly end: string | null },
): Promise<boolean> {
  const window = { from: Date.parse(start), until: end === null ? null : Date.parse(end), key: id };
  return (await freeKeys(context, window, { after: null, limit: 1 })).length > 0;
}

const whoNames = ['driver', 'name', 'email', 'phone', 'nobody', 'by'] as const;
const sentOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  Object.fromEntries(
    whoNames.map(name => [name, fieldOf(request, name)] as const).filter(([, value]) => value !== ''),
  );

/** Sent twice, the second leads to the booking of the first. */
async function book(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<string | Shown> {
  const window = windowGiven(visit, name => fieldOf(request, name));
  const whom = whoGiven(request);
  if (isWrong(window) || whom === null) return await check(visit, request);
  const key = await keyView(visit.context, fieldOf(request, 'key'));
  const once = onceOf(request);
  const isMeant =
    fieldOf(request, 'anyway') === 'yes' || (once !== null && (await wasDone(visit.context, once)));
  if (!isMeant && !(await freeFor(visit, key, window))) return await check(visit, request);
  try {
    const body = { key: key.id, ...whom, ...window };
    const given = { body, once };
    const { id } = (await doRoute('createBooking', visit.caller, given, deps)) as { readonly id: string };
    if (whom.driver !== undefined || whom.contact !== undefined)
      await tellDriver(visit, { booking: id, kind: 'access', by: wayGiven(request), once }, deps);
    return bookingPath(id);
  } catch (error) {
    const problems = problemsOf(error, visit.viewer.language);
    const isWhen = 'start' in problems.fields || 'end' in problems.fields;
    if (isWhen) return whenStep(visit, key.id, name => fieldOf(request, name), problems);
    return await whoStep(visit, request, keptOf(request), problems);
  }
}
