/** Dependencies of the engine, and the context of its work. */
import type { Transaction } from 'kysely';
import { wall } from '../../../../base/brand.ts';
import type { Log } from '../../../../base/log.ts';
import type { Time } from '../../../../base/time.ts';
import type { Context, DomainDeps } from '../../../domain/context.ts';
import { notFound } from '../../../domain/faults.ts';
import { preparedQuery } from '../../../store/prepared-query.ts';
import type { RelayStore } from '../../../store/store.ts';
import type { Tables } from '../../../store/tables.ts';
import type { IntegrationTable } from '../../../store/tables-fleetio.ts';
import type { FleetioClient } from '../api/port.ts';
import type { IntegrationSettings } from '../settings.ts';

/** An integration, and what speaks to its account of Fleetio. */
export interface Connection {
  readonly id: string;
  readonly account: string;
  readonly row: IntegrationTable;
  readonly settings: IntegrationSettings;
  readonly client: FleetioClient;
}

export interface EngineDeps extends DomainDeps {
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

/** The context of a piece of work in the database. */
export interface SyncContext extends Context {
  readonly integration: string;
  readonly httpUrl: string;
}

type SyncDeps = DomainDeps & Pick<EngineDeps, 'httpUrl'>;

export const syncContextOf = (
  { atRest, random, httpUrl }: SyncDeps,
  tx: Transaction<Tables>,
  { id, account, now }: { readonly id: string; readonly account: string; readonly now: number },
): SyncContext => ({ tx, atRest, random, httpUrl, account, integration: id, who: 'fleetio', now: wall(now) });

/**
 * A transaction about one integration.
 * @throws Fault `not-found`: it was taken away meanwhile
 */
export const write = <T>(
  deps: EngineDeps,
  { id, account }: Pick<Connection, 'id' | 'account'>,
  work: (context: SyncContext) => Promise<T>,
): Promise<T> =>
  deps.store.write(async tx => {
    if ((await thereRow(tx, id)).length === 0) throw notFound('integration', id);
    return await work(syncContextOf(deps, tx, { id, account, now: deps.time.wall() }));
  });

const thereRow = preparedQuery((tx, id: string) =>
  tx.selectFrom('integration').select('id').where('id', '=', id).where('deletion', 'is', null),
);

/** Subject of a Problem about something of theirs: unique among all integrations. */
export const subjectOf = (integration: string, id: string): string => `${integration}/${id}`;
