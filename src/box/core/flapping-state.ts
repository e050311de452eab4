import type { KeyName, MonoMs, SlotId } from '../../base/brand.ts';

/**
 * Each of these can change without end: a sensor, a line of the box, a port that comes and goes, the disk, the clock, the findings of
 * starts, and the tag of a key that hangs at the edge of a reader's field.
 */
export type Source =
  | SlotSource
  | { readonly of: 'start'; readonly slot: SlotId }
  | { readonly of: 'tamper' | 'power-low' | 'storage' | 'clock' }
  | { readonly of: 'port'; readonly device: string }
  | { readonly of: 'tag'; readonly key: KeyName };

export interface SlotSource {
  readonly of: 'door' | 'presence';
  readonly slot: SlotId;
}

/** How often one source has changed of late; none is kept of a source that has been quiet for a day. */
export interface Flapping {
  readonly source: Source;
  /** Changes that are still told one by one. */
  readonly left: number;
  readonly filledAt: MonoMs;
  /** Changes in the present minute, told or not. */
  readonly minute: { readonly since: MonoMs; readonly count: number };
  /** Which of the growing intervals is the next; kept while the source is quiet, so that nobody begins anew by pausing. */
  readonly step: number;
  /** It is counted, not told; `more`: changes since the last count. */
  readonly counted: { readonly since: MonoMs; readonly more: number } | null;
}
