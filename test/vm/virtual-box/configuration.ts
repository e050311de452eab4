/** What the virtual box is told about itself, and what is booked there. */
import { lineOf, slotCount } from './virtual-box.ts';

const codesEach = 3;
const chip = 'pinctrl-bcm2711';

export interface Booked {
  readonly id: string;
  readonly code: string;
  readonly slot: number;
}

/** Codes enough for each slot, the same in every machine; the n-th of a slot counts from 0. */
export const booked: readonly Booked[] = Array.from({ length: slotCount * codesEach }, (_, n) => ({
  id: `t-${n}`,
  code: String((n * 7_654_321 + 12_345_678) % 100_000_000).padStart(8, '0'),
  slot: (n % slotCount) + 1,
}));

/** The n-th code of a slot, from 0. */
export function codeOf(slot: number, nth = 0): string {
  const found = booked.filter(booking => booking.slot === slot)[nth];
  if (found === undefined) throw new RangeError(`slot ${slot} has no code ${nth}`);
  return found.code;
}

/** Without an end: a machine that was frozen believes the day on which it was. */
export const bookings = (): readonly object[] =>
  booked.map(booking => ({ ...booking, start: '2020-01-01T00:00:00Z', end: null }));

/** A pulse is long enough to strike in the middle of it. */
export const boxYaml = (driver: 'auto' | 'cdev' | 'onoff'): string => {
  const slots = Array.from({ length: slotCount }, (_, at) => {
    const { lock, door, presence } = lineOf(at + 1);
    return `  - { id: ${at + 1}, lock: { chip: ${chip}, line: ${lock}, pulseMs: 300 }, door: { chip: ${chip}, line: ${door}, closedLevel: 0 }, presence: { chip: ${chip}, line: ${presence}, presentLevel: 0 } }`;
  });
  return `box: { id: virtual, name: Virtual, timezone: Europe/Amsterdam, language: en, region: NL }
keypad: { path: /dev/ttyS2, baud: 9600, protocol: ascii }
gpio: { driver: ${driver} }
slots:
${slots.join('\n')}`;
};
