import type { Log } from '../../base/log.ts';
import type { EntryEffect } from '../core/effect.ts';
import type { Cabinet, Store, Time } from '../ports.ts';

/** The loop works with these. */
export interface LoopDeps {
  readonly time: Time;
  readonly store: Store;
  readonly cabinet: Pick<Cabinet, 'pulse' | 'signal' | 'heard'>;
  readonly log: Log;
  /** Looks up the entry that was just typed, or compares it as a PIN. */
  readonly examine: (effect: EntryEffect) => void;
}
