import type { Secret } from '../../base/secret.ts';

/** A key of the pad. */
export type PadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

/** What bytes turned out to mean. A tag's number is treated like a secret: it identifies, and has no business in a log. */
export type Decoded =
  | { readonly kind: 'key'; readonly key: PadKey }
  /** A whole entry at once, as if typed and ended by `#`. */
  | { readonly kind: 'line'; readonly digits: Secret }
  | { readonly kind: 'tag-arrived'; readonly tag: Secret }
  | { readonly kind: 'tag-left'; readonly tag: Secret };

/** Saturating counters of one port: what a technician sees in `doctor` and `status`. */
export interface PortCounters {
  readonly bytes: number;
  readonly decoded: number;
  /** Bytes or frames thrown away, by cause. */
  readonly rejected: Readonly<Record<string, number>>;
}

export interface PortStatus {
  readonly device: string;
  readonly path: string;
  readonly up: boolean;
  readonly counters: PortCounters;
  /** Why it is down, for people; null while up. */
  readonly trouble: string | null;
}

export interface SerialSource {
  status(): PortStatus;
  close(): Promise<void>;
}

/** The optional serial display. */
export interface DisplayPort {
  /** Rows of text, already fitted to the display's columns. */
  show(rows: readonly string[]): void;
  status(): PortStatus;
  close(): Promise<void>;
}
