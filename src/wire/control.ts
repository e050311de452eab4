/**
 * The control socket: what `smartbox` and `smartboxd` say to each other. One connection, one request. The daemon greets
 * with `{hello}`; the client sends one line of JSON (≤ `requestMaxBytes`) and, where the request says `rows`, that many
 * lines more; the daemon answers with any number of `{item}` lines, then one `{done}` or `{error}`, and hangs up.
 */
import type { Json } from '../base/canonical.ts';

export const controlVersion = 1;
export const defaultSocket = '/run/smartbox/control.sock';

/** Longest request line. */
export const requestMaxBytes = 64 * 1024;
/** Longest line of an answer: a page of a list. */
export const replyMaxBytes = 1024 * 1024;
/** Rows of an import follow its request, one JSON value a line. */
export const rowMaxBytes = 64 * 1024;
export const rowsMax = 100_000;
export const rowsMaxBytes = 64 * 1024 * 1024;
/** Longest `who` and `why`, in characters. */
export const whoMax = 64;
export const whyMax = 200;

/** Longest lock-down that ends by itself. */
export const lockdownMaxMs = 366 * 86_400_000;
/** How long a door, a keypad or a port is looked at: at least, at most. */
export const lookMs = { least: 100, most: 3_600_000 } as const;
/** Most events of one `last`. */
export const lastEventsMax = 100_000;

export interface ControlRequest {
  readonly version: number;
  /** Name of the operation, `bookings.import` and the like. */
  readonly op: string;
  readonly args: { readonly [name: string]: Json | undefined };
  /** Who asks, as claimed (contracts.md §3). */
  readonly who: string;
  readonly why: string | null;
  /** How many lines follow; 0 or absent: none. */
  readonly rows?: number;
}

/** The daemon's greeting: whom the client talks to, and in which zone its people live. */
export interface ControlHello {
  readonly version: number;
  /** Version of the daemon's program, `0.1.0`. */
  readonly program: string;
  readonly box: string;
  /** IANA name of the site's zone. */
  readonly timezone: string;
}

export interface ControlError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Everything that is wrong, where one sentence is not enough (an import's bad rows). */
  readonly problems?: readonly Json[];
}

export type ControlReply =
  | { readonly hello: ControlHello }
  | { readonly item: Json }
  | { readonly done: Json }
  | { readonly error: ControlError };
