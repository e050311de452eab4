/** Pieces that the schemas of the wire share. Unknown members are kept everywhere (docs/synchronisation.md: two minor versions). */
import * as v from 'valibot';
import { shaped } from './reading.ts';
import { boxIdShape, payloadMaxBytes } from './topics.ts';

/** A count, number or revision: whole, from 0, exact in a double. */
export const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** An instant in UTC, milliseconds since 1970. */
export const instantMs = whole;
export const hex32 = shaped(32, /^[0-9a-f]{32}$/);
export const hex64 = shaped(64, /^[0-9a-f]{64}$/);
export const hex128 = shaped(128, /^[0-9a-f]{128}$/);
export const base64 = shaped(payloadMaxBytes, /^[A-Za-z0-9+/]+={0,2}$/);
export const boxId = shaped(63, boxIdShape);
/** Text of up to `most` characters that every database can hold: PostgreSQL takes no NUL, and refuses all that comes with one. */
export const text = (most: number) => shaped(most, /^[^\0]*$/);
/** Ids that the relay gives: records, commands, traces. */
export const recordId = v.pipe(text(96), v.minLength(1));
export const keyName = v.pipe(text(64), v.minLength(1));
export const slot = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(999));
/** A message says this to people: a reason, a name. */
export const said = text(200);
export const digits = shaped(10, /^\d{4,10}$/);
/** A random number that says "this very answer", 32 hex digits. */
export const challenge = hex32;
