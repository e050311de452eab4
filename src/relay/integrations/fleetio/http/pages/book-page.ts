/** The booking of an assignment, as an administrator confirms and adjusts it before it is made. */
import type { FastifyRequest } from 'fastify';
import { html } from '../../../../../base/html.ts';
import { instantOfLocal, localTime } from '../../../../../base/local-time.ts';
import { bookingPath } from '../../../../http/pages/bookings/booking-path.ts';
import { fieldOf } from '../../../../http/pages/form.ts';
import { type FormProblems, problemsOf } from '../../../../http/pages/form-problems.ts';
import { choiceOf, field } from '../../../../http/pages/frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { keySearch } from './key-search.ts';
import { accountTabs, assignmentPath, type PageParts, root, textsFor, vehiclePath } from './page-parts.ts';

const path = `${root}/:id/assignments/:assignment`;
const place = { path, here: 'integrations', scope: 'bookings:write' } as const;

export const bookPage = (parts: PageParts): FramedPage => ({
  ...place,
  title: ({ menu }) => menu.integrations,
  show: (visit, request) => form(visit, request, parts, null),
});

export const bookDeed = (parts: PageParts): FramedDeed => ({
  ...place,
  title: ({ menu }) => menu.integrations,
  act: (visit, request) => booked(visit, request, parts),
});

const ways = ['mail', 'sms', 'both'] as const;
const reuses = ['again', 'once'] as const;

async function booked(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<string | Shown> {
  const [id, assignment] = [paramOf(request, 'id'), paramOf(request, 'assignment')];
  const { book } = textsFor(visit);
  const wrong = (name: 'start' | 'end'): FormProblems => ({
    fields: { [name]: book.badTime(book[name]) },
    whole: book.badTime(book[name]),
  });
  const start = instantOfLocal(fieldOf(request, 'start'), visit.clock.zone);
  if (start === null) return await form(visit, request, parts, wrong('start'));
  const endText = fieldOf(request, 'end');
  const end = endText === '' ? null : instantOfLocal(endText, visit.clock.zone);
  if (end === null && endText !== '') return await form(visit, request, parts, wrong('end'));
  const instant = (ms: number): string => new Date(ms).toISOString();
  const filled = (name: string): string | null => fieldOf(request, name).trim() || null;
  const name = filled('name');
  const way = ways.find(each => each === fieldOf(request, 'contactBy'));
  const reuse = reuses.find(each => each === fieldOf(request, 'reuse'));
  const body = {
    driver: { ...(name === null ? {} : { name }), email: filled('email'), phone: filled('phone') },
    ...{ start: instant(start), end: end === null ? null : instant(end) },
    ...(way === undefined ? {} : { contactBy: way }),
    ...(reuse === undefined ? {} : { reuse: reuse === 'again' }),
  };
  try {
    const made = await parts.callRoute(parts.assignments.book, visit.caller, {
      params: { id, assignment },
      body,
    });
    return made.booking === null ? vehiclePath(id, made.vehicle) : bookingPath(made.booking.id);
  } catch (error) {
    return await form(visit, request, parts, problemsOf(error, visit.viewer.language));
  }
}

/** Filled with what Fleetio has, and after a failure with what was typed. */
async function form(
  visit: Visit,
  request: FastifyRequest,
  parts: PageParts,
  problems: FormProblems | null,
): Promise<Shown> {
  const [id, assignment] = [paramOf(request, 'id'), paramOf(request, 'assignment')];
  const { callRoute, assignments, vehicles } = parts;
  const found = await callRoute(assignments.get, visit.caller, { params: { id, assignment } });
  const vehicle = await callRoute(vehicles.get, visit.caller, { params: { id, vehicle: found.vehicle } });
  const { book } = textsFor(visit);
  const { zone } = visit.clock;
  const typed = (name: string, otherwise: string | null): string =>
    problems === null ? (otherwise ?? '') : fieldOf(request, name);
  const clock = (at: string | null): string | null => (at === null ? null : localTime(Date.parse(at), zone));
  const of = (name: 'name' | 'email' | 'phone' | 'start' | 'end', otherwise: string | null) => {
    const problem = problems?.fields[name] ?? problems?.fields[`driver.${name}`];
    return {
      ...{ name, label: book[name], value: typed(name, otherwise) },
      ...(problem === undefined ? {} : { problem }),
    };
  };
  const contactWays = [['', book.asAccount] as const, ...ways.map(way => [way, book[way]] as const)];
  const reuseWays = [['', book.asAccount] as const, ...reuses.map(one => [one, book[one]] as const)];
  const failed = html`<p class="bad" role="alert">${problems?.whole ?? ''}</p>`;
  const body = html`<form method="post" action="${assignmentPath(id, assignment)}" class="sheet">
${problems === null ? null : failed}
${field({ ...of('start', clock(found.start)), type: 'datetime-local', isRequired: true })}
${field({ ...of('end', clock(found.end)), type: 'datetime-local', hint: book.endHint })}<p class="soft">${book.zone(zone)}</p>
${field({ ...of('name', found.contact.name), hint: book.nameHint, isRequired: true, maxLength: 100 })}
${field({ ...of('email', found.contact.email), type: 'email' })}${field({ ...of('phone', found.contact.phone), type: 'tel' })}
${choiceOf('contactBy', book.contactBy, contactWays, typed('contactBy', ''))}
${choiceOf('reuse', book.reuse, reuseWays, typed('reuse', ''))}
<p>${book.will}</p><p class="buttons"><button type="submit" class="main">${book.add}</button> <a class="button" href="${vehiclePath(id, found.vehicle)}">${visit.texts.states.back}</a></p></form>`;
  return {
    ...{ title: book.title, tabs: accountTabs(visit, id, 'vehicles') },
    ...(vehicle.key === null
      ? {
          lead: vehicle.name,
          body: html`<section class="sheet"><p>${book.noKey}</p>${await keySearch(visit, request, { id, vehicle, assignment })}</section>`,
        }
      : { lead: book.lead(vehicle.name, vehicle.key.name), body }),
  };
}
