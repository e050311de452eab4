/** The relay's port to Fleetio, in words of ours. Ids are texts, instants are UTC; what is strange never gets this far. */
import type { WallMs } from '../../../../base/brand.ts';

/** A vehicle assignment as it was read. */
export interface Assignment {
  readonly id: string;
  readonly vehicle: string;
  readonly contact: string;
  /** Null: open. */
  readonly started: WallMs | null;
  readonly ended: WallMs | null;
  /** `updated_at`; null where a record lacks it. */
  readonly updated: WallMs | null;
  /** Where a record says that it was deleted. */
  readonly deleted: boolean;
  readonly contactName: string | null;
  /** Custom fields by key; empty also where Fleetio says null. */
  readonly fields: ReadonlyMap<string, string | null>;
}

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** As people wrote them, the mobile one first. */
  readonly phones: readonly string[];
  readonly archived: boolean;
}

export interface Vehicle {
  readonly id: string;
  readonly name: string;
  readonly plate: string | null;
  readonly archived: boolean;
  readonly sample: boolean;
}

export interface FleetAccount {
  readonly id: string;
  readonly name: string;
  /** The account token; null where the list does not show it. */
  readonly token: string | null;
}

/** A custom field, as far as a list of no documented shape tells. */
export interface CustomField {
  readonly label: string;
  /** Null: the list names none. */
  readonly key: string | null;
  /** Null: not said. */
  readonly onAssignments: boolean | null;
}

export interface WebhookSettings {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly allEvents: boolean;
  /** Names of the events that it is subscribed to. */
  readonly events: ReadonlySet<string>;
  /** Names of all that it could be subscribed to, as far as it lists them. */
  readonly known: ReadonlySet<string>;
  readonly sharedKey: string | null;
  readonly authorization: string | null;
  readonly disabledReason: string | null;
}

/** A record that cannot be used: which one, and why. Never a value of it. */
export interface Malformed {
  /** `assignment`, `contact` … */
  readonly kind: string;
  /** Null: not even its id can be read. */
  readonly id: string | null;
  /** `contact_id is null`. */
  readonly why: string;
}

/** One bad record never hides the others: it is named beside them. */
export interface ListPage<T> {
  readonly records: readonly T[];
  readonly malformed: readonly Malformed[];
}

/**
 * The order of calls, first to last: a person waits for the answer; an assignment is read again, soonest start first; fields
 * are written, soonest start first; all is compared.
 */
export type Turn =
  | { readonly for: 'person' }
  | { readonly for: 're-get'; readonly start: WallMs }
  | { readonly for: 'write-back'; readonly start: WallMs }
  | { readonly for: 'reconcile' };

export interface AssignmentChange {
  /** All three in one call; only ours are named, so that those of others stay. */
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly started?: WallMs;
  readonly ended?: WallMs;
}

export type AssignmentFilter = { readonly updatedSince: WallMs } | { readonly vehicle: string };

/**
 * One connected account. Every method may throw a FleetioError; one that is worth another try was tried three times.
 * Lists come page by page, up to 100 records each; every page waits for its own turn. A record that cannot be used is named in its
 * page; asked for by itself it is a FleetioError `fleetio-record`.
 */
export interface FleetioClient {
  accounts(turn: Turn): Promise<readonly FleetAccount[]>;
  /** `gone` is never said of a path that does not answer at all: that is a FleetioError `fleetio-not-found`. */
  assignment(id: string, turn: Turn): Promise<Assignment | 'gone'>;
  /** Oldest change first. Deleted ones are not in it. */
  assignments(filter: AssignmentFilter, turn: Turn): AsyncIterable<ListPage<Assignment>>;
  /** The record as Fleetio has it afterwards: what it did not take is not in its `fields`. */
  patchAssignment(id: string, change: AssignmentChange, turn: Turn): Promise<Assignment | 'gone'>;
  contact(id: string, turn: Turn): Promise<Contact | 'gone'>;
  contacts(turn: Turn): AsyncIterable<ListPage<Contact>>;
  vehicle(id: string, turn: Turn): Promise<Vehicle | 'gone'>;
  /** Without archived ones. */
  vehicles(turn: Turn): AsyncIterable<ListPage<Vehicle>>;
  customFields(turn: Turn): Promise<readonly CustomField[]>;
  webhooks(turn: Turn): Promise<readonly WebhookSettings[]>;
  webhook(id: string, turn: Turn): Promise<WebhookSettings | 'gone'>;
  enableWebhook(id: string, turn: Turn): Promise<WebhookSettings | 'gone'>;
  /** How long a call of that turn would wait now. */
  waitMs(turn: Turn): number;
}
