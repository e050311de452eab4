import * as v from 'valibot';
import { Secret } from '../../../../base/secret.ts';
import { shaped } from '../../../../wire/reading.ts';
import { eraseDriver } from '../../../domain/driver-erasure.ts';
import { type DriverTry, driverTries, matchDrivers } from '../../../domain/driver-tries.ts';
import {
  changeDriver,
  createDriver,
  type DriverView,
  driverView,
  listDrivers,
} from '../../../domain/drivers.ts';
import { badInput } from '../../../domain/faults.ts';
import type { NewPin, PinHasher } from '../../../secrets/pins.ts';
import { pageAsked, pageShown } from '../paging.ts';
import { type Caller, type ReadContext, type Route, reads, writes } from '../route.ts';
import {
  at,
  atOrNull,
  atText,
  byId,
  email,
  id,
  line,
  pageOf,
  pageQuery,
  phone,
  pin,
  tag,
  typed,
  warnings,
  warningsGiven,
} from '../schemas/parts.ts';

const driver = v.object({
  id: v.string(),
  name: v.string(),
  email: v.nullable(v.string()),
  /** E.164. */
  phone: v.nullable(v.string()),
  phoneOpens: v.boolean(),
  badge: v.nullable(v.string()),
  /** Whether there is one. */
  pin: v.boolean(),
  language: v.nullable(v.string()),
  created: at,
  erased: v.nullable(at),
});

/** By these a driver is changed; a PIN is set by itself. */
const driverVersion = ['name', 'email', 'phone', 'phoneOpens', 'language', 'badge'] as const;

const item = (row: DriverView): v.InferInput<typeof driver> => ({
  ...{ id: row.id, name: row.name, email: row.email, phone: row.phone, phoneOpens: row.phoneOpens },
  ...{ badge: row.badge, pin: row.pin, language: row.language },
  created: atText(row.created),
  erased: atOrNull(row.erased),
});

const tried = v.object({
  ...{ at, heard: at, box: v.string(), is: v.picklist(['denied', 'granted']) },
  ...{ reason: v.nullable(v.string()), by: v.nullable(v.string()), key: v.nullable(v.string()) },
  booking: v.nullable(v.object({ id: v.string(), start: at, end: v.nullable(at) })),
});

const triedItem = (one: DriverTry): v.InferInput<typeof tried> => ({
  ...{ ...one, at: atText(one.at), heard: atText(one.heard) },
  booking: one.booking && {
    ...{ id: one.booking.id, start: atText(one.booking.start), end: atOrNull(one.booking.end) },
  },
});

/** Of what somebody types, nobody reads more. */
const matchesMax = 50;

const fields = {
  email: v.optional(v.nullable(email)),
  phone: v.optional(v.nullable(phone)),
  /** Whether the phone, with the PIN, opens a box. */
  phoneOpens: v.optional(v.boolean()),
  badge: v.optional(v.nullable(tag)),
  /** Kept as a slow hash only; null takes it away. */
  pin: v.optional(v.nullable(pin)),
  language: v.optional(v.nullable(shaped(3, /^[a-z]{2,3}$/, 'must be a code such as nl'))),
};
const newDriver = v.strictObject({ name: line(100), ...fields });
const driverPatch = v.strictObject({ name: v.optional(line(100)), ...fields });
const onlyPin = v.strictObject({ pin: v.nullable(pin) });

type Pin = NewPin | null | undefined;

const withoutPin: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/drivers',
    name: 'listDrivers',
    summary:
      'Drivers, by id; erased ones are not among them. `match`: by name, those whose words begin like what is typed, or by the number or its last four digits',
    scope: 'drivers:read',
    query: v.strictObject({ ...pageQuery, match: v.optional(typed(64)) }),
    status: 200,
    answer: pageOf(driver),
    read: async (context, { query }) => {
      const { match, limit, after } = query;
      if (match === undefined) return pageShown(await listDrivers(context, pageAsked(query)), query, item);
      if (after !== undefined) throw badInput('after', 'cannot go with match');
      const found = await matchDrivers(context, match, Math.min(limit, matchesMax));
      return { items: found.map(item), next: null };
    },
  }),
  writes({
    method: 'GET',
    path: '/drivers/:id/tries',
    name: 'listTries',
    summary:
      'Why a driver was refused: the last tries at any box, and those at the boxes of their bookings of which nobody knows whose they were. Whoever asks stands in the audit',
    scope: 'events:read',
    params: byId,
    status: 200,
    answer: v.object({ items: v.array(tried), unnamed: v.array(tried) }),
    write: async (context, { params }) => {
      const { items, unnamed } = await driverTries(context, params.id);
      return { items: items.map(triedItem), unnamed: unnamed.map(triedItem) };
    },
  }),
  reads({
    method: 'GET',
    path: '/drivers/:id',
    name: 'getDriver',
    summary: 'One driver',
    scope: 'drivers:read',
    params: byId,
    status: 200,
    answer: driver,
    isVersioned: true,
    versionMembers: driverVersion,
    read: async (context, { params }) => item(await driverView(context, params.id)),
  }),
  writes({
    method: 'DELETE',
    path: '/drivers/:id',
    name: 'eraseDriver',
    summary:
      'Erases name, addresses, phone, badge and PIN, here and at the boxes; bookings to come are cancelled',
    scope: 'drivers:write',
    params: byId,
    status: 204,
    answer: null,
    write: async (context, { params }) => {
      await eraseDriver(context, params.id);
      return null;
    },
  }),
];

const made = (driverMade: Awaited<ReturnType<typeof createDriver>>) => ({
  id: driverMade.id,
  ...warningsGiven(driverMade.warnings),
});

const changed = (after: Awaited<ReturnType<typeof changeDriver>>) => ({
  ...item(after),
  ...warningsGiven(after.warnings),
});

const hashingWith =
  (pins: PinHasher) =>
  async ({ account }: Caller, given: string | null | undefined): Promise<Pin> =>
    typeof given === 'string' ? await pins.hash(account, new Secret(given)) : given;

const driverNow = async (context: ReadContext, { params }: { readonly params: { readonly id: string } }) =>
  item(await driverView(context, params.id));

export function driverRoutes(pins: PinHasher): readonly Route[] {
  const hashed = hashingWith(pins);
  return [
    ...withoutPin,
    writes({
      method: 'POST',
      path: '/drivers',
      name: 'createDriver',
      summary: 'Makes a driver',
      scope: 'drivers:write',
      body: newDriver,
      status: 201,
      answer: v.object({ id, warnings }),
      prepare: ({ caller, body }) => hashed(caller, body.pin),
      write: async (context, { body }, newPin: Pin) =>
        made(await createDriver(context, { ...body, pin: newPin })),
    }),
    writes({
      method: 'PATCH',
      path: '/drivers/:id',
      name: 'changeDriver',
      summary: 'Changes what is given',
      scope: 'drivers:write',
      params: byId,
      body: driverPatch,
      status: 200,
      answer: v.object({ ...driver.entries, warnings }),
      ...{ versionMembers: driverVersion, current: driverNow },
      prepare: ({ caller, body }) => hashed(caller, body.pin),
      write: async (context, { params, body }, newPin: Pin) =>
        changed(await changeDriver(context, params.id, { ...body, pin: newPin })),
    }),
    writes({
      method: 'PUT',
      path: '/drivers/:id/pin',
      name: 'setPin',
      summary: 'Sets the PIN, or takes it away',
      scope: 'drivers:write',
      params: byId,
      body: onlyPin,
      status: 204,
      answer: null,
      prepare: ({ caller, body }) => hashed(caller, body.pin),
      write: async (context, { params }, newPin: Pin) => {
        await changeDriver(context, params.id, { pin: newPin });
        return null;
      },
    }),
  ];
}
