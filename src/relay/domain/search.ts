import type { OpenReading } from './context.ts';
import { matchKeys } from './keys.ts';
import { matchingSubjects } from './search-words.ts';
import { typedWords } from './text-words.ts';

/** Of each kind. */
const foundMost = 20;

export interface Found {
  readonly id: string;
  readonly name: string;
}

export const foundKeys = async (context: OpenReading, typed: string): Promise<readonly Found[]> =>
  (await matchKeys(context, typed, foundMost)).map(({ id, name }) => ({ id, name }));

/** By name, or by the last four digits of the number. */
export async function foundDrivers(context: OpenReading, typed: string): Promise<readonly Found[]> {
  const ids = await matchingSubjects(context, 'driver', typedWords(typed), foundMost);
  if (ids.length === 0) return [];
  return await context.tx
    .selectFrom('driver')
    .select(['id', 'name'])
    .where('account', '=', context.account)
    .where('id', 'in', ids)
    .where('erased', 'is', null)
    .orderBy('name')
    .execute();
}

/** By name, or by id. */
export async function foundBoxes(context: OpenReading, typed: string): Promise<readonly Found[]> {
  const ids = await matchingSubjects(context, 'box', typedWords(typed), foundMost);
  if (ids.length === 0) return [];
  return await context.tx
    .selectFrom('box')
    .select(['id', 'name'])
    .where('account', '=', context.account)
    .where('id', 'in', ids)
    .orderBy('name')
    .execute();
}

/** By its whole id, as it stands in a message or a log; its key’s name stands for it. */
export async function foundBookings(context: OpenReading, typed: string): Promise<readonly Found[]> {
  return await context.tx
    .selectFrom('booking')
    .innerJoin('key', 'key.id', 'booking.key')
    .select(['booking.id', 'key.name'])
    .where('booking.account', '=', context.account)
    .where('booking.id', '=', typed.trim())
    .execute();
}
