/** What all sessions share. */
import type { EventIntake } from './event-intake.ts';
import type { KeyRing } from './key-ring.ts';
import type { Notes } from './notes.ts';
import type { Counted, FleetParts } from './parts.ts';

export interface Desk extends FleetParts {
  /** Of the relay. */
  readonly epoch: number;
  readonly notes: Notes;
  readonly intake: EventIntake;
  readonly ring: () => KeyRing;
  /** True: the relay has a new key since. */
  readonly checkRing: () => Promise<boolean>;
  readonly counted: Counted;
  /** Another box is enrolled in the place of this one, or none: the session with it is over. */
  readonly replaced: (box: string) => void;
  /** Rejects when the link is down. */
  readonly publish: (topic: string, payload: Uint8Array) => Promise<void>;
  /** Runs when few enough others do: for what takes memory. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}
