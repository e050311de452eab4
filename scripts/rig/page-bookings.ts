/** Bookings in each of their states, by people and from Fleetio, for the pages that show bookings. */
import { createHash } from 'node:crypto';
import { createBooking } from '../../src/relay/domain/bookings.ts';
import { createDriver } from '../../src/relay/domain/drivers.ts';
import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import type { BookingTable } from '../../src/relay/store/tables.ts';
import type {
  AssignmentTable,
  IntegrationTable,
  VehicleTable,
} from '../../src/relay/store/tables-fleetio.ts';
import type { EventType } from '../../src/wire/journal.ts';
import { nowMs } from './page-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Told {
  readonly id: string;
  readonly key: string;
  readonly driver: string | undefined;
  /** From now, in hours. */
  readonly from: number;
  readonly until: number | null;
  readonly is: Partial<BookingTable>;
}

function each(key: (at: number) => string, drivers: readonly string[]): readonly Told[] {
  const ago = (minutes: number): number => nowMs - minutes * minuteMs;
  const proven = { rev: 1, sent: ago(900), on_box: ago(899) };
  return [
    { id: 'b_out', key: key(0), driver: drivers[0], from: -1, until: 7, is: { ...proven, taken: ago(56) } },
    {
      id: 'b_late',
      key: key(1),
      driver: drivers[1],
      from: -4,
      until: -2,
      is: { ...proven, taken: ago(191), overdue: ago(120) },
    },
    { id: 'b_ready', key: key(0), driver: drivers[2], from: 5, until: 9, is: proven },
    { id: 'b_sent', key: key(2), driver: drivers[3], from: 2, until: 3, is: { sent: ago(30) } },
    { id: 'b_open', key: key(3), driver: undefined, from: 20, until: null, is: {} },
    {
      id: 'b_back',
      key: key(4),
      driver: drivers[1],
      from: -9,
      until: -5,
      is: { ...proven, taken: ago(500), returned: ago(330) },
    },
    { id: 'b_over', key: key(5), driver: drivers[2], from: -3, until: -1, is: { ...proven, ended: ago(60) } },
    {
      id: 'b_gone',
      key: key(5),
      driver: drivers[3],
      from: 3,
      until: 4,
      is: { cancelled: ago(20), updated: ago(20) },
    },
  ];
}

/** A booking of each state has a place of its own in the pictures: those of Van 1 overlap. */
export async function bookEach(context: FollowedContext, names: readonly string[]): Promise<void> {
  const { tx } = context;
  const drivers = await driversNamed(context, names);
  const keys = await tx.selectFrom('key').select('id').orderBy('box').orderBy('slot').execute();
  const key = (at: number): string => keys[at]?.id ?? '';
  const ago = (minutes: number): number => nowMs - minutes * minuteMs;
  const told = each(key, drivers);
  for (const { id, key: booked, driver, from, until, is } of told) {
    const window = { start: nowMs + 30 * 24 * hourMs, end: null };
    const made = await createBooking(context, { key: booked, driver, ...window });
    const [start, end] = [nowMs + from * hourMs, until === null ? null : nowMs + until * hourMs];
    await tx
      .updateTable('booking')
      // Ids of their own, for addresses; a code is sealed for another.
      .set({ id, code: null, code_hash: null, start, end, created: ago(900), updated: ago(900), ...is })
      .where('id', '=', made.id)
      .execute();
    await tx.updateTable('record').set({ id, subject: id }).where('id', '=', made.id).execute();
  }
  for (const { id, driver } of told) await linked(context, id, driver);
  await assigned(context, 'b_out', key(0), names[0] ?? '');
  await heardLate(context, 'b_out');
}

export const driverToken = (booking: string): string => booking.padEnd(22, '0');

/** Its driver's page has an address that can be guessed. */
async function linked({ tx, account, atRest }: FollowedContext, id: string, driver?: string): Promise<void> {
  const token = driverToken(id);
  const hash = createHash('sha256').update(token).digest('hex');
  const row = { hash, account, booking: id, driver: driver ?? null, created: nowMs, revoked: 0 as const };
  await tx
    .insertInto('link')
    .values({ ...row, token: atRest.seal('link', hash, token) })
    .execute();
}

async function driversNamed(context: FollowedContext, names: readonly string[]): Promise<readonly string[]> {
  const drivers: string[] = [];
  for (const [at, name] of names.entries()) {
    const { id } = await createDriver(context, {
      name: /^[\w .]+$/.test(name) ? name : `Driver ${at}`,
      email: `driver${at}@example.org`,
    });
    await context.tx.updateTable('driver').set({ name }).where('id', '=', id).execute();
    drivers.push(id);
  }
  return drivers;
}

/** The first of them follows an assignment. */
async function assigned(
  { tx, account }: FollowedContext,
  booking: string,
  key: string,
  name: string,
): Promise<void> {
  const integration: IntegrationTable = {
    ...{ id: 'int_1', account, kind: 'fleetio', label: 'Acme', base_url: 'https://secure.fleetio.com/api' },
    ...{ api_key: 'x', account_token: 'x', webhook_key: null, webhook_authorization: null },
    ...{ settings: '{}', state: 'connected', created: nowMs, high_water: null, reconciled: null },
    ...{ last_event: null, webhook_id: null, contacts_read: null, lease: null, lease_until: null },
    ...{ imported: nowMs, importing: null, import_said: null, deletion: null },
  };
  await tx.insertInto('integration').values(integration).execute();
  const of = { integration: 'int_1', account };
  const vehicle: VehicleTable = {
    ...{ ...of, id: '301', name: `${name} 301`, plate: 'KX-204-B', archived: 0, sample: 0 },
    ...{ seen: nowMs, gone: 0, key, mode: 'automatic', listed: nowMs },
  };
  await tx.insertInto('vehicle').values(vehicle).execute();
  const seen = nowMs - 15 * hourMs;
  const assignment: AssignmentTable = {
    ...{ ...of, id: '88213', vehicle: '301', contact: '7', started: nowMs - hourMs, ended: null },
    ...{ updated: seen, deleted: 0, first_seen: seen, checked: seen, booking, booked_contact: '7' },
    ...{ booked_key: key, prompted: null, adjusted: null, contact_by: null, trace: 't_88213' },
    ...{ telling: null, fields_wanted: 'x', fields_written: null, fields_due: nowMs + 8 * minuteMs },
    ...{
      fields_since: nowMs - 7 * minuteMs,
      fields_at: seen + 6_000,
      fields_tries: 3,
      fields_restored: 0,
      open: 1,
    },
  };
  await tx.insertInto('assignment').values(assignment).execute();
  const whence = { origin: 'fleetio', trace: 't_88213' };
  await tx.updateTable('booking').set(whence).where('id', '=', booking).execute();
}

const physical: readonly (readonly [EventType, number])[] = [
  ['granted', 56],
  ['pulsed', 56],
  ['door-opened', 56],
  ['key-taken', 56],
  ['door-closed', 55],
];

/** Its five physical facts came late, and a message about it never came. */
async function heardLate({ tx, account }: FollowedContext, booking: string): Promise<void> {
  for (const [at, [type, minutes]] of physical.entries()) {
    const ms = nowMs - minutes * minuteMs + at * 1_000;
    const line = JSON.stringify({ at: new Date(ms).toISOString(), box: 'depot-a', type, booking, slot: 1 });
    const row = { box: 'box-1', enrolment: 1, epoch: 1, seq: 900 + at, account, number: 900 + at, at: ms };
    const stored = ms + 40 * minuteMs;
    await tx
      .insertInto('event')
      .values({ ...row, stored, type, booking, line })
      .execute();
  }
  const rest = { driver: null, lease: null, lease_until: null, sent: null, provider_id: null };
  const way = {
    account,
    address: 'x',
    address_hash: 'x',
    language: 'en',
    data: null,
    created: nowMs - 14 * hourMs,
  };
  const state = { due: nowMs, until: null, state: 'undelivered', tries: 1, said: 'mailbox full' } as const;
  await tx
    .insertInto('message')
    .values([
      { id: 'm_1', booking, channel: 'mail', kind: 'access', ...way, ...state, ...rest },
      { id: 'm_2', booking: 'b_sent', channel: 'sms', kind: 'waiting', ...way, ...state, ...rest },
    ])
    .execute();
}
