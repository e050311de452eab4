/** The args of operations as schemas. A message is the end of a sentence that begins with the name of the arg. */
import * as v from 'valibot';
import { keyName, slotId } from '../../base/brand.ts';
import { parsePlanned } from '../../base/instant.ts';
import { lineProblem, withoutMarks } from '../../base/plain-line.ts';
import { readAs } from '../../wire/reading.ts';
import type { BoxHandle } from '../ports.ts';
import type { Answer, Call, Operation } from './call.ts';
import { badRequest } from './request.ts';

const text = (max: number) =>
  v.pipe(
    v.string('must be text'),
    v.nonEmpty('must not be empty'),
    v.maxLength(max, `is longer than ${max} characters`),
  );

/** One line with nothing in it that hides, 1 to `max` characters. */
export const lineArg = (max: number) =>
  v.pipe(
    text(max),
    v.check(
      line => lineProblem(line) === null,
      ({ input }) => lineProblem(input) ?? '',
    ),
    v.transform(withoutMarks),
  );

/** Text by which something is found again: as it stands, whatever rule it was taken by. */
export const soughtArg = (max: number) =>
  v.pipe(text(max), v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds a control character, or half of one'));

export const keyArg = v.pipe(soughtArg(64), v.transform(keyName));

export function wholeArg(min: number, max: number) {
  const outside = ({ input }: { readonly input: number }): string =>
    `must lie between ${min} and ${max}, not ${input}`;
  return v.pipe(
    v.number('must be a whole number'),
    v.safeInteger('must be a whole number'),
    v.minValue(min, outside),
    v.maxValue(max, outside),
  );
}

export const slotArg = v.pipe(wholeArg(1, 999), v.transform(slotId));

export const instantArg = v.pipe(
  lineArg(64),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const read = parsePlanned(dataset.value);
    if ('at' in read) return read.at;
    addIssue({ message: read.problem });
    return NEVER;
  }),
);

export const flagArg = v.optional(v.boolean('must be true or false'), false);

/** An arg that may be left out, or null. */
export const maybe = <const Schema extends v.GenericSchema>(schema: Schema) => v.nullish(schema, null);

/** An operation that takes these args: one that is misspelt is an error, not a wish ignored. @throws Fault `bad-request` */
export function operation<const Entries extends v.ObjectEntries>(
  entries: Entries,
  run: (args: v.InferOutput<v.StrictObjectSchema<Entries, undefined>>, call: Call, box: BoxHandle) => Answer,
): Operation {
  const names = Object.keys(entries);
  const takes = names.length === 0 ? 'no args' : names.join(', ');
  const schema = v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? `is no arg of this; it takes ${takes}` : 'is missing',
  );
  return (call, box) => {
    const read = readAs(schema, call.args);
    if (read.success) return run(read.output as Parameters<typeof run>[0], call, box);
    const [issue] = read.issues;
    const name = String(issue.path?.[0]?.key).slice(0, 40);
    throw badRequest(`${names.includes(name) ? name : JSON.stringify(name)} ${issue.message}`);
  };
}
