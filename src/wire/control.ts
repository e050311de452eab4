/**
 * The control socket: what `smartbox` and `smartboxd` say to each other. One connection, one request: a line of JSON
 * (≤ `requestMaxBytes`), answered by lines of JSON: any number of `{item}`, then one `{done}` or `{error}`.
 */
import type { Json } from '../base/canonical.ts';

/** Longest request line: room for an import of 100,000 bookings. */
export const requestMaxBytes = 64 * 1024 * 1024;

export const controlVersion = 1;

export interface ControlRequest {
  readonly version: number;
  /** Name of the operation, `bookings.import` and the like. */
  readonly op: string;
  readonly args: { readonly [name: string]: Json | undefined };
  /** Who asks, as claimed (contracts.md §3). */
  readonly who: string;
  readonly why: string | null;
}

export type ControlReply =
  | { readonly item: Json }
  | { readonly done: Json }
  | { readonly error: { readonly code: string; readonly message: string; readonly hint: string } };
