/** Who had a key, the newest first: what the journals of its boxes tell, in words. */
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import type { EventPlace } from '../../../domain/event-list.ts';
import { type Custody, keyCustody } from '../../../domain/key-custody.ts';
import { driverNames } from '../../../domain/key-uses.ts';
import type { KeyView } from '../../../domain/keys.ts';
import { readCursor, writeCursor } from '../../api/cursor.ts';
import { icon } from '../frame/icons.ts';
import { table, turn } from '../frame/table.ts';
import { when } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { clockOf, type KeyPlaces, keyPath } from './key-cells.ts';
import { keyWords } from './key-texts.ts';

const rowsAtOnce = 20;

export async function custodySection(visit: Visit, key: KeyView, after: string | undefined): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const place = readCursor<EventPlace>(after, [0, 0]);
  const page = { after: place, limit: rowsAtOnce };
  const { items, next } = await keyCustody(visit.context, key.id, page);
  const here = keyPath(key.id);
  const newest = place === null ? null : here;
  const older = next === null ? null : `${here}?after=${writeCursor(next)}`;
  return html`<h2>${words.had}</h2>${
    items.length === 0 ? html`<p class="soft">${words.hadNone}</p>` : await custodyTable(visit, items)
  }${turn({ newest, older }, visit.texts)}`;
}

async function custodyTable(visit: Visit, items: readonly Custody[]): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const { context, viewer } = visit;
  const boxes = await boxNames(
    context,
    items.flatMap(({ box, end }) => [box, end?.box ?? box]),
  );
  const people = items.flatMap(({ who, end }) => [who, end?.who].filter(each => each != null));
  const names = viewer.scopes.has('drivers:read')
    ? await driverNames(context, people)
    : new Map<string, string>();
  const places: KeyPlaces = { boxes, uses: new Map() };
  const person = (who: string | null) => personText(visit, who, names);
  return table<Custody>({
    caption: words.hadCaption,
    columns: [
      { label: words.who, cell: ({ who, booking }) => withBooking(person(who), booking) },
      {
        label: words.taken,
        cell: ({ taken, box }) =>
          html`${when(taken, clockOf(visit, box, places))} <span class="soft"><bdi>${boxes.get(box)?.name ?? box}</bdi></span>`,
      },
      {
        label: words.ended,
        cell: row => html`${endCell(visit, row, { places, person })}${lateMark(visit, row)}`,
      },
    ],
    rows: items,
  });
}

const withBooking = (person: Html, booking: string | null): Html =>
  booking === null ? person : html`<a href="/admin/bookings/${encodeURIComponent(booking)}">${person}</a>`;

/** A driver by name, a technician by the name that they gave at the box. */
function personText(visit: Visit, who: string | null, names: ReadonlyMap<string, string>): Html {
  const words = keyWords(visit.viewer.language);
  if (who === null) return html`${words.nobodySeen}`;
  const name = names.get(who);
  if (name === undefined && who.startsWith('d_') && visit.viewer.scopes.has('drivers:read'))
    return html`${words.erased}`;
  return html`<bdi>${name ?? who}</bdi>`;
}

interface Said {
  readonly places: KeyPlaces;
  readonly person: (who: string | null) => Html;
}

function endCell(visit: Visit, { end }: Custody, { places, person }: Said): Html {
  const words = keyWords(visit.viewer.language);
  if (end === null) return html`<span class="mark quiet">${icon('go')}<span>${words.hasIt}</span></span>`;
  const isOdd = end.is === 'returned-by-other' || end.is === 'missing';
  const by = isOdd && end.who !== null ? html` ${words.byWhom} ${person(end.who)}` : null;
  const where =
    end.slot === null
      ? null
      : html` <span class="soft"><bdi>${words.door(places.boxes.get(end.box)?.name ?? end.box, String(end.slot))}</bdi></span>`;
  const [mark, tone] = isOdd ? (['alert', 'warn'] as const) : (['check', 'ok'] as const);
  return html`<span class="mark ${tone}">${icon(mark)}<span>${words.ends[end.is]}</span></span>${by} ${when(end.at, clockOf(visit, end.box, places))}${where}`;
}

function lateMark(visit: Visit, { late, end }: Custody): Html | null {
  const words = keyWords(visit.viewer.language);
  return late === null
    ? null
    : html` <span class="tag bad">${end === null ? words.late : words.wasLate}</span>`;
}
