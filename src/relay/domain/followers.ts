/**
 * Facts that are heard within the transaction that makes them so. The domain does not know who follows; `app/followers.ts` does.
 *
 * Most facts are items of the queue (`booking-facts.ts`) and are heard soon after. These cannot wait: what is erased is gone from
 * every table before whoever asked hears so, nothing about an erased person may lie in the queue meanwhile, and the row of a key
 * stays until nobody refers to it.
 */
import type { Context } from './context.ts';
import type { Named, PersonWords } from './person.ts';

/** A driver as they were until now. */
export interface Person extends Named {
  readonly id: string;
}

/** A room that keeps rows of its own about what the domain has. What it throws undoes the whole transaction. */
export interface Follower {
  /** Its row goes, or stays in no box. */
  readonly keyDeleted?: (context: Context, key: string) => Promise<void>;
  /** Under which names, addresses and numbers else the room has this person. */
  readonly knownAs?: (context: Context, driver: Person) => Promise<readonly Named[]>;
  /** @param words of the driver, and of everybody as whom they are known */
  readonly driverErased?: (context: Context, driver: Person, words: PersonWords) => Promise<void>;
  /** These bookings, which nobody follows, have other codes than their drivers were told. */
  readonly codesRenewed?: (context: Context, bookings: readonly string[]) => Promise<void>;
  /** Phone, badge and PIN of these drivers open nothing any more, since a box that knew them is lost. */
  readonly phonesVoided?: (context: Context, drivers: readonly string[]) => Promise<void>;
  /** The account's phone numbers are read as another country's. */
  readonly regionChanged?: (context: Context) => Promise<void>;
}

/** The context of a use case that others follow within its transaction. */
export interface FollowedContext extends Context {
  readonly followers: readonly Follower[];
}
