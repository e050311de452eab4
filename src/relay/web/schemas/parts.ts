/** Pieces of the API's schemas. Requests are strict: a member that is not known is an error, not a wish ignored. */
import * as v from 'valibot';
import { parseInstant } from '../../../base/instant.ts';

export const id = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(96),
  v.regex(/^[\x21-\x7e]+$/, 'must be an id'),
);

/** Text that people read, on one line. */
export const line = (most: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(most),
    v.regex(/^[^\p{Cc}\p{Cs}]*\S[^\p{Cc}\p{Cs}]*$/u, 'must be text on one line'),
  );

/** ISO 8601 with an offset; milliseconds since 1970 once read. */
export const instant = v.pipe(
  v.string(),
  v.maxLength(40),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const read = parseInstant(dataset.value);
    if ('problem' in read) addIssue({ message: read.problem });
  }),
  v.transform(text => {
    const read = parseInstant(text);
    return 'at' in read ? Number(read.at) : Number.NaN;
  }),
  v.description('ISO 8601 with an offset, such as 2026-03-01T08:00:00+01:00'),
);

/** As answers give it: UTC with milliseconds. */
export const at = v.pipe(v.string(), v.isoTimestamp());
export const atText = (ms: number): string => new Date(ms).toISOString();
export const atOrNull = (ms: number | null): string | null => (ms === null ? null : atText(ms));

export const slot = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(999));
export const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const email = v.pipe(
  v.string(),
  v.maxLength(254),
  v.regex(/^[^\s@<>()",;:\\]+@[^\s@<>()",;:\\]+$/, 'must be a mail address'),
);
/** As people write it: read with the account's region where it has no country code. */
export const phone = v.pipe(
  v.string(),
  v.minLength(3),
  v.maxLength(40),
  v.regex(/^[+\d\s()./-]+$/, 'must be a phone number'),
);
/** 4–8 digits (rules.md 20). */
export const pin = v.pipe(v.string(), v.regex(/^\d{4,8}$/, 'must be 4 to 8 digits'));
export const tag = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(64),
  v.regex(/^[\x21-\x7e]+$/, 'must be the number of a tag'),
);
export const reason = line(200);

/** Pages: `after` is the `next` of the page before, and means nothing to anybody but this relay. */
export const pageQuery = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, 'must be a number'),
      v.transform(Number),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(500, 'must be at most 500'),
    ),
    '100',
  ),
  after: v.optional(v.pipe(v.string(), v.maxLength(400))),
};

export const pageOf = <Item extends v.GenericSchema>(item: Item) =>
  v.object({
    items: v.array(item),
    /** Null: that was the last page. */
    next: v.nullable(v.string()),
  });

export const byId = v.strictObject({ id });
export const nothing = v.strictObject({});
