/** Assignments of a fleet's vehicles: what came of each, and the booking that an administrator makes of one. */
import * as v from 'valibot';
import { readCursor, writeCursor } from '../../../http/api/cursor.ts';
import { reads, writes } from '../../../http/api/route.ts';
import { bookingItem, bookingShape } from '../../../http/api/routes/bookings.ts';
import {
  at,
  atOrNull,
  atText,
  email,
  id,
  instant,
  line,
  pageOf,
  pageQuery,
  phone,
} from '../../../http/api/schemas/parts.ts';
import type { Fleetio } from '../fleetio.ts';
import { integrationRow } from '../integrations.ts';
import { type AssignmentView, assignmentView, bookByHand, listAssignments } from '../sync/by-hand.ts';

const assignment = v.object({
  id: v.string(),
  vehicle: v.string(),
  /** Null: not read from there yet, or they have none that can be used. */
  contact: v.object({
    id: v.string(),
    name: v.nullable(v.string()),
    email: v.nullable(v.string()),
    phone: v.nullable(v.string()),
  }),
  start: at,
  /** Null: until changed. */
  end: v.nullable(at),
  /** An administrator is asked to create the booking. */
  asked: v.boolean(),
  /** The last one that was made of it. */
  booking: v.nullable(bookingShape),
});

const item = ({ id: name, vehicle, contact, start, end, isAsked, booking }: AssignmentView) => ({
  ...{ id: name, vehicle, contact: { ...contact }, start: atText(start), end: atOrNull(end) },
  ...{ asked: isAsked, booking: booking === null ? null : bookingItem(booking) },
});

const bookingByHand = v.strictObject({
  /** As confirmed; what is absent is as the fleet's system has it. Another name is another driver. */
  driver: v.optional(
    v.strictObject({
      name: v.optional(line(100)),
      email: v.optional(v.nullable(email)),
      phone: v.optional(v.nullable(phone)),
    }),
  ),
  start: v.optional(instant),
  /** Null: until changed. */
  end: v.optional(v.nullable(instant)),
  /** How the driver is told; as the account has it where absent. */
  contactBy: v.optional(v.picklist(['mail', 'sms', 'both'])),
  /** The code takes and returns again and again until the end; as the account has it where absent. */
  reuse: v.optional(v.boolean()),
});

/** In the order of the document. */
export const assignmentRoutes = (fleetio: Fleetio) => ({
  list: reads({
    method: 'GET',
    path: '/integrations/:id/vehicles/:vehicle/assignments',
    name: 'listAssignments',
    summary: 'Assignments of a vehicle, latest start first, and what came of each',
    scope: 'integrations:read',
    params: v.strictObject({ id, vehicle: id }),
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(assignment),
    read: async (context, { params, query }) => {
      await integrationRow(context, params.id);
      const { limit } = query;
      const after = readCursor<readonly [number, string]>(query.after, [0, '']);
      const of = { integration: params.id, vehicle: params.vehicle };
      const rows = await listAssignments(context, of, { after, limit: limit + 1 });
      const last = rows[limit - 1];
      const next = rows.length > limit && last !== undefined ? writeCursor([last.start, last.id]) : null;
      return { items: rows.slice(0, limit).map(item), next };
    },
  }),
  get: reads({
    method: 'GET',
    path: '/integrations/:id/assignments/:assignment',
    name: 'getAssignment',
    summary: 'One assignment, and what came of it',
    scope: 'integrations:read',
    params: v.strictObject({ id, assignment: id }),
    status: 200,
    answer: assignment,
    read: async (context, { params }) => {
      await integrationRow(context, params.id);
      return item(await assignmentView(context, params.id, params.assignment));
    },
  }),
  book: writes({
    method: 'POST',
    path: '/integrations/:id/assignments/:assignment/booking',
    name: 'bookAssignment',
    summary: 'Creates the booking of an assignment; the driver is told when the box has it',
    scope: 'bookings:write',
    params: v.strictObject({ id, assignment: id }),
    body: bookingByHand,
    status: 201,
    answer: assignment,
    write: async (context, { params, body }) => {
      await integrationRow(context, params.id);
      const sync = { ...context, integration: params.id, httpUrl: fleetio.httpUrl };
      await bookByHand(sync, params.assignment, body);
      return item(await assignmentView(context, params.id, params.assignment));
    },
  }),
});
