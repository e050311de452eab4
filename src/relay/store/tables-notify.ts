/** Messages to people, and what they have answered. */
import type { Flag } from './flag.ts';

export interface MessageTable {
  readonly id: string;
  readonly account: string;
  readonly booking: string | null;
  /** Whom it is for, or about: erased with them. */
  readonly driver: string | null;
  readonly channel: 'mail' | 'sms';
  /** A template: messages/kinds.ts. */
  readonly kind: string;
  readonly language: string;
  /** Address or number, encrypted; null once it was sent and is not to be kept, or its driver was erased. */
  readonly address: string | null;
  /** Keyed hash of the same, for caps and for what a provider says later; null when its driver was erased. */
  readonly address_hash: string | null;
  /** The data that the template needs besides the booking itself, encrypted JSON; null as above. */
  readonly data: string | null;
  readonly created: number;
  /** Not before; moved by quiet hours and by tries. */
  readonly due: number;
  /** Never after: a message that would come too late is dropped. */
  readonly until: number | null;
  readonly state:
    | 'waiting'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'refused'
    | 'undelivered'
    | 'opted-out'
    | 'dropped'
    | 'failed';
  readonly tries: number;
  /** The outcome of the last try, in words of ours; no address in it. */
  readonly said: string | null;
  readonly sent: number | null;
  /** Id that an SMS provider gave it. */
  readonly provider_id: string | null;
  readonly lease: string | null;
  readonly lease_until: number | null;
}

/** A driver's page, `/a/TOKEN`: of one booking, for the driver that it had then. Its end is that of the booking. */
export interface LinkTable {
  /** SHA-256 of the token: it has 128 bits of its own. */
  readonly hash: string;
  readonly account: string;
  readonly booking: string;
  /** Null: the booking has none. Another driver's booking is no business of whoever has this link. */
  readonly driver: string | null;
  readonly created: number;
  readonly revoked: Flag;
  /** The token itself, encrypted: the same link stands in every message of a booking. */
  readonly token: string;
}

/** A number that a driver wants to use from now on, until the code that was sent to it has come back. */
export interface PhoneCheckTable {
  readonly driver: string;
  readonly account: string;
  readonly phone: string;
  /** Keyed hash. */
  readonly code: string;
  /** Keyed hash of what went to the number that they have until now; null: they have none, or it is the same. */
  readonly old_code: string | null;
  readonly created: number;
  readonly expires: number;
  readonly tries: number;
}

/** Addresses that asked for no more messages. */
export interface OptOutTable {
  readonly account: string;
  /** Keyed hash of the number or address. */
  readonly address: string;
  readonly at: number;
}

/** An account's own words for a kind of message. Null: ours. */
export interface TemplateTable {
  readonly account: string;
  readonly kind: string;
  readonly language: string;
  readonly subject: string | null;
  readonly text: string | null;
  readonly sms: string | null;
  readonly updated: number;
}
