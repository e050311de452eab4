import { type Fingerprint, type KeyName, keyName, type SlotId } from '../../base/brand.ts';
import type { KeyDefinition } from './initial.ts';

/** A key as it is kept: its tag by its fingerprint. */
interface NamedKey {
  readonly name: KeyName;
  readonly home: SlotId;
  readonly tag: Fingerprint | null;
}

/** The key that a slot holds unless somebody says otherwise (contracts.md §3). */
export const defaultKey = (slot: SlotId): KeyName => keyName(`slot-${slot}`);

/**
 * The keys of a box: those that were named, and `slot-N` for each slot that is nobody's home. Rows whose slot is not
 * configured any more are left out.
 */
export function keyDefinitions(
  slots: readonly SlotId[],
  rows: readonly NamedKey[],
): readonly KeyDefinition[] {
  const known = new Set(slots);
  const housed = rows.filter(row => known.has(row.home));
  const named = new Set(housed.filter(row => row.name !== defaultKey(row.home)).map(row => row.home));
  const kept = housed.filter(row => row.name !== defaultKey(row.home) || !named.has(row.home));
  const homes = new Set(kept.map(row => row.home));
  return [
    ...kept.map(({ name, home, tag }) => ({ name, home, tagged: tag !== null })),
    ...slots
      .filter(slot => !homes.has(slot))
      .map(slot => ({ name: defaultKey(slot), home: slot, tagged: false })),
  ];
}
