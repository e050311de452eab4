/** The state and the services that all sessions share. */
import type { ToldAuthorities } from '../domain/authorities.ts';
import type { Counted } from './counters.ts';
import type { EventIntake } from './event-intake.ts';
import type { FleetDeps } from './fleet-deps.ts';
import type { KeyRing } from './key-ring.ts';
import type { WriteBehind } from './write-behind.ts';

export interface FleetContext extends FleetDeps {
  /** Of the relay. */
  readonly epoch: number;
  readonly writeBehind: WriteBehind;
  readonly intake: EventIntake;
  readonly ring: () => KeyRing;
  /** True: the relay has a new key since. */
  readonly checkRing: () => Promise<boolean>;
  /** The authorities that boxes are told to know the broker by; null: none yet. */
  readonly authorities: () => ToldAuthorities | null;
  readonly counted: Counted;
  /** Another box is enrolled in the place of this one, or none: the session with it is over. */
  readonly replaced: (box: string) => void;
  /** Rejects when the link is down. */
  readonly publish: (topic: string, payload: Uint8Array) => Promise<void>;
  /** Runs when few enough others do: for what takes memory. */
  readonly limited: <T>(work: () => Promise<T>) => Promise<T>;
}
