import { utc } from '../../base/time-zone.ts';
import { calendarDay } from './calendar-day.ts';
import { timeZone } from './checks.ts';
import type { Reading } from './context.ts';
import { listSites, siteView } from './sites.ts';

interface Whose {
  readonly timezone?: string | undefined;
  readonly site?: string | undefined;
}

/**
 * Today in that zone, or else in that of the site, or else in that of the first site that the account has.
 * @throws Fault `bad-input`, `not-found`
 */
export async function dayAt(
  reading: Reading & { readonly now: number },
  { timezone, site }: Whose,
): Promise<{ readonly from: number; readonly until: number }> {
  if (timezone !== undefined) return calendarDay(reading.now, timeZone('timezone', timezone));
  const [first] =
    site === undefined
      ? await listSites(reading, { after: null, limit: 1 })
      : [await siteView(reading, site)];
  return calendarDay(reading.now, first?.timezone ?? utc);
}
