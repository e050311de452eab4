/** What the engine is put together from. */
import type { Transaction } from 'kysely';
import { wall } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import type { Context, Kit } from '../../domain/context.ts';
import type { Time } from '../../ports.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import type { IntegrationTable } from '../../store/tables-fleetio.ts';
import type { FleetioClient } from '../port.ts';
import type { IntegrationSettings } from '../settings.ts';

/** An integration, and what speaks to its account of Fleetio. */
export interface Connection {
  readonly id: string;
  readonly account: string;
  readonly row: IntegrationTable;
  readonly settings: IntegrationSettings;
  readonly client: FleetioClient;
}

export interface EngineParts extends Kit {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  /** Names this copy of the relay. */
  readonly copy: string;
  /** Where the relay is found, without a slash at its end. */
  readonly httpUrl: string;
  /** @throws Fault `not-found`, `fleetio-address` */
  readonly connect: (integration: string) => Promise<Connection>;
}

/** What a piece of work in the database is given. */
export interface Desk extends Context {
  readonly integration: string;
  readonly httpUrl: string;
}

type Home = Kit & Pick<EngineParts, 'httpUrl'>;

export const deskOf = (
  { atRest, random, httpUrl }: Home,
  tx: Transaction<Tables>,
  { id, account, now }: { readonly id: string; readonly account: string; readonly now: number },
): Desk => ({ tx, atRest, random, httpUrl, account, integration: id, who: 'fleetio', now: wall(now) });

/** A transaction about one integration. */
export const write = <T>(
  parts: EngineParts,
  { id, account }: Pick<Connection, 'id' | 'account'>,
  work: (desk: Desk) => Promise<T>,
): Promise<T> => parts.store.write(tx => work(deskOf(parts, tx, { id, account, now: parts.time.wall() })));

/** Subject of a Problem about something of theirs: unique among all integrations. */
export const subjectOf = (integration: string, id: string): string => `${integration}/${id}`;
