/** An event as CloudEvents 1.0 has it, structured, in JSON; names of people and things are looked up when it is sent. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../store/tables.ts';
import type { WebhookDeliveryTable, WebhookTable } from '../../store/tables-webhooks.ts';
import { cloudType } from './event-types.ts';
import type { News } from './feed.ts';

type Data = News['data'];

/** Digits of a sequence, so that its texts sort as its numbers do. */
const sequenceDigits = 16;

type Delivered = Pick<WebhookDeliveryTable, 'at' | 'data' | 'id' | 'number' | 'subject' | 'type'>;

/** `source`: where this relay is found. */
export async function cloudEvent(
  tx: Kysely<Tables>,
  { account, names }: Pick<WebhookTable, 'account' | 'names'>,
  { id, type, subject, at, number, data }: Delivered,
  source: string,
): Promise<string> {
  const members = JSON.parse(data) as Data;
  return JSON.stringify({
    ...{ specversion: '1.0', id, source, type: cloudType(type), subject, time: new Date(at).toISOString() },
    ...{ datacontenttype: 'application/json', sequence: String(number).padStart(sequenceDigits, '0') },
    data: names === 1 ? { ...members, names: await namesOf(tx, account, members) } : members,
  });
}

interface Names {
  readonly driver: string | null;
  readonly key: string | null;
  readonly box: string | null;
}

/** Whoever was erased meanwhile has none. */
async function namesOf(tx: Kysely<Tables>, account: string, { driver, key, box }: Data): Promise<Names> {
  const name = async (of: 'driver' | 'key' | 'box', id: Data[string] | undefined): Promise<string | null> => {
    if (typeof id !== 'string') return null;
    const row = await tx
      .selectFrom(of)
      .select('name')
      .where('account', '=', account)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined || row.name === '' ? null : row.name;
  };
  return { driver: await name('driver', driver), key: await name('key', key), box: await name('box', box) };
}
