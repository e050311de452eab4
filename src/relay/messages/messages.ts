/** Messages as administrators see them: what was sent to whom about what, never what it said. */
import { isForAdmins, type MessageKind, provesWho } from '../core/message-rules.ts';
import { audit } from '../domain/audit.ts';
import { type Page, pageSize } from '../domain/checks.ts';
import type { Context, Reading } from '../domain/context.ts';
import { conflict, notFound } from '../domain/faults.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import type { MessageData } from './kinds.ts';
import { tellAdmins, tellDriver } from './tell.ts';

interface MessageFilter {
  readonly booking?: string | undefined;
  readonly driver?: string | undefined;
  readonly state?: MessageTable['state'] | undefined;
}

export type MessageView = Omit<
  MessageTable,
  'account' | 'address' | 'address_hash' | 'data' | 'lease' | 'lease_until' | 'provider_id'
>;

const shown = [
  ...(['id', 'booking', 'driver', 'channel', 'kind', 'language', 'created', 'due', 'until'] as const),
  ...(['state', 'tries', 'said', 'sent'] as const),
] as const;

/** Newest first. */
export function listMessages(
  { tx, account }: Reading,
  filter: MessageFilter,
  page: Page,
): Promise<readonly MessageView[]> {
  let query = tx.selectFrom('message').select(shown).where('account', '=', account);
  if (filter.booking !== undefined) query = query.where('booking', '=', filter.booking);
  if (filter.driver !== undefined) query = query.where('driver', '=', filter.driver);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (page.after !== null) query = query.where('id', '<', page.after);
  return query.orderBy('id', 'desc').limit(pageSize(page)).execute();
}

/**
 * Says the same once more, to the address that they have now, by the same way.
 * @throws Fault `not-found`; `conflict` for what only its receiver may ask for
 */
export async function resendMessage(context: Context, id: string): Promise<{ readonly ids: string[] }> {
  const { tx, account, atRest } = context;
  const row = await tx
    .selectFrom('message')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (row === undefined) throw notFound('message', id);
  const kind = row.kind as MessageKind;
  if (provesWho(kind) || kind === 'phone-changed')
    throw conflict('this was for a number at one moment', 'The driver asks for it on the key page.');
  const kept = row.data === null ? {} : (JSON.parse(atRest.open('message', id, row.data)) as MessageData);
  const data = { ...kept, isInstead: undefined };
  await audit(context, 'message-resent', id);
  if (isForAdmins(kind)) {
    const told = await tellAdmins(context, {
      kind,
      data,
      booking: row.booking ?? undefined,
      driver: row.driver,
    });
    return { ids: [...told.ids] };
  }
  if (row.booking === null) throw conflict('its booking is gone', 'Make a new booking.');
  const told = await tellDriver(context, { booking: row.booking, kind, data, by: row.channel });
  return { ids: [...told.ids] };
}
