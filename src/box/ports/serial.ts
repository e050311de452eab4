import type { Millis } from '../../base/brand.ts';
import type { Secret } from '../../base/secret.ts';

/** A key of the pad. */
export type KeypadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

/** How bytes lie on the line: `7E1` is seven bits of data, even parity, one stop bit. */
export interface SerialFormat {
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** The bytes that a keypad of single bytes sends. */
export interface KeypadSettings {
  /** The bytes, 0–255, that mean `#` and `*`; digits are digits. */
  readonly keys: { readonly enter: readonly number[]; readonly clear: readonly number[] };
  /** The same key again within this is one press; 0: every byte is a press. */
  readonly debounceMs: Millis;
}

/** The meaning of some bytes. A tag's number is treated like a secret: it identifies, and has no business in a log. */
export type Decoded =
  | { readonly kind: 'key'; readonly key: KeypadKey }
  /** Bytes of no key: what was being typed is not what a finger meant. Leaves no prompt, unlike `*`. */
  | { readonly kind: 'noise' }
  /** A whole entry that is none, though somebody typed digits; or the first part of one, whose rest did not come. */
  | { readonly kind: 'spoilt'; readonly by: 'noise' | 'silence' }
  /** Keys or tags that waited unread for so long that whoever they are of has left. Nothing of them is judged. */
  | { readonly kind: 'outdated' }
  /** A whole entry at once, as if typed and ended by `#`. */
  | { readonly kind: 'line'; readonly digits: Secret }
  | { readonly kind: 'tag-arrived'; readonly tag: Secret }
  /** Read again within 2 s of the last time; once for each arrival. */
  | { readonly kind: 'tag-again'; readonly tag: Secret }
  | { readonly kind: 'tag-left'; readonly tag: Secret };

/** Saturating counters of one port: what a technician sees in `doctor` and `status`. */
export interface PortCounters {
  readonly bytes: number;
  readonly decoded: number;
  /** Ways through the decoder that are in order, by name. */
  readonly passed: Readonly<Record<string, number>>;
  /** Bytes with bit 7 set where eight bits of data were agreed on. */
  readonly highBits: number;
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
