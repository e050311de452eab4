import * as v from 'valibot';
import { bookingStates } from '../../../core/booking-life.ts';
import { type BookingPlace, bookingPlace, bookingViews, listBookings } from '../../../domain/booking-list.ts';
import { type BookingView, bookingCode, bookingView } from '../../../domain/booking-views.ts';
import { cancelBooking, changeBooking, createBooking } from '../../../domain/bookings.ts';
import { dayAt } from '../../../domain/site-day.ts';
import { placeAsked, placesShown } from '../paging.ts';
import { type Route, reads, writes } from '../route.ts';
import {
  at,
  atOrNull,
  atText,
  byId,
  email,
  id,
  instant,
  line,
  pageOf,
  pageQuery,
  phone,
  typed,
} from '../schemas/parts.ts';

const state = v.picklist(bookingStates);

export const bookingShape = v.object({
  id: v.string(),
  state,
  /** When that state began. */
  since: at,
  key: v.object({ id: v.string(), name: v.string() }),
  box: v.string(),
  driver: v.nullable(v.string()),
  start: at,
  end: v.nullable(at),
  reuse: v.boolean(),
  origin: v.string(),
  /** One id from request to write-back, for logs. */
  trace: v.string(),
  created: at,
  updated: at,
  /** Since when the box is known to have it as it is now. */
  onBox: v.nullable(at),
  taken: v.nullable(at),
  returned: v.nullable(at),
  overdue: v.nullable(at),
  cancelled: v.nullable(at),
});

export const bookingItem = (row: BookingView): v.InferInput<typeof bookingShape> => ({
  ...{
    id: row.id,
    state: row.state,
    since: atText(row.since),
    key: row.key,
    box: row.box,
    driver: row.driver,
  },
  ...{ start: atText(row.start), end: atOrNull(row.end), reuse: row.reuse },
  ...{ origin: row.origin, trace: row.trace, created: atText(row.created), updated: atText(row.updated) },
  ...{ onBox: atOrNull(row.onBox), taken: atOrNull(row.taken), returned: atOrNull(row.returned) },
  ...{ overdue: atOrNull(row.overdue), cancelled: atOrNull(row.cancelled) },
});

const contact = v.strictObject({
  name: line(100),
  email: v.optional(v.nullable(email)),
  phone: v.optional(v.nullable(phone)),
});
const whom = { driver: v.optional(id), contact: v.optional(contact) };

const newBooking = v.strictObject({
  /** Id of a key, or its name where only one has it. */
  key: typed(96),
  ...whom,
  start: instant,
  /** Null: until changed. */
  end: v.nullable(instant),
  reuse: v.optional(v.boolean()),
});

const bookingPatch = v.strictObject({
  key: v.optional(typed(96)),
  ...whom,
  start: v.optional(instant),
  end: v.optional(v.nullable(instant)),
  reuse: v.optional(v.boolean()),
  /** As it was when you read it: 409 `changed-since` where somebody has changed it meanwhile. */
  updated: v.optional(instant),
});

const listQuery = v.strictObject({
  ...pageQuery,
  view: v.optional(v.picklist(bookingViews)),
  needs: v.optional(v.picklist(['person'])),
  state: v.optional(state),
  site: v.optional(id),
  box: v.optional(id),
  key: v.optional(id),
  driver: v.optional(id),
  /** `api`: by hand; or a fleet's own system, such as `fleetio`. */
  origin: v.optional(id),
  from: v.optional(instant),
  until: v.optional(instant),
  /** Whose day `view=today` is; that of the site where there is none. */
  timezone: v.optional(line(64)),
});

const looking: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/bookings',
    name: 'listBookings',
    summary:
      'Bookings by their start, the latest first; of the views that are still to do or to come, the earliest. `from`, `until`: those whose own time meets that one; `needs=person`: late, silent or with a Problem',
    scope: 'bookings:read',
    query: listQuery,
    status: 200,
    answer: pageOf(bookingShape),
    read: async (context, { query }) => {
      const page = placeAsked<BookingPlace>(query, [0, '']);
      const day = query.view === 'today' ? await dayAt(context, query) : {};
      const rows = await listBookings(context, { ...query, ...day }, page);
      return placesShown(rows, query, bookingPlace, bookingItem);
    },
  }),
  reads({
    method: 'GET',
    path: '/bookings/:id',
    name: 'getBooking',
    summary: 'One booking: its state, and since when',
    scope: 'bookings:read',
    params: byId,
    status: 200,
    answer: bookingShape,
    read: async (context, { params }) => bookingItem(await bookingView(context, params.id)),
  }),
];

export const bookingRoutes: readonly Route[] = [
  ...looking,
  writes({
    method: 'POST',
    path: '/bookings',
    name: 'createBooking',
    summary: 'Books a key for a window; the code is released when the box is known to have it',
    scope: 'bookings:write',
    body: newBooking,
    status: 201,
    answer: v.object({ id, state, overlaps: v.array(v.string()) }),
    write: async (context, { body }) => {
      const made = await createBooking(context, body);
      return { ...made, overlaps: [...made.overlaps] };
    },
  }),
  writes({
    method: 'PATCH',
    path: '/bookings/:id',
    name: 'changeBooking',
    summary: 'Changes what is given; another driver or key means another code',
    scope: 'bookings:write',
    params: byId,
    body: bookingPatch,
    status: 200,
    answer: bookingShape,
    write: async (context, { params, body }) => {
      await changeBooking(context, params.id, body);
      return bookingItem(await bookingView(context, params.id));
    },
  }),
  writes({
    method: 'DELETE',
    path: '/bookings/:id',
    name: 'cancelBooking',
    summary: 'Cancels; a key that is out can still be brought back under it',
    scope: 'bookings:write',
    params: byId,
    status: 200,
    answer: bookingShape,
    write: async (context, { params }) => {
      await cancelBooking(context, params.id);
      return bookingItem(await bookingView(context, params.id));
    },
  }),
  // Reading a code is a deed: it is in the audit.
  writes({
    method: 'GET',
    path: '/bookings/:id/code',
    name: 'getCode',
    summary: 'The code, once the box is known to have it; until then 409',
    scope: 'codes:read',
    params: byId,
    status: 200,
    answer: v.object({ code: v.string() }),
    write: (context, { params }) => bookingCode(context, params.id),
  }),
];
