import type { Kysely, Transaction } from 'kysely';
import type { WallMs } from '../../base/brand.ts';
import type { Random } from '../../base/random.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import type { Tables } from '../store/tables.ts';

/** The domain's dependencies, the same for every use case. */
export interface DomainDeps {
  readonly atRest: AtRest;
  readonly random: Random;
}

/** The context of a use case: one transaction, for one account, at one instant, in the name of one person, token or part of the relay. */
export interface Context extends DomainDeps {
  readonly tx: Transaction<Tables>;
  readonly account: string;
  /** Id of a person or a token, or the name of a part of the relay: for the audit, never a secret. */
  readonly who: string;
  readonly now: WallMs;
}

/** Where only reading is needed: `tx` may be `store.db` as well. */
export interface Reading {
  readonly tx: Kysely<Tables>;
  readonly account: string;
}

/** Reading what is encrypted at rest. */
export interface OpenReading extends Reading {
  readonly atRest: AtRest;
}
