import type { MailAddress } from '../../base/mail-address.ts';

/** relay.yaml, checked: every default is filled in, every path absolute (contracts.md §4). */
export interface RelayConfig {
  /** Folder of database, keys and lock. */
  readonly data: string;
  readonly http: HttpConfig;
  /** One of the two is null: the broker in this process, or one outside. */
  readonly mqtt: MqttConfig | null;
  readonly broker: BrokerConfig | null;
  readonly store: StoreConfig;
  readonly secrets: { readonly keyFile: string };
  readonly fleetio: FleetioConfig;
  readonly webhooks: WebhooksConfig;
  /** Null: no Home Assistant is told of the boxes. */
  readonly homeAssistant: HomeAssistantConfig | null;
  /** Null: no mail, no SMS is sent; what waits to be sent says so. */
  readonly mail: MailConfig | null;
  readonly sms: SmsConfig | null;
  readonly limits: LimitsConfig;
  readonly log: LogLevel;
}

/** Whoever runs the relay allows each tenant this much, whatever a tenant sets. */
export interface LimitsConfig {
  /** Requests of one token: so many at once, then so many a minute. */
  readonly requestsBurst: number;
  readonly requestsPerMin: number;
  /** Most messages of one account in 24 hours, and of these by SMS to one number. */
  readonly messagesPerDay: number;
  readonly messagesPerPhoneDay: number;
}

export interface MailConfig {
  readonly url: SmtpAddress;
  readonly from: { readonly name: string; readonly address: MailAddress };
  readonly passwordFile: string | null;
  /** Certificate authority of the server; null: those of the system. */
  readonly caFile: string | null;
  /** The mailbox to which mail comes back that cannot be delivered; null: nobody reads it. */
  readonly bounces: BouncesConfig | null;
}

export interface BouncesConfig {
  readonly url: ImapAddress;
  readonly passwordFile: string;
  readonly caFile: string | null;
}

export interface ImapAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`imaps:`); otherwise by STARTTLS, which only a server on this machine may lack. */
  readonly tls: boolean;
  readonly user: string;
  /** `INBOX`, or another by its name. */
  readonly folder: string;
}

export interface SmtpAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); otherwise by STARTTLS, which only a server on this machine may lack. */
  readonly tls: boolean;
  readonly user: string | null;
}

export type SmsConfig =
  | {
      readonly provider: 'http';
      readonly url: string;
      /** Lines of `Name: value`; they may be secret. */
      readonly headersFile: string | null;
      readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
      /** With `{to}`, `{text}`, and `{id}` of the message. */
      readonly body: string;
    }
  | {
      readonly provider: 'twilio';
      readonly accountSid: string;
      readonly authTokenFile: string;
      /** One of the two is null. */
      readonly from: string | null;
      readonly messagingService: string | null;
      readonly url: string;
    };

export interface WebhooksConfig {
  /** Events may be sent to this machine, and by http: for tests and demonstrations. */
  readonly allowLoopback: boolean;
}

/** A broker that Home Assistant listens to. */
export interface HomeAssistantConfig {
  readonly url: string;
  /** Certificate authority of the broker; null: those of the system. */
  readonly caFile: string | null;
  readonly username: string;
  readonly passwordFile: string;
  /** Under which Home Assistant looks for devices. */
  readonly prefix: string;
  /** Under which states stand, and a part of every id: another relay at the same broker has another. */
  readonly topic: string;
  /** Whose boxes; null: the first account's. */
  readonly account: string | null;
}

export interface FleetioConfig {
  /** Whether an integration may lead to this machine: for the sandbox, never for a relay that others use. */
  readonly allowLoopback: boolean;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Address {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface HttpConfig {
  readonly listen: Address;
  /** People and boxes are told this address, without a slash at its end; null: the address listened on. */
  readonly url: string | null;
  /** Networks (CIDR) of proxies that say truly who calls, in `X-Forwarded-For`; none: nobody is believed. */
  readonly trustProxy: readonly string[];
}

export interface MqttConfig {
  readonly listen: Address;
  /** Boxes are told this address; null: the address listened on. */
  readonly url: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Certificate authority that boxes are told; null: the one of their system. */
  readonly caFile: string | null;
}

export interface BrokerConfig {
  readonly url: string;
  readonly caFile: string | null;
  readonly username: string;
  readonly passwordFile: string | null;
  /** Where boxes reach the same broker. */
  readonly boxes: { readonly url: string; readonly caFile: string | null };
  /** Where the relay keeps Mosquitto's password and ACL files up to date; null: somebody else does. */
  readonly mosquitto: MosquittoConfig | null;
}

export interface MosquittoConfig {
  readonly folder: string;
  /** Where Mosquitto may write what it retains. */
  readonly dataFolder: string;
  /** Where it listens for boxes; the relay's own listener is that of `broker.url`. */
  readonly listen: Address;
  /** Of both listeners, as Mosquitto finds them; null: without TLS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Gets SIGHUP when the files have changed. */
  readonly pidFile: string;
  /** System user that it runs as. */
  readonly runAs: string;
}

export type StoreConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly passwordFile: string | null };
