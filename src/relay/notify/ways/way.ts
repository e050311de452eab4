/** A way by which messages leave: mail, or one of the providers of SMS. */
import type { Mail } from '../template.ts';

export interface Letter {
  /** Of the message: the same when it is tried again. */
  readonly id: string;
  readonly to: string;
  /** The mail, or the text of the SMS. */
  readonly content: Mail | string;
  readonly language: string;
}

/** What became of it. `said`: in words of ours, without any address. */
export type Outcome =
  | { readonly is: 'sent'; readonly providerId: string | null }
  /** This address will never do. */
  | { readonly is: 'refused'; readonly said: string }
  | { readonly is: 'opted-out'; readonly said: string }
  /** `whole`: nothing goes by this way at present, whatever the address. */
  | { readonly is: 'later'; readonly said: string; readonly whole: boolean; readonly waitMs?: number };

export interface Way {
  /** Never throws: what goes wrong is an outcome. Ends within its own time-outs, or soon after `signal`. */
  send(letter: Letter, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}
