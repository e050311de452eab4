/** Clock times of a place, as a form has them, and the instants that they are. */
import type { TimeZone } from './time-zone.ts';

/** Years 1970 to 2199, as `parsePlanned` has them: who types `26` into the field of the year has written the year 26. */
const shape = /^((?:19[7-9]|20\d|21\d)\d)-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,3})?)?$/;

/** The offset of a zone from UTC at that instant, in milliseconds; whole minutes. */
function offsetMs(at: number, zone: TimeZone): number {
  const minute = Math.floor(at / 60_000) * 60_000;
  return Date.parse(`${localTime(minute, zone)}Z`) - minute;
}

/** `2026-03-01T08:00`, as `<input type="datetime-local">` has it. */
export function localTime(at: number, zone: TimeZone): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find(each => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/**
 * The instant of a clock time; null: it is none, such as 31 February, or none that anybody means. In the hour that comes twice it is the first one; a time in the
 * hour that is left out counts on from before it, as most calendars do.
 */
export function instantOfLocal(text: string, zone: TimeZone): number | null {
  const [, ...digits] = shape.exec(text) ?? [];
  if (digits.length === 0) return null;
  const written = digits.join('-');
  const asUtc = Date.parse(`${text.slice(0, 16)}:00Z`);
  const isDate = !Number.isNaN(asUtc) && localParts(asUtc) === written;
  if (!isDate) return null;
  const guesses = [-1, 1].map(days => asUtc - offsetMs(asUtc + days * 86_400_000, zone));
  const exact = guesses.filter(at => localTime(at, zone) === text.slice(0, 16));
  return exact.length > 0 ? Math.min(...exact) : Math.max(...guesses);
}

const localParts = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
