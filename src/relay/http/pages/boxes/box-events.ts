/** Events of one box, the newest first. */
import { html } from '../../../../base/html.ts';
import { type EventPlace, eventPlace, eventsByTime } from '../../../domain/event-list.ts';
import { placeAsked, placesShown } from '../../api/paging.ts';
import { eventTable } from '../events-page.ts';
import { first } from '../frame/states.ts';
import { turn } from '../frame/table.ts';
import { queryOf } from '../query.ts';
import { boxPath } from './box-paths.ts';
import { boxPage } from './box-shell.ts';

const rowsAtOnce = 50;

export const boxEventsPage = boxPage('events', async ({ visit, box, words }, request) => {
  const after = queryOf(request, 'after');
  const asked = { limit: rowsAtOnce, after };
  const filter = { box: box.id };
  const found = await eventsByTime(visit.context, filter, placeAsked<EventPlace>(asked, [0, 0]), 'newest');
  const { items, next } = placesShown(found, asked, eventPlace, row => row);
  const { events } = visit.texts;
  if (items.length === 0) return first(events.none, events.noneWhy, null);
  const here = boxPath(box.id, 'events');
  const newest = after === undefined ? null : here;
  const older = next === null ? null : `${here}?after=${next}`;
  return html`<p><a href="/admin/events?box=${encodeURIComponent(box.id)}">${words.allEvents}</a></p>${await eventTable(items, visit)}${turn({ newest, older }, visit.texts)}`;
});
