/** Pieces that the list of keys and the page of one key say in one way. */
import { type Html, html } from '../../../../base/html.ts';
import type { NamedBox } from '../../../domain/box-names.ts';
import type { BookingOfKey, KeyUses, VehicleOfKey } from '../../../domain/key-uses.ts';
import type { KeyView } from '../../../domain/keys.ts';
import { type IconName, icon } from '../frame/icons.ts';
import { type Clock, clockText, when } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { keyWords } from './key-texts.ts';

export const keyPath = (id: string): string => `/admin/keys/${encodeURIComponent(id)}`;

/** Where keys are and who has them, of those that are shown. */
export interface KeyPlaces {
  readonly boxes: ReadonlyMap<string, NamedBox>;
  readonly uses: ReadonlyMap<string, KeyUses>;
}

export const homeText = (visit: Visit, box: string | null, slot: number | null): string => {
  const words = keyWords(visit.viewer.language);
  return box === null || slot === null ? words.noBox : words.door(box, String(slot));
};

export const plateOf = (vehicle: VehicleOfKey | undefined): Html | null =>
  vehicle?.plate == null ? null : html`<span class="plate">${vehicle.plate}</span>`;

/** The clock of the box. */
export function clockOf({ clock, clockAt }: Visit, box: string | null, { boxes }: KeyPlaces): Clock {
  const zone = boxes.get(box ?? '')?.zone;
  return zone === undefined ? clock : clockAt(zone);
}

const looks: Readonly<Record<KeyView['place'], readonly [IconName, string]>> = {
  in: ['check', 'ok'],
  out: ['go', 'quiet'],
  missing: ['alert', 'bad'],
  'never-stocked': ['unsure', 'warn'],
};

/** Solid where a box has proven it; since when, by the clock of that box. */
export function placeCell(visit: Visit, key: KeyView, places: KeyPlaces): Html {
  const { place, place_slot, place_since } = key;
  const words = keyWords(visit.viewer.language);
  const holder = places.uses.get(key.id)?.holder ?? null;
  const [mark, tone] = place === 'out' && holder?.isLate ? (['clock', 'bad'] as const) : looks[place];
  const said = place === 'in' && place_slot !== null ? words.in(String(place_slot)) : words.places[place];
  const isHeld = place === 'out' && holder !== null;
  const late = isHeld && holder.isLate ? html` <span class="tag bad">${words.late}</span>` : null;
  const since =
    place_since === null
      ? null
      : html` <span class="soft">${words.since}</span> ${when(Number(place_since), clockOf(visit, key.box, places))}`;
  return html`<span class="mark ${tone}">${icon(mark)}<span>${isHeld ? words.out(driverText(visit, holder)) : said}</span>${late}</span>${since}`;
}

const driverText = (visit: Visit, { driver, driverName }: BookingOfKey): string => {
  const words = keyWords(visit.viewer.language);
  return driverName ?? (driver === null ? words.noDriver : words.erased);
};

export function nextCell(visit: Visit, key: KeyView, places: KeyPlaces): Html {
  const words = keyWords(visit.viewer.language);
  const next = places.uses.get(key.id)?.next ?? null;
  if (next === null) return html`<span class="quiet">${words.noNext}</span>`;
  return bookingLine(visit, next, clockOf(visit, key.box, places));
}

/** `today 17:00 CET – 19:00 · Ann Bos`, which leads to the booking. */
export function bookingLine(visit: Visit, booking: BookingOfKey, clock: Clock): Html {
  const words = keyWords(visit.viewer.language);
  const until = booking.end === null ? words.untilChanged : `${words.until} ${clockText(booking.end, clock)}`;
  return html`<a href="/admin/bookings/${encodeURIComponent(booking.id)}"><bdi>${driverText(visit, booking)}</bdi></a> ${when(booking.start, clock)}<span class="soft">, ${until}</span>`;
}
