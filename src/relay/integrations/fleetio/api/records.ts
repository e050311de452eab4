/** Fleetio's records → ours. What may be missing or null anywhere (facts: nullable, unknown) may be so here; ids may not. */
import * as v from 'valibot';
import { type WallMs, wall } from '../../../../base/brand.ts';
import { parseInstant, plannedEnd } from '../../../../base/instant.ts';
import { readAs, shaped } from '../../../../wire/reading.ts';
import { FleetioError } from './errors.ts';
import type {
  Assignment,
  Contact,
  CustomField,
  FleetAccount,
  Malformed,
  Vehicle,
  WebhookSettings,
} from './port.ts';
import { plainText } from './text.ts';

export const idText = v.pipe(
  v.union([v.pipe(v.number(), v.safeInteger()), shaped(64, /^[\w-]{1,64}$/)]),
  v.transform(String),
);

/** Longest text of a member that is kept; more is cut off. Names, addresses and numbers are shorter. */
const textMax = 300;
/** No form of Fleetio's takes a longer line: a record that has one is odd, and is named rather than read. */
const takenMax = 4_000;
/** Longest name of a member that the fleet chose: keys of custom fields, names of events. */
const keyMax = 200;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most, 'is too long'));

/** A number is as good as its digits. */
const plain = v.pipe(
  v.union([text(takenMax), v.number()]),
  v.transform(value => plainText(String(value), textMax)),
);
const optionalText = v.optional(v.nullable(plain), null);
/** A secret or an address counts exactly as it is, or not at all. */
const exactText = text(1_000);
const optionalExact = v.optional(v.nullable(exactText), null);
const optionalFlag = v.optional(v.nullable(v.boolean()), null);
/** When something was archived or deleted; empty or false: never. */
const mark = v.pipe(
  v.optional(v.unknown(), null),
  v.transform(value => value !== null && value !== '' && value !== false),
);

/** The account's zone is in the offset: one without is refused, never taken for UTC. */
const instant = v.pipe(
  v.string(),
  v.maxLength(64, 'is no instant with an offset'),
  v.transform((text): WallMs | null => {
    if (text === '') return null;
    const read = parseInstant(text);
    return 'at' in read ? read.at : wall(Number.NaN);
  }),
  v.check(at => at === null || !Number.isNaN(at), 'is no instant with an offset'),
  v.check(at => at === null || at < plannedEnd, 'lies after the year 2199'),
);
const optionalInstant = v.optional(v.nullable(instant), null);

/** Longest value of a custom field; ours are shorter by far. */
const fieldMax = 4_000;
export const fieldValue = v.nullable(
  v.pipe(v.union([text(fieldMax), v.number(), v.boolean()]), v.transform(String)),
);
/**
 * Values that are none of ours are left out: of other kinds, or longer, as essays in fields of the fleet's own may be. So is
 * whatever is no set of fields.
 */
const fields = v.pipe(
  v.optional(v.unknown(), null),
  v.transform((values): ReadonlyMap<string, string | null> => {
    const read = new Map<string, string | null>();
    for (const [key, value] of Object.entries(isObject(values) ? values : {})) {
      if (key.length > keyMax) continue;
      const parsed = readAs(fieldValue, value);
      if (parsed.success) read.set(key, parsed.output);
    }
    return read;
  }),
);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const assignmentRecord = v.pipe(
  v.object({
    id: idText,
    vehicle_id: idText,
    contact_id: idText,
    started_at: optionalInstant,
    ended_at: optionalInstant,
    updated_at: optionalInstant,
    deleted_at: mark,
    contact_full_name: optionalText,
    custom_fields: fields,
  }),
  v.check(
    ({ started_at, ended_at }) => started_at === null || ended_at === null || ended_at > started_at,
    'ended_at is not after started_at',
  ),
  v.transform(
    (read): Assignment => ({
      id: read.id,
      vehicle: read.vehicle_id,
      contact: read.contact_id,
      started: read.started_at,
      ended: read.ended_at,
      updated: read.updated_at,
      deleted: read.deleted_at,
      contactName: read.contact_full_name,
      fields: read.custom_fields,
    }),
  ),
);

const phoneMembers = [
  'mobile_phone_number',
  'work_phone_number',
  'home_phone_number',
  'other_phone_number',
] as const;

export const contactRecord = v.pipe(
  v.object({
    id: idText,
    name: optionalText,
    first_name: optionalText,
    middle_name: optionalText,
    last_name: optionalText,
    email: optionalText,
    archived_at: mark,
    ...(Object.fromEntries(phoneMembers.map(member => [member, optionalText])) as Record<
      (typeof phoneMembers)[number],
      typeof optionalText
    >),
  }),
  v.transform((read): Contact => {
    const parts = [read.first_name, read.middle_name, read.last_name].map(part => part?.trim() ?? '');
    const name = read.name?.trim() || parts.filter(part => part !== '').join(' ');
    const phones = phoneMembers.map(member => read[member]?.trim() ?? '').filter(phone => phone !== '');
    const email = read.email?.trim() ?? '';
    return {
      id: read.id,
      name: name === '' ? `Contact ${read.id}` : name,
      email: email === '' ? null : email,
      phones,
      archived: read.archived_at,
    };
  }),
);

export const vehicleRecord = v.pipe(
  v.object({
    id: idText,
    name: optionalText,
    license_plate: optionalText,
    archived_at: mark,
    is_sample: optionalFlag,
  }),
  v.transform((read): Vehicle => {
    const plate = read.license_plate?.trim() ?? '';
    return {
      id: read.id,
      name: read.name?.trim() || (plate === '' ? `Vehicle ${read.id}` : plate),
      plate: plate === '' ? null : plate,
      archived: read.archived_at,
      sample: read.is_sample === true,
    };
  }),
);

export const accountRecord = v.pipe(
  v.object({ id: idText, name: optionalText, token: optionalExact }),
  v.transform(
    (read): FleetAccount => ({ id: read.id, name: read.name ?? `Account ${read.id}`, token: read.token }),
  ),
);

/** No page describes this list: a label and a key are looked for under the names that they are likely to have. */
export const customFieldRecord = v.pipe(
  v.record(text(keyMax), v.unknown()),
  v.transform((read): CustomField | null => {
    const first = (...members: readonly string[]): string | null => {
      for (const member of members) {
        const value = read[member];
        if (typeof value !== 'string') continue;
        const text = plainText(value, textMax);
        if (text !== '') return text;
      }
      return null;
    };
    const label = first('label', 'title', 'display_name', 'name');
    if (label === null) return null;
    const key = first('key', 'slug', 'api_name', 'api_key', 'field_name');
    const on = first('resource_type', 'record_type', 'resource', 'customizable_type', 'model', 'applies_to');
    const onAssignments =
      on === null ? null : /^vehicle_?assignments?$/.test(on.toLowerCase().replaceAll(/[\s-]/g, '_'));
    return { label, key, onAssignments };
  }),
);

export const webhookRecord = v.pipe(
  v.object({
    id: idText,
    url: exactText,
    enabled: v.boolean(),
    all_events: optionalFlag,
    shared_key: optionalExact,
    authorization: optionalExact,
    disabled_reason: optionalText,
    subscribed_events: v.optional(v.nullable(v.record(text(keyMax), v.unknown())), null),
  }),
  v.transform(
    (read): WebhookSettings => ({
      id: read.id,
      url: read.url,
      enabled: read.enabled,
      allEvents: read.all_events === true,
      events: new Set(
        Object.entries(read.subscribed_events ?? {})
          .filter(([, wanted]) => wanted === true)
          .map(([event]) => event),
      ),
      known: new Set(Object.keys(read.subscribed_events ?? {})),
      sharedKey: read.shared_key,
      authorization: read.authorization,
      disabledReason: read.disabled_reason,
    }),
  ),
);

export type Parsed<T> = { readonly record: T } | { readonly malformed: Malformed };

/** Names the member that is wrong, never its value. */
export function parseRecord<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  kind: string,
): Parsed<v.InferOutput<Schema>> {
  const parsed = readAs(schema, value);
  if (parsed.success) return { record: parsed.output };
  const [issue] = parsed.issues;
  const id = readAs(v.object({ id: idText }), value);
  return { malformed: { kind, id: id.success ? id.output.id : null, why: reasonFor(issue, value) } };
}

function reasonFor(issue: v.BaseIssue<unknown>, value: unknown): string {
  const member = v.getDotPath(issue)?.slice(0, 100) ?? null;
  const isOurs = issue.type === 'check' || issue.type === 'max_length';
  if (member === null) return isOurs ? issue.message : `it is ${kindOf(value)}, not a record`;
  return `${member} ${isOurs ? issue.message : `is ${kindOf(issue.input)}`}`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `not as it should be (a ${typeof value})`;
}

/** @throws FleetioError `fleetio-record`; `fleetio-strange` where there is no record in the answer */
export function readRecord<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  { kind, id }: { readonly kind: string; readonly id: string | null },
): v.InferOutput<Schema> {
  // An answer that is no record at all says nothing about the record.
  if (typeof value !== 'object' || value === null)
    throw new FleetioError('fleetio-strange', `Fleetio’s answer about ${kind} ${id ?? ''} is no record`);
  const parsed = parseRecord(schema, value, kind);
  if ('record' in parsed) return parsed.record;
  throw malformedRecord({ ...parsed.malformed, id: id ?? parsed.malformed.id });
}

export const malformedRecord = (malformed: Malformed): FleetioError =>
  new FleetioError('fleetio-record', sayMalformed(malformed), { malformed });

export const sayMalformed = ({ kind, id, why }: Malformed): string =>
  `Fleetio’s ${kind}${id === null ? ' without an id that can be read' : ` ${id}`} cannot be used: ${why}`;
