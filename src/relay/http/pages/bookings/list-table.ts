/** Rows of the list of bookings: each names its key, who has it, when and where, and leads to whatever can be done with it. */
import { type Html, html } from '../../../../base/html.ts';
import { driverNames, keyDoors } from '../../../domain/booking-names.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { boxNames, type NamedBox } from '../../../domain/box-names.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { icon } from '../frame/icons.ts';
import { table } from '../frame/table.ts';
import { type Clock, spanText, when } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { type ListWords, listWords } from './list-texts.ts';
import { stateMark } from './state-mark.ts';

/** As the route answers. */
interface Booked {
  readonly booking: string;
  readonly integration: string;
  readonly vehicle: { readonly id: string; readonly name: string; readonly plate: string | null };
  readonly assignment: string | null;
}

/** Everything that stands beside bookings and is not theirs, looked up for all of them at once. */
export interface Beside {
  readonly boxes: ReadonlyMap<string, NamedBox>;
  /** Null: erased. Empty where the viewer may not know. */
  readonly drivers: ReadonlyMap<string, string | null>;
  readonly doors: ReadonlyMap<string, number | null>;
  readonly vehicles: ReadonlyMap<string, Booked>;
}

export async function besideOf(visit: Visit, rows: readonly BookingView[], deps: DeedDeps): Promise<Beside> {
  const { context, viewer } = visit;
  const of = <T>(pick: (row: BookingView) => T): readonly T[] => rows.map(pick);
  const drivers = viewer.scopes.has('drivers:read') ? of(({ driver }) => driver) : [];
  return {
    boxes: await boxNames(
      context,
      of(({ box }) => box),
    ),
    drivers: await driverNames(context, drivers),
    doors: await keyDoors(
      context,
      of(({ key }) => key.id),
    ),
    vehicles: await vehiclesOf(visit, rows, deps),
  };
}

async function vehiclesOf(
  { viewer, caller }: Visit,
  rows: readonly BookingView[],
  deps: DeedDeps,
): Promise<Beside['vehicles']> {
  if (rows.length === 0 || !viewer.scopes.has('integrations:read')) return new Map();
  const query = { bookings: rows.map(({ id }) => id).join(',') };
  const { items } = (await doRoute('listBookedVehicles', caller, { query }, deps)) as {
    readonly items: readonly Booked[];
  };
  return new Map(items.map(each => [each.booking, each]));
}

export const clockOf = ({ clock, clockAt }: Visit, { boxes }: Beside, box: string): Clock => {
  const zone = boxes.get(box)?.zone;
  return zone === undefined ? clock : clockAt(zone);
};

export function bookingTable(visit: Visit, rows: readonly BookingView[], beside: Beside): Html {
  const words = listWords(visit.viewer.language);
  const { bookings } = visit.texts;
  return table<BookingView>({
    caption: bookings.caption,
    columns: [
      { label: bookings.key, cell: row => keyCell(row, beside) },
      {
        label: bookings.state,
        cell: row =>
          html`${stateMark(row.state, visit)} <span class="soft">${words.since}</span> ${when(row.since, clockOf(visit, beside, row.box))}`,
      },
      { label: words.driver, cell: row => driverCell(row, beside, words) },
      {
        label: words.time,
        cell: row => spanCell(row, clockOf(visit, beside, row.box)),
      },
      { label: words.place, cell: row => html`<bdi>${placeText(row, beside, words)}</bdi>` },
      { label: words.origin, cell: row => originCell(row, beside, words) },
      { label: words.more, cell: row => deedMenu(visit, row, words) },
    ],
    rows,
  });
}

/** A span within a day stays on one line where there is room. */
function spanCell({ start, end }: BookingView, clock: Clock): Html {
  const text = spanText(start, end, clock);
  const look = text.includes(' – ') ? null : html` class="whole"`;
  return html`<time datetime="${new Date(start).toISOString()}"${look}>${text}</time>`;
}

const keyCell = ({ id, key }: BookingView, { vehicles }: Beside): Html => {
  const plate = vehicles.get(id)?.vehicle.plate ?? null;
  return html`<a href="${bookingPath(id)}"><bdi>${key.name}</bdi></a>${plate === null ? null : html` <span class="soft plate"><bdi>${plate}</bdi></span>`}`;
};

export function driverText({ driver }: BookingView, { drivers }: Beside, words: ListWords): string {
  if (driver === null) return words.nobody;
  const name = drivers.get(driver);
  return name === undefined ? driver : (name ?? words.erased);
}

function driverCell(row: BookingView, beside: Beside, words: ListWords): Html {
  const isNamed = row.driver !== null && beside.drivers.get(row.driver) !== null;
  return html`<bdi${isNamed ? null : html` class="quiet"`}>${driverText(row, beside, words)}</bdi>`;
}

export function placeText({ box, key }: BookingView, { boxes, doors }: Beside, words: ListWords): string {
  const name = boxes.get(box)?.name ?? box;
  const slot = doors.get(key.id) ?? null;
  return slot === null ? name : words.door(name, String(slot));
}

export const originText = ({ origin }: BookingView, words: ListWords): string =>
  origin === 'api' || origin === 'fleetio' ? words.origins[origin] : origin;

/** Leads to where the vehicle's assignments stand. */
export function originCell(row: BookingView, { vehicles }: Beside, words: ListWords): Html {
  const text = originText(row, words);
  const found = vehicles.get(row.id);
  if (found === undefined || found.assignment === null) return html`<span class="soft">${text}</span>`;
  const { integration, vehicle } = found;
  const href = `/admin/integrations/${encodeURIComponent(integration)}/vehicles/${encodeURIComponent(vehicle.id)}#assignments`;
  return html`<a class="whence" href="${href}">${icon('integrations')} ${text}<span class="unseen">: ${words.toAssignment(vehicle.name)}</span></a>`;
}

type Deed = keyof ListWords['deed'];

/** Deeds that may be done with a booking as it is now, by whoever looks; each has a page that says what it does. */
export function deedsOf(
  { viewer }: Visit,
  { state, reuse, driver }: BookingView,
): readonly Exclude<Deed, 'open'>[] {
  const isOut = state === 'taken' || state === 'overdue';
  const isOver = state === 'cancelled' || state === 'ended' || (state === 'returned' && !reuse);
  const may = viewer.scopes.has('bookings:write') && !isOver;
  return [
    ...(may ? (['change'] as const) : []),
    ...(viewer.scopes.has('messages:write') && !isOver && state !== 'taken' && driver !== null
      ? (['send'] as const)
      : []),
    ...(may && !isOut ? (['new-code'] as const) : []),
    ...(may ? (['cancel'] as const) : []),
    'copy',
  ];
}

function deedMenu(visit: Visit, row: BookingView, words: ListWords): Html {
  const here = bookingPath(row.id);
  const items = deedsOf(visit, row).map(
    deed =>
      html`<li><a href="${deed === 'change' ? `${here}#change` : `${here}/${deed}`}">${words.deed[deed]}</a></li>`,
  );
  return html`<button type="button" class="dots" popovertarget="m-${row.id}"><span class="unseen">${words.deeds(row.key.name)}</span>${icon('more')}</button>
<ul popover id="m-${row.id}" class="drop">${items}</ul>`;
}
