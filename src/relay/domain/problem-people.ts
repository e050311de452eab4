/** Whom Problems hurt, by name: the driver of a booking, whoever was not told something, bookings that a box is to be told of. */
import { sql } from 'kysely';
import type { ProblemTable } from '../store/tables-work.ts';
import { waiting } from './booking-states.ts';
import type { Reading } from './context.ts';
import { soonMs } from './open-problems.ts';

/** `name` and `phone` null: nobody said, or they are erased. */
interface HurtPerson {
  readonly name: string | null;
  readonly phone: string | null;
}

/** Bookings that begin soon at a box. */
interface BookingsSoon {
  readonly count: number;
  readonly first: number;
}

export interface Hurt {
  /** By id of a booking or driver. */
  readonly people: ReadonlyMap<string, HurtPerson>;
  /** By id of a box. */
  readonly soon: ReadonlyMap<string, BookingsSoon>;
}

/** A subject is an id, or begins with one (`d_1/mail`). */
export const subjectHead = ({ subject }: Pick<ProblemTable, 'subject'>): string =>
  subject.split('/')[0] ?? '';

/** Kinds that keep a box from hearing of bookings. */
const silences: readonly string[] = ['box-lost', 'box-dark'];

export async function hurtBy(
  reading: Reading & { readonly now: number },
  rows: readonly ProblemTable[],
): Promise<Hurt> {
  const heads = rows.map(subjectHead);
  const [bookings, drivers] = ['b_', 'd_'].map(start => heads.filter(head => head.startsWith(start)));
  const silent = rows.filter(({ kind }) => silences.includes(kind)).map(({ subject }) => subject);
  const people = await named(reading, bookings ?? [], drivers ?? []);
  return {
    people: new Map(people.map(({ id, name, phone }) => [id, { name, phone }])),
    soon: new Map((await soonAt(reading, silent)).map(({ box, count, first }) => [box, { count, first }])),
  };
}

type Named = HurtPerson & { readonly id: string };

/** Of bookings by their own ids, and drivers, in one question: these stand on a page that is asked for often. */
async function named(
  { tx, account }: Reading,
  bookings: readonly string[],
  drivers: readonly string[],
): Promise<readonly Named[]> {
  if (bookings.length + drivers.length === 0) return [];
  const ofBookings = tx
    .selectFrom('booking')
    .innerJoin('driver', 'driver.id', 'booking.driver')
    .select(['booking.id as id', 'driver.name', 'driver.phone'])
    .where('booking.account', '=', account)
    .where('booking.id', 'in', ['', ...bookings])
    .where('driver.erased', 'is', null);
  const own = tx
    .selectFrom('driver')
    .select(['driver.id as id', 'driver.name', 'driver.phone'])
    .where('driver.account', '=', account)
    .where('driver.id', 'in', ['', ...drivers])
    .where('driver.erased', 'is', null);
  return await ofBookings.unionAll(own).execute();
}

async function soonAt(
  { tx, account, now }: Reading & { readonly now: number },
  boxes: readonly string[],
): Promise<readonly (BookingsSoon & { readonly box: string })[]> {
  if (boxes.length === 0) return [];
  let query = tx
    .selectFrom('booking')
    .select(({ fn }) => ['box', fn.countAll().as('count'), fn.min('start').as('first')])
    .where('box', 'in', boxes)
    .where(sql<string>`account || ''`, '=', account)
    .where('start', '>', now)
    .where('start', '<=', now + soonMs);
  for (const condition of waiting) query = query.where(condition);
  const rows = await query.groupBy('box').execute();
  return rows.map(({ box, count, first }) => ({ box, count: Number(count), first: Number(first) }));
}
