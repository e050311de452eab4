/** Tables about a fleet's own system. Ids of theirs are texts; what is theirs and what is ours is never one column. */
import type { Flag } from './flag.ts';

/** A connected account of Fleetio. */
export interface IntegrationTable {
  readonly id: string;
  readonly account: string;
  /** `fleetio`. */
  readonly kind: string;
  readonly label: string;
  readonly base_url: string;
  /** Encrypted. */
  readonly api_key: string;
  readonly account_token: string;
  readonly webhook_key: string | null;
  readonly webhook_authorization: string | null;
  /** JSON, see integrations/fleetio/settings.ts. */
  readonly settings: string;
  readonly state: 'connected' | 'disabled';
  readonly created: number;
  /** Assignments changed up to here, by Fleetio's own clock, have been read by reconcile. */
  readonly high_water: number | null;
  readonly reconciled: number | null;
  /** When the last signed webhook came. */
  readonly last_event: number | null;
  /** Id at Fleetio of the webhook that leads here, once it is known. */
  readonly webhook_id: string | null;
  /** When all contacts were last read. */
  readonly contacts_read: number | null;
  /** The copy of the relay that speaks to Fleetio for it: the limit of calls is the account's. */
  readonly lease: string | null;
  readonly lease_until: number | null;
  /** When all vehicles were last read; null: not yet. */
  readonly imported: number | null;
  /** Last sign of life of an import that runs. */
  readonly importing: number | null;
  /** Why the last import failed; null: it did not. */
  readonly import_said: string | null;
  /** JSON of sync/deletion.ts: it was taken away, has no tokens any more, and is there for nobody. Null: it is there. */
  readonly deletion: string | null;
}

export interface VehicleTable {
  readonly integration: string;
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly plate: string | null;
  readonly archived: Flag;
  readonly sample: Flag;
  /** When an import last saw it. */
  readonly seen: number;
  readonly gone: Flag;
  /** Our key; null: not linked. */
  readonly key: string | null;
  readonly mode: 'automatic' | 'prompt';
  /** When its assignments were read since it was linked; null: they are to be. */
  readonly listed: number | null;
}

export interface ContactTable {
  readonly integration: string;
  readonly id: string;
  readonly account: string;
  /** Our driver; null until one was needed. */
  readonly driver: string | null;
  readonly name: string;
  readonly email: string | null;
  /** E.164, the mobile one first; null: none that can be read. */
  readonly phone: string | null;
  /** Region in which the number was read, or could not be; null: it has its country code, or there is none. */
  readonly phone_region: string | null;
  /** That region, where nobody had chosen it. */
  readonly phone_guess: string | null;
  readonly archived: Flag;
  /** 0: it is to be read again soon. */
  readonly fetched: number;
}

/** An assignment as it was last read, and what has become of it here. */
export interface AssignmentTable {
  readonly integration: string;
  readonly id: string;
  readonly account: string;
  readonly vehicle: string;
  readonly contact: string;
  readonly started: number | null;
  readonly ended: number | null;
  /** `updated_at` of Fleetio. */
  readonly updated: number;
  /** Gone there; a later word of it changes nothing. */
  readonly deleted: Flag;
  readonly first_seen: number;
  /** When it was last read from Fleetio itself; null: known from a signed webhook alone, and to be read. */
  readonly checked: number | null;
  /** Our booking; null: none was made yet, or the last one was replaced and an administrator is asked. */
  readonly booking: string | null;
  /** Whom and which key the assignment and the link named when that booking was made: what an administrator then changes is theirs. */
  readonly booked_contact: string | null;
  readonly booked_key: string | null;
  /** An administrator was asked at this instant; null: not (yet), or answered. */
  readonly prompted: number | null;
  /** The assignment's own window when an administrator adjusted the booking's, JSON `[start, end]`. */
  readonly adjusted: string | null;
  /** Chosen for this one by an administrator; null: as the account has it. */
  readonly contact_by: 'mail' | 'sms' | 'both' | null;
  readonly trace: string;
  /**
   * The message for the driver that is due as soon as the box has the booking; `late`: as `access`, and they know that it takes longer.
   * Null: told, or there is nothing to tell.
   */
  readonly telling: 'access' | 'late' | 'moved' | 'fresh-code' | null;
  /** Keyed hash of what the three fields are to say, and of what was last written and read back. */
  readonly fields_wanted: string | null;
  readonly fields_written: string | null;
  /** When they are to be written (again); null: they are as they should be. */
  readonly fields_due: number | null;
  /** Since when they are to be; null: nothing waits, or an older program has seen it. */
  readonly fields_since: number | null;
  /** When they were last written and read back; null: never, or by an older program. */
  readonly fields_at: number | null;
  readonly fields_tries: number;
  /** How often fields that somebody cleared were written again. */
  readonly fields_restored: number;
  /** Its booking is not over, or an administrator is asked: it is compared with Fleetio now and then. */
  readonly open: Flag;
}

/** Webhooks as they came, for processing after the 200. */
export interface WebhookEventTable {
  readonly integration: string;
  /** `id` of the envelope. */
  readonly id: string;
  readonly account: string;
  readonly event: string;
  /** Id of the assignment, or null. */
  readonly subject: string | null;
  readonly received: number;
  /** The payload without values of custom fields and without comments. */
  readonly payload: string;
  readonly state: 'new' | 'done' | 'ignored' | 'failed';
  readonly tries: number;
  readonly due: number;
}
