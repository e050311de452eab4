import type { StatusReport } from '../../wire/report.ts';
import type { Overlay } from '../core/model.ts';

const minuteMs = 60_000;

/** Shows what the relay has set, under the names and in the units of the configuration (contracts.md §2). */
export function overlayReport({ rules, texts }: Overlay): StatusReport['overlay'] {
  const { leadMs, openWithinMs, doorHeldMs, doorSettleMs, dueSoonMs, overdueGraceMs } = rules;
  const { maxSyncAgeMs, badgeNeedsPin } = rules;
  const { phone, name } = texts;
  const all = {
    leadMin: scaled(leadMs, minuteMs),
    openWithinS: scaled(openWithinMs, 1_000),
    doorHeldS: scaled(doorHeldMs, 1_000),
    doorSettleMs,
    dueSoonMin: scaled(dueSoonMs, minuteMs),
    overdueGraceMin: scaled(overdueGraceMs, minuteMs),
    maxSyncAgeH: scaled(maxSyncAgeMs, 60 * minuteMs),
    badgeNeedsPin,
    phone,
    name,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([rule, value]) => (value === undefined ? [] : [[rule, value]])),
  );
}

const scaled = (ms: number | null | undefined, unitMs: number): number | null | undefined =>
  typeof ms === 'number' ? ms / unitMs : ms;
