/** How a driver opens, since when their number does, and their bookings. */
import { type Html, html } from '../../../../base/html.ts';
import { accountSettings } from '../../../domain/accounts.ts';
import { listBookings } from '../../../domain/booking-list.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { phoneOpensSince } from '../../../domain/driver-tries.ts';
import type { DriverView } from '../../../domain/drivers.ts';
import { when } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { opensWith } from './driver-list-page.ts';
import { driverPath, driverWords } from './driver-words.ts';

const bookingsMost = 10;

export async function driverFacts(visit: Visit, driver: DriverView): Promise<Html> {
  const words = driverWords(visit.viewer.language);
  const { scopes } = visit.viewer;
  const { sameCode } = await accountSettings(visit.context);
  const tries = html`<p class="buttons"><a class="button" href="${driverPath(driver.id)}/tries">${words.tries}</a></p>`;
  return html`<section class="sheet"><dl><dt>${words.opens}</dt><dd>${opensWith(driver, words).join(', ')}</dd>
<dt>${words.phoneSince}</dt><dd>${await phoneCell(visit, driver)}</dd>
<dt>${words.badgeNumber}</dt><dd>${driver.badge === null ? '–' : html`<code>${driver.badge}</code>`}</dd></dl>
${sameCode ? html`<p class="soft">${words.sameCode}</p>` : null}${scopes.has('events:read') ? tries : null}</section>
${scopes.has('bookings:read') ? await bookingsSection(visit, driver.id) : null}`;
}

async function phoneCell(visit: Visit, { id, phoneOpens }: DriverView): Promise<Html> {
  const words = driverWords(visit.viewer.language);
  if (!phoneOpens) return html`${words.phoneNever}`;
  const said = await phoneOpensSince(visit.context, id);
  if (said === null) return html`${words.phoneUnknown}`;
  const by = said.who === 'driver-page' ? words.phoneBy.driver : words.phoneBy.administrator;
  return html`${by} ${when(Number(said.at), visit.clock)}`;
}

const isOpen = ({ cancelled, returned, state }: BookingView): boolean =>
  cancelled === null && returned === null && state !== 'ended';

async function bookingsSection(visit: Visit, driver: string): Promise<Html> {
  const words = driverWords(visit.viewer.language);
  const { context, texts, clock, clockAt } = visit;
  const page = { after: null, limit: bookingsMost };
  const out = await listBookings(context, { driver, view: 'out-now' }, page);
  const coming = await listBookings(context, { driver, from: context.now }, page);
  const open = [
    ...new Map([...out, ...coming.filter(isOpen).reverse()].map(each => [each.id, each])).values(),
  ];
  const boxes = await boxNames(
    context,
    open.map(({ box }) => box),
  );
  const lines = open.slice(0, bookingsMost).map(({ id, key, box, start, state }) => {
    const at = boxes.get(box);
    return html`<li><a href="/admin/bookings/${encodeURIComponent(id)}"><bdi>${key.name}</bdi></a> · ${texts.bookings.states[state]} · ${when(start, at === undefined ? clock : clockAt(at.zone))} <span class="soft"><bdi>${at?.name ?? box}</bdi></span></li>`;
  });
  return html`<section class="sheet"><h2>${words.bookingsNow}</h2>${lines.length === 0 ? html`<p class="soft">${words.bookingsNone}</p>` : html`<ul>${lines}</ul>`}</section>`;
}
