/** Addresses that an account has its news sent to, and what was sent. */
import type { Flag } from './flag.ts';

/** Somebody wants to hear of everything that happens in this account. */
export interface FollowedTable {
  readonly account: string;
}

export interface WebhookTable {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly address: string;
  /** Space-separated: what it is told of. */
  readonly types: string;
  /** Names of drivers, keys and boxes go with the ids. */
  readonly names: Flag;
  /** `off`: by somebody; `disabled`: by the relay, since it failed for long. */
  readonly state: 'on' | 'off' | 'disabled';
  /** Encrypted; and the one before, which signs too until then. */
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_until: number | null;
  readonly created: number;
  /** Since when nothing has arrived; null: the last one did. */
  readonly failing: number | null;
  /** Of the delivery that is next. */
  readonly tries: number;
  /** It is not called before then: a call is under way, which counts as lost from then on, or the last one failed. */
  readonly resting: number | null;
}

/** How far the news of an account have been read. */
export interface WebhookFeedTable {
  readonly account: string;
  /** Of the last one that was told. */
  readonly number: number;
  /** `event.number` up to which the journals were read. */
  readonly event: number;
  /** JSON: the Problems and the silent boxes that were told. */
  readonly told: string;
}

/** One event for one address. It holds ids and words of ours: names are put in when it is sent. */
export interface WebhookDeliveryTable {
  readonly webhook: string;
  /** In the account's order of news. */
  readonly number: number;
  /** Of the event: the same at every address and try. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** When it happened, and when it was noted. */
  readonly at: number;
  readonly made: number;
  /** JSON. */
  readonly data: string;
  readonly state: 'waiting' | 'taken' | 'given-up';
  readonly tries: number;
  /** When it was last tried, and what came of it. */
  readonly tried: number | null;
  readonly outcome: string | null;
  readonly status: number | null;
}
