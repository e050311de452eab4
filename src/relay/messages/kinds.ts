import type { TimeZone } from '../../base/time-zone.ts';
import type { MessageKind } from '../core/message-rules.ts';

/** The words of one kind of message: `text` is the mail, from which its HTML is made too (template.ts). */
export interface Texts {
  readonly subject: string;
  readonly text: string;
  readonly sms: string;
}

/** The states of a booking that the instructions in the fleet's own system name. */
export const fieldStates = [
  'waiting',
  'ready',
  'key-away',
  'taken',
  'returned',
  'overdue',
  'cancelled',
  'ended',
] as const;
export type FieldState = (typeof fieldStates)[number];

export interface Catalogue {
  /** BCP 47, for dates. */
  readonly locale: string;
  readonly words: {
    /** `{start}` and on, with no end. */
    readonly untilChanged: string;
    /** Of a booking that takes again. */
    readonly again: string;
    /** Below every mail to a driver; and below those that say a code. */
    readonly footer: string;
    readonly secret: string;
    /** Below those to administrators. */
    readonly footerAdmins: string;
  };
  readonly kinds: Readonly<Record<MessageKind, Texts>>;
  readonly fields: Readonly<Record<FieldState, string>>;
}

/** Names that may stand in braces. */
export const placeholders = [
  'driver',
  'vehicle',
  'box',
  'site',
  'slot',
  'code',
  'again',
  'window',
  'start',
  'end',
  'link',
  'phone',
  'account',
  'check',
  'fault',
  'faults',
] as const;
export type Placeholder = (typeof placeholders)[number];
export type Values = Readonly<Record<Placeholder, string>>;

/** The data that a message needs besides its booking; kept encrypted. */
export interface MessageData {
  /** As its people call it; the name of the key where absent. */
  readonly vehicle?: string | undefined;
  /** Where there is no booking yet: who is to drive, and when. */
  readonly driver?: string | undefined;
  readonly start?: number | undefined;
  readonly end?: number | null | undefined;
  /** IANA zone in which that is told. */
  readonly zone?: TimeZone | undefined;
  /** Where an administrator decides. */
  readonly link?: string | undefined;
  /** Six digits that prove a number. */
  readonly check?: string | undefined;
  /** Faults of boxes: in a few words, and each on a line of its own. */
  readonly fault?: string | undefined;
  readonly faults?: string | undefined;
  /** It is an example: nothing in it is so. */
  readonly sample?: true | undefined;
  /** It says what another message was to say by the other way. */
  readonly isInstead?: true | undefined;
}
