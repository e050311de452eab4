import type { KeyName } from '../../../src/base/brand.ts';
import type { Entry } from '../../../src/wire/journal.ts';

/** The permission a slot was last opened by, until the door was shut or it lapsed. */
export interface Grant {
  by: Entry;
  opened: boolean;
  /** The door stands open for over a minute, or a technician was here: nobody is taken to stand in front of it. */
  held: boolean;
  handedOver: boolean;
  returned: KeyName | undefined;
  /** Mono time of the door's closing; a presence sensor may speak a moment later. */
  closedAt: number | null;
}

export const freshGrant = (by: Entry): Grant => ({
  ...{ by, opened: false, held: false, handedOver: false },
  ...{ returned: undefined, closedAt: null },
});

export interface SlotFact {
  readonly sensed: boolean;
  present: boolean;
  /** Without a sensor: the last thing known to have happened here is that a key left. */
  emptied: boolean;
  /** Nothing is known to have happened here ever. */
  untouched: boolean;
  jammed: boolean;
  open: boolean;
  /** Something is or was wrong with it, or a technician has it: whether it can be used is not known from outside. */
  doubtful: boolean;
  grant: Grant | null;
  /** Grants whose pulse has not come yet. */
  unpulsed: number;
}

/** A slot of which nothing is known. */
export const noSlot: SlotFact = {
  sensed: true,
  present: true,
  emptied: false,
  untouched: false,
  jammed: false,
  open: false,
  doubtful: true,
  grant: null,
  unpulsed: 0,
};

/** Rule 8: presence says so or, without a sensor, the last thing that happened there was that a key left. */
export const isEmpty = (slot: SlotFact): boolean => (slot.sensed ? !slot.present : slot.emptied);

/** Granted, and the door not shut since; for a return, when asked so. */
export const isLive = ({ grant }: SlotFact, purpose = grant?.by.for): boolean =>
  grant !== null && grant.closedAt === null && grant.by.for === purpose;

/** Nothing is known to be wrong with it, and nobody is expected at it. */
export const isUsable = (slot: SlotFact): boolean =>
  !slot.jammed && !slot.open && !slot.doubtful && !isLive(slot);

export function kept<K, V>(map: Map<K | undefined, V>, key: K | undefined, fresh: V): V {
  const found = map.get(key) ?? fresh;
  if (key !== undefined) map.set(key, found);
  return found;
}
