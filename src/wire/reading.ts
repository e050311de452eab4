/**
 * Values from outside held against a schema. A check whose text is too long already is not followed by others: what a check
 * costs grows with the length that was allowed, never with the length that was sent. The only place that calls Valibot to read.
 */
import * as v from 'valibot';

const stopsEarly = { abortPipeEarly: true } as const;

export const readAs = <const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.SafeParseResult<Schema> => v.safeParse(schema, value, stopsEarly);

/** @throws ValiError where it is not so: for what this program wrote itself */
export const mustReadAs = <const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> => v.parse(schema, value, stopsEarly);

/** Text of at most `most` UTF-16 code units that a pattern describes. */
export const shaped = (most: number, pattern: RegExp, message?: string) =>
  message === undefined
    ? v.pipe(v.string(), v.maxLength(most), v.regex(pattern))
    : v.pipe(v.string(), v.maxLength(most, message), v.regex(pattern, message));
