import type { Input } from '../../../src/box/core/input.ts';
import type { Candidate } from '../../../src/box/core/model.ts';

/** The bookings whose credential this input completes; null where it presents none. */
export function presented(input: Input): readonly Candidate[] | null {
  if (input.type === 'pin-checked')
    return input.found.filter(one => input.matched.includes(one.booking) || !one.needsPin);
  if (input.type === 'tag-read') return input.frames === 1 ? input.badge.filter(one => !one.needsPin) : [];
  if (input.type !== 'looked-up') return null;
  return [...input.lookup.code, ...(input.lookup.phone?.found.filter(one => !one.needsPin) ?? [])];
}

/** A PIN is still to be typed, or was typed wrong. */
export function asksPin(input: Input): boolean {
  if (input.type === 'pin-checked') return input.matched.length === 0;
  return input.type === 'looked-up' && (input.lookup.phone?.found.some(one => one.needsPin) ?? false);
}
