/** Pieces of the API's schemas. Requests are strict: a member that is not known is an error, not a wish ignored. */
import * as v from 'valibot';
import { parsePlanned } from '../../../../base/instant.ts';
import { readMail } from '../../../../base/mail-address.ts';
import { lineProblem, withoutMarks } from '../../../../base/plain-line.ts';
import { readTag } from '../../../../base/tag-number.ts';
import { shaped } from '../../../../wire/reading.ts';

export const id = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(96),
  v.regex(/^[\x21-\x7e]+$/, 'must be an id'),
);

/** Text by which something is sought, or that its own reader reads: names of before `line` looked closely are found by it too. */
export const typed = (most: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(most),
    v.regex(/^(?=\s*\S)[^\p{Cc}\p{Cs}]+$/u, ({ input }) => lineProblem(input) ?? 'must be text on one line'),
  );

/** Text that people read, on one line, with nothing in it that hides. */
export const line = (most: number) =>
  v.pipe(
    typed(most),
    v.rawCheck(({ dataset, addIssue }) => {
      const why = dataset.typed ? lineProblem(dataset.value) : null;
      if (why !== null) addIssue({ message: why });
    }),
    v.transform(withoutMarks),
  );

/** ISO 8601 with an offset; milliseconds since 1970 once read. */
export const instant = v.pipe(
  v.string(),
  v.maxLength(40),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const read = parsePlanned(dataset.value);
    if ('problem' in read) addIssue({ message: read.problem });
  }),
  v.transform(text => {
    const read = parsePlanned(text);
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
/** Text of which somebody else says whether it can be read; the domain reads it again, and keeps what was read. */
const readable = (most: number, problem: (text: string) => string | null) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(most),
    v.rawCheck(({ dataset, addIssue }) => {
      const why = dataset.typed ? problem(dataset.value) : null;
      if (why !== null) addIssue({ message: why });
    }),
  );

export const email = readable(320, text => {
  const reading = readMail(text);
  return reading.is === 'read' ? null : reading.why;
});
/** As people write it: read with the region of the place where it has no country code. */
export const phone = v.pipe(v.string(), v.minLength(3), v.maxLength(40));
/** 4–8 digits (rules.md 20). */
export const pin = shaped(8, /^\d{4,8}$/, 'must be 4 to 8 digits');
export const tag = readable(64, text => {
  const reading = readTag(text);
  return reading.is === 'read' ? null : reading.why;
});
/** Of what was taken although it may be meant otherwise; absent: nothing. */
export const warnings = v.optional(v.array(v.string()));
export const warningsGiven = (said: readonly string[] | undefined): { warnings?: string[] } =>
  said === undefined || said.length === 0 ? {} : { warnings: [...said] };
export const reason = line(200);

/** Pages: `after` is the `next` of the page before, and means nothing to anybody but this relay. */
export const pageQuery = {
  limit: v.optional(
    v.pipe(
      shaped(3, /^\d{1,3}$/, 'must be a number'),
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
