import { pino } from 'pino';
import type { Log } from './log.ts';

const stderr = 2;

/** A line of JSON each on stderr, written at once, since the last line before a crash is the one that counts. */
export function jsonLog(level: string): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino({ level, base: null, formatters }, pino.destination({ fd: stderr, sync: true }));
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
