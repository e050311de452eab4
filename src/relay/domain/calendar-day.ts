/** The day that a clock on the wall shows at a place. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const clock = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...clock });
  formats.set(zone, made);
  return made;
}

const dayMs = 86_400_000;

/** So long after midnight, as the wall shows it. */
function sinceMidnight(at: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(part => part.type === type)?.value ?? 0);
  return ((read('hour') * 60 + read('minute')) * 60 + read('second')) * 1_000 + (at % 1_000);
}

/** Where the clock was put forward or back since midnight, the first guess is an hour away from it. */
function midnightBefore(at: number, zone: string): number {
  const guess = at - sinceMidnight(at, zone);
  const off = sinceMidnight(guess, zone);
  return off > dayMs / 2 ? guess + (dayMs - off) : guess - off;
}

/** From its midnight to the next: 23, 24 or 25 hours. */
export function calendarDay(at: number, zone: string): { readonly from: number; readonly until: number } {
  const from = midnightBefore(at, zone);
  return { from, until: midnightBefore(from + 1.5 * dayMs, zone) };
}
