/** A channel by which messages leave: mail, or one of the providers of SMS. */
import type { Mail } from '../template.ts';

export interface OutgoingMessage {
  /** Of the message: the same when it is tried again. */
  readonly id: string;
  readonly to: string;
  /** The mail, or the text of the SMS. */
  readonly content: Mail | string;
  readonly language: string;
}

/** The outcome of a try. `said`: in words of ours, without any address. */
export type Outcome =
  | { readonly is: 'sent'; readonly providerId: string | null }
  /** This address will never do. */
  | { readonly is: 'refused'; readonly said: string }
  | { readonly is: 'opted-out'; readonly said: string }
  /** `whole`: nothing goes by this channel at present, whatever the address. `isCertain`: it was told so, which is no hiccup. */
  | {
      readonly is: 'later';
      readonly said: string;
      readonly whole: boolean;
      readonly waitMs?: number;
      readonly isCertain?: boolean;
    };

export interface Channel {
  /** Never throws: what goes wrong is an outcome. Ends within its own time-outs, or soon after `signal`. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}
