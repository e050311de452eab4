import type { Ticket } from '../../../torture/world.ts';
import { slotCount } from '../virtual-box.ts';

const ticketsEach = 20;
/** Codes of the bookings that every machine has come before these. */
const firstCode = 1_000;

/** For drivers who come one after the other, the same in every machine. */
export const tickets: readonly Ticket[] = Array.from({ length: slotCount * ticketsEach }, (_, n) => ({
  id: `p-${n}`,
  code: String(((n + firstCode) * 7_654_321 + 12_345_678) % 100_000_000).padStart(8, '0'),
  slot: (n % slotCount) + 1,
  reuse: n % 40 === 39,
}));

export const reusable: ReadonlySet<string> = new Set(
  tickets.filter(({ reuse }) => reuse).map(({ id }) => id),
);
