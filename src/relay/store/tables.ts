/** The relay's tables, as Kysely sees them: one set of names for SQLite and PostgreSQL. Instants are milliseconds since 1970. */
import type { Flag } from './flag.ts';
import type * as fleetio from './tables-fleetio.ts';
import type * as notify from './tables-notify.ts';
import type * as people from './tables-people.ts';
import type * as webhooks from './tables-webhooks.ts';
import type * as work from './tables-work.ts';

export type { Flag } from './flag.ts';

/** Everything belongs to an account (contracts.md §4); one exists from the first start. */
export interface AccountTable {
  readonly id: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2: how phone numbers without a country code are read. */
  readonly region: string;
  /** Somebody has chosen it; 0: it is what an account begins with. */
  readonly region_chosen: Flag;
  /** JSON, see settings.ts. */
  readonly settings: string;
  readonly created: number;
  /** Number of its last event (`event.number`). */
  readonly events: number;
}

interface TokenTable {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** SHA-256 of the secret part: it has 256 bits of its own. */
  readonly hash: string;
  /** Space-separated. */
  readonly scopes: string;
  readonly created: number;
  readonly used: number | null;
  readonly revoked: number | null;
}

export interface SiteTable {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly timezone: string;
  readonly language: string;
  readonly phone: string | null;
  /** ISO 3166-1 alpha-2: how numbers are read there; null: as its zone says. */
  readonly region: string | null;
  /** As drivers are told it, on one line. */
  readonly address: string | null;
  /** On a map, in millionths of a degree: both, or neither. */
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface BoxTable {
  /** In topics: wire/topics.ts `boxIdShape`. */
  readonly id: string;
  readonly account: string;
  readonly site: string | null;
  /** Where it stands, as the box itself says (wire/up.ts `boxPlace`), JSON; null: it has not said. */
  readonly place: string | null;
  readonly name: string;
  readonly created: number;
  /** How often it was enrolled; 0: never. Messages under keys of an earlier enrolment are refused. */
  readonly enrolments: number;
  readonly enrolled: number | null;
  /** Null until enrolled. Ed25519 and X25519 public keys, hex. */
  readonly sign: string | null;
  readonly seal: string | null;
  readonly label: string | null;
  readonly program: string | null;
  /** Slots that it has, `1 2 3`. */
  readonly slots: string | null;
  /** Hash of the broker password, as src/relay/broker/password.ts makes it. */
  readonly password: string | null;
  /** Relay key that it has pinned, as it last said. */
  readonly pinned: string | null;
  /** Newest revision of its set. */
  readonly revision: number;
  /** A change of the set waits to be sent. */
  readonly dirty: Flag;
  /** The set that its last receipt proves. */
  readonly known_epoch: number;
  readonly known_rev: number;
  readonly known_at: number | null;
  readonly receipt: string | null;
  readonly clock: string | null;
  /** The latest instant that it has told, and ours had reached: a word of before then is an old one. */
  readonly told_at: number;
  /** The latest epoch of its own that it has told; codes are sent for that one. */
  readonly told_epoch: number;
  /** The epoch of its journal as far as that is stored, the last event of it, and its hash. */
  readonly box_epoch: number;
  readonly seq: number;
  readonly head: string;
  /** Link up or lost, since when, and the last word of any kind. */
  readonly link: 'never' | 'up' | 'lost';
  readonly link_since: number | null;
  readonly heard: number | null;
  /** The last challenge that it sent, for commands. */
  readonly challenge: string | null;
}

/** The set of records of a box: revisions and ids. Contents come from the tables that they name. */
export interface RecordTable {
  readonly box: string;
  /** `k:KEY`, `d:DRIVER` or a booking's id. */
  readonly id: string;
  readonly kind: 'key' | 'driver' | 'booking';
  readonly subject: string;
  readonly rev: number;
  /** No longer in the set; kept until the box has a later revision, and of a driver until `gone` is long ago. */
  readonly dropped: Flag;
  /** Since when the box has shown that it has this no more; null: it has not, or it is in the set. */
  readonly gone: number | null;
}

export interface ClaimTable {
  readonly id: string;
  readonly account: string;
  readonly box: string;
  /** Encrypted. */
  readonly secret: string;
  readonly expires: number;
  readonly used: number | null;
  /** The request's keys and the answer, so that a lost answer can be had again. */
  readonly answer: string | null;
}

/** The relay's own keys, newest last; the private halves encrypted. */
export interface IdentityTable {
  readonly number: number;
  readonly id: string;
  readonly sign: string;
  readonly seal: string;
  readonly private_sign: string;
  readonly private_seal: string;
  /** Signature of the key before; null: the first, or that one was given up. */
  readonly handover: string | null;
  readonly created: number;
}

export interface KeyTable {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly box: string | null;
  readonly slot: number | null;
  /** Encrypted; and its keyed hash, which is unique in the account. */
  readonly tag: string | null;
  readonly tag_hash: string | null;
  /** Since when it has that tag; null: none, or since before that was noted. */
  readonly tag_at: number | null;
  /** The place that the events tell: `never-stocked`, `in`, `out`, `missing`. */
  readonly place: 'never-stocked' | 'in' | 'out' | 'missing';
  readonly place_slot: number | null;
  readonly place_since: number | null;
  readonly created: number;
}

export interface DriverTable {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly email: string | null;
  /** E.164. */
  readonly phone: string | null;
  /** Region in which the phone was read though nobody had chosen it: nothing is sent there until somebody has. Null: it is sure. */
  readonly phone_guess: string | null;
  /** Whether it opens (verified, or set by an administrator). */
  readonly phone_opens: Flag;
  /** Encrypted; and its keyed hash, which is unique in the account. */
  readonly badge: string | null;
  readonly badge_hash: string | null;
  /** `r1$SALT$HASH` (wire/records.ts). */
  readonly pin: string | null;
  readonly language: string | null;
  /** The same for all bookings, where the account has it so: encrypted; and its keyed hash, which is unique in the account. */
  readonly code: string | null;
  readonly code_hash: string | null;
  readonly created: number;
  /** Names, addresses and numbers that they had before: encrypted JSON, a list of words; null: none. */
  readonly former: string | null;
  /** Name and addresses are gone; the id stays in events. */
  readonly erased: number | null;
}

export interface BookingTable {
  readonly id: string;
  readonly account: string;
  readonly key: string;
  readonly box: string;
  readonly driver: string | null;
  readonly start: number;
  /** Null: until changed. */
  readonly end: number | null;
  readonly reuse: Flag;
  /** Encrypted; null once wiped (used, ended) or where there is none. */
  readonly code: string | null;
  /** Keyed hash of the code, unique on the box; null where it is the driver's own (`driver.code`); moves to `spent_code` for 90 days when the code is gone. */
  readonly code_hash: string | null;
  /** `api`, `fleetio`. */
  readonly origin: string;
  readonly trace: string;
  readonly created: number;
  readonly updated: number;
  /** Revision of the box's set in which its present content was put; and when the first receipt for it came. */
  readonly rev: number;
  readonly on_box: number | null;
  readonly sent: number | null;
  readonly cancelled: number | null;
  readonly ended: number | null;
  readonly taken: number | null;
  readonly returned: number | null;
  readonly overdue: number | null;
}

interface SpentCodeTable {
  readonly box: string;
  readonly hash: string;
  readonly until: number;
}

/** The journals of all boxes, as they came. */
export interface EventTable {
  readonly box: string;
  /** `box.enrolments` when it came: a box that was replaced begins its journal anew. */
  readonly enrolment: number;
  readonly epoch: number;
  readonly seq: number;
  readonly account: string;
  /** Order of arrival in its account, from 1: whoever reads up to a number has all before it, also with several copies. */
  readonly number: number;
  /** As the box says, but never later than it came. */
  readonly at: number;
  readonly type: string;
  readonly booking: string | null;
  /** The exact line. */
  readonly line: string;
  readonly stored: number;
  /** Name of the key, as the box has it, the slot, and the driver's id, where it names them. */
  readonly key: string | null;
  readonly slot: number | null;
  readonly driver: string | null;
}

/** `epoch` of the relay and the like. */
interface MetaTable {
  readonly name: string;
  readonly value: string;
}

export interface Tables {
  readonly account: AccountTable;
  readonly token: TokenTable;
  readonly site: SiteTable;
  readonly box: BoxTable;
  readonly record: RecordTable;
  readonly claim: ClaimTable;
  readonly identity: IdentityTable;
  readonly key: KeyTable;
  readonly driver: DriverTable;
  readonly booking: BookingTable;
  readonly spent_code: SpentCodeTable;
  readonly event: EventTable;
  readonly event_checkpoint: work.EventCheckpointTable;
  readonly command: work.CommandTable;
  readonly work: work.WorkTable;
  readonly copy: work.CopyTable;
  readonly share: work.ShareTable;
  readonly idempotency: work.IdempotencyTable;
  readonly audit: work.AuditTable;
  readonly problem: work.ProblemTable;
  readonly box_state: work.BoxStateTable;
  readonly word: work.WordTable;
  readonly integration: fleetio.IntegrationTable;
  readonly vehicle: fleetio.VehicleTable;
  readonly contact: fleetio.ContactTable;
  readonly assignment: fleetio.AssignmentTable;
  readonly webhook_event: fleetio.WebhookEventTable;
  readonly message: notify.MessageTable;
  readonly link: notify.LinkTable;
  readonly phone_check: notify.PhoneCheckTable;
  readonly opt_out: notify.OptOutTable;
  readonly template: notify.TemplateTable;
  readonly person: people.PersonTable;
  readonly session: people.SessionTable;
  readonly person_link: people.PersonLinkTable;
  readonly second_factor: people.SecondFactorTable;
  readonly recovery_code: people.RecoveryCodeTable;
  readonly followed: webhooks.FollowedTable;
  readonly webhook: webhooks.WebhookTable;
  readonly webhook_feed: webhooks.WebhookFeedTable;
  readonly webhook_delivery: webhooks.WebhookDeliveryTable;
  readonly meta: MetaTable;
}
