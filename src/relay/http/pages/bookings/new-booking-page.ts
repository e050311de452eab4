/** `/admin/bookings/new`: first the key, then when and for whom. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { keyView, matchKeys } from '../../../domain/keys.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { field } from '../frame/form-fields.ts';
import { icon } from '../frame/icons.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { bookingWords } from './booking-words.ts';
import { windowFields, windowGiven } from './window-fields.ts';

const path = '/admin/bookings/new';
const place = { path, here: 'bookings', scope: 'bookings:write' } as const;
const keysMost = 20;

export const newBookingPage: FramedPage = {
  ...place,
  title: ({ add }) => add.booking,
  show: async (visit, request) => {
    const key = queryOf(request, 'key');
    return key === undefined ? await whichKey(visit, request) : await form(visit, request, key, null);
  },
};

async function whichKey(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const words = bookingWords(visit.viewer.language);
  const typed = queryOf(request, 'match')?.trim() ?? '';
  const keys = typed === '' ? [] : await matchKeys(visit.context, typed, keysMost);
  const found = keys.map(
    ({ id, name }) =>
      html`<li><a class="button" href="${path}?key=${encodeURIComponent(id)}">${icon('keys')} <bdi>${name}</bdi></a></li>`,
  );
  const none = typed === '' || keys.length > 0 ? null : html`<p>${words.nothingFound(typed)}</p>`;
  return {
    title: words.newTitle,
    body: html`<section class="sheet"><h2>${words.whichKey}</h2>
<form method="get" action="${path}" class="filter" role="search"><label for="match">${words.match}</label>
<input id="match" name="match" type="search" maxlength="64" autocomplete="off" value="${typed}">
<button type="submit">${icon('search')}<span>${words.find}</span></button></form>${none}<ul class="choices">${found}</ul></section>`,
  };
}

const contactFields = ['name', 'email', 'phone'] as const;
const types = { name: 'text', email: 'email', phone: 'tel' } as const;

async function form(
  visit: Visit,
  request: FastifyRequest,
  id: string,
  problems: FormProblems | null,
): Promise<Shown> {
  const words = bookingWords(visit.viewer.language);
  const key = await keyView(visit.context, id);
  const contact = contactFields.map(name => {
    const problem = problems?.fields[`contact.${name}`];
    return field({
      ...{ name, label: words[name], type: types[name], isRequired: name === 'name', maxLength: 100 },
      ...(problems === null ? {} : { value: fieldOf(request, name) }),
      ...(problem === undefined ? {} : { problem }),
    });
  });
  const failed: Html = html`<p class="bad" role="alert">${problems?.whole ?? ''}</p>`;
  return {
    ...{ title: words.newTitle, lead: key.name },
    body: html`<form method="post" action="${path}" class="sheet">${problems === null ? null : failed}
<input type="hidden" name="key" value="${key.id}">${windowFields(visit, request, { start: visit.context.now, end: null }, problems)}
<h2>${words.who}</h2>${contact}<p>${words.will}</p>
<p class="buttons"><button type="submit" class="main">${words.button}</button></p></form>`,
  };
}

export const newBookingDeed = (deps: DeedDeps): FramedDeed => ({
  ...place,
  title: ({ add }) => add.booking,
  act: async (visit, request) => {
    const key = fieldOf(request, 'key');
    const window = windowGiven(visit, request);
    if ('fields' in window) return await form(visit, request, key, window);
    const filled = (name: string): string | null => fieldOf(request, name).trim() || null;
    const contact = { name: filled('name') ?? '', email: filled('email'), phone: filled('phone') };
    try {
      const made = await doRoute('createBooking', visit.caller, { body: { key, contact, ...window } }, deps);
      return bookingPath((made as { readonly id: string }).id);
    } catch (error) {
      return await form(visit, request, key, problemsOf(error));
    }
  },
});
