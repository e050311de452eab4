/** “Why was I refused?”: the last tries of a driver at any box, and by what their phone opens. */
import { type SqlBool, sql } from 'kysely';
import type { JournalEvent } from '../../wire/journal.ts';
import { audit } from './audit.ts';
import type { Context, OpenReading, Reading } from './context.ts';
import { type DriverView, driverRow, shownDriver } from './drivers.ts';
import { matchingSubjects } from './search-words.ts';
import { typedWords } from './text-words.ts';

export interface DriverTry {
  readonly at: number;
  /** When the relay heard of it: later where the line was down. */
  readonly heard: number;
  readonly box: string;
  readonly is: 'denied' | 'granted';
  readonly reason: string | null;
  readonly by: string | null;
  readonly key: string | null;
  /** Of the booking that it was about; null: none, or it is gone. */
  readonly booking: { readonly id: string; readonly start: number; readonly end: number | null } | null;
}

interface DriverTries {
  readonly items: readonly DriverTry[];
  /** At boxes of their bookings, in the last day: nobody was known by what was typed or shown. */
  readonly unnamed: readonly DriverTry[];
}

const triesMost = 10;
const unnamedMost = 5;
const unnamedMs = 86_400_000;
/** Boxes of their latest bookings. */
const bookingsLooked = 10;

/** Where somebody was, and when, is of them alone: whoever looks stands in the audit. @throws Fault `not-found` */
export async function driverTries(context: Context, driver: string): Promise<DriverTries> {
  const { id } = await driverRow(context, driver);
  await audit(context, 'tries-read', id);
  return await triesOf(context, id);
}

export async function triesOf(
  reading: Reading & { readonly now: number },
  driver: string,
): Promise<DriverTries> {
  const rows = await events(reading)
    .where('driver', '=', driver)
    .where(sql<SqlBool>`type || '' in ('denied', 'granted')`)
    .orderBy('at', 'desc')
    .orderBy('number', 'desc')
    .limit(triesMost)
    .execute();
  const boxes = await reading.tx
    .selectFrom('booking')
    .select('box')
    .where('driver', '=', driver)
    .orderBy('start', 'desc')
    .limit(bookingsLooked)
    .execute();
  const unnamed: Row[] = [];
  for (const box of new Set(boxes.map(each => each.box)))
    unnamed.push(
      ...(await events(reading)
        .where('box', '=', box)
        .where(sql<SqlBool>`type || '' = 'denied' and driver is null`)
        .where('at', '>', reading.now - unnamedMs)
        .orderBy('at', 'desc')
        .orderBy('number', 'desc')
        .limit(unnamedMost)
        .execute()),
    );
  unnamed.sort((a, b) => b.at - a.at);
  return {
    items: await tries(reading, rows),
    unnamed: await tries(reading, unnamed.slice(0, unnamedMost)),
  };
}

type Row = Awaited<ReturnType<ReturnType<typeof events>['execute']>>[number];

const events = ({ tx, account }: Reading) =>
  tx
    .selectFrom('event')
    .select(['box', 'at', 'stored', 'type', 'booking', 'line'])
    .where('account', '=', account);

async function tries({ tx, account }: Reading, rows: readonly Row[]): Promise<readonly DriverTry[]> {
  const ids = rows.flatMap(({ booking }) => booking ?? []);
  const found =
    ids.length === 0
      ? []
      : await tx
          .selectFrom('booking')
          .select(['id', 'start', 'end'])
          .where('account', '=', account)
          .where('id', 'in', ids)
          .execute();
  const bookings = new Map(found.map(each => [each.id, each]));
  return rows.map(({ box, at, stored, type, booking, line }) => {
    const { reason = null, by = null, key = null } = JSON.parse(line) as JournalEvent;
    return {
      ...{ at, heard: stored, box, is: type === 'granted' ? 'granted' : 'denied', reason, by, key },
      booking: bookings.get(booking ?? '') ?? null,
    };
  });
}

/** Digits by which a whole number is told from the end of one. */
const wholeNumber = /^[+\d][\d\s().-]{4,}$/;

/** By how the words of the name begin, by the last four digits of the number, or by the number. */
export async function matchDrivers(
  context: OpenReading,
  typed: string,
  limit: number,
): Promise<readonly DriverView[]> {
  const digits = wholeNumber.test(typed.trim()) ? typed.replaceAll(/\D/g, '') : null;
  const words = digits === null ? typedWords(typed) : [digits.slice(-4)];
  const ids = await matchingSubjects(context, 'driver', words, limit);
  if (ids.length === 0) return [];
  const rows = await context.tx
    .selectFrom('driver')
    .selectAll()
    .where('account', '=', context.account)
    .where('id', 'in', ids)
    .where('erased', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
  // Nobody types the country as it is kept.
  const end = digits?.replace(/^0+/, '').slice(-8);
  const fit = rows.filter(({ phone }) => end === undefined || (phone ?? '').endsWith(end));
  return fit.map(row => shownDriver(context, row));
}

/** When the phone was last set to open, and who did it; null: nobody knows any more. */
export async function phoneOpensSince(
  { tx, account }: Reading,
  driver: string,
): Promise<{ readonly at: number; readonly who: string } | null> {
  const row = await tx
    .selectFrom('audit')
    .select(['at', 'who'])
    .where('account', '=', account)
    .where('subject', '=', driver)
    .where('what', '=', 'driver-changed')
    .where('detail', 'like', '%phoneOpens%')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
