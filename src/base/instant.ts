import { type WallMs, wall } from './brand.ts';

/** An instant, or what is wrong with the text that should have named one. */
type Instant = { readonly at: WallMs } | { readonly problem: string };

const shape =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::\d{2})?)?$/;

/** The last millisecond of the year 9999: what comes after is written with more digits than four. */
const writableMax = 253_402_300_799_999;
/** Nobody plans beyond: a year 9999 is a slip, or stands for something that is said otherwise. */
export const plannedEnd = Date.UTC(2200, 0, 1);

/** Offsets in use reach from −12:00 to +14:00. */
const offsetMaxMin = 14 * 60;

/**
 * A strict reading of ISO 8601 in its extended form: date, time to the minute at least, and an offset. Days that no calendar
 * has, 24:00 and leap seconds are refused; digits beyond the millisecond are cut off.
 */
export function parseInstant(text: string): Instant {
  const match = shape.exec(text);
  if (match === null) return { problem: 'is no ISO 8601 time such as 2026-03-01T08:00:00+01:00' };
  const [, year, month, day, hour, minute, second = '0', fraction = '0', offset] = match;
  if (offset === undefined) return { problem: 'lacks its offset from UTC (Z, or one such as +02:00)' };
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const utc = Date.UTC(y, mo - 1, d, h, mi, s, Number(fraction.padEnd(3, '0').slice(0, 3)));
  const back = new Date(utc);
  const real = back.getUTCFullYear() === y && back.getUTCMonth() === mo - 1 && back.getUTCDate() === d;
  if (!real || h > 23 || mi > 59 || s > 59) return { problem: 'names a day or an hour that does not exist' };
  const shift = offsetMin(offset);
  if (shift === null) return { problem: `has an offset that no place has: ${offset}` };
  const at = utc - shift * 60_000;
  if (at < 0) return { problem: 'lies before 1970' };
  return at > writableMax ? { problem: 'lies after the year 9999' } : { at: wall(at) };
}

/** As `parseInstant`, of what people set or plan: before the year 2200. */
export function parsePlanned(text: string): Instant {
  const read = parseInstant(text);
  return 'at' in read && read.at >= plannedEnd ? { problem: 'lies after the year 2199' } : read;
}

function offsetMin(offset: string): number | null {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(4) || '0');
  const total = Number(offset.slice(1, 3)) * 60 + minutes;
  if (minutes > 59 || total > offsetMaxMin) return null;
  return offset.startsWith('-') ? -total : total;
}

/** ISO 8601 in UTC with milliseconds: how instants are written in events and answers. */
export const instantText = (at: WallMs): string => new Date(at).toISOString();

const durationShape = /^(\d{1,5})(s|m|h|d)$/;
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90m`, `24h`, `7d` in milliseconds; null where the text is no duration. */
export function parseDuration(text: string): number | null {
  const match = durationShape.exec(text);
  if (match === null) return null;
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}
