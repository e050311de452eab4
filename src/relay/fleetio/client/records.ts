/** Fleetio's records → ours. What may be missing or null anywhere (facts: nullable, unknown) may be so here; ids may not. */
import * as v from 'valibot';
import { type WallMs, wall } from '../../../base/brand.ts';
import { parseInstant } from '../../../base/instant.ts';
import type { Assignment, Contact, CustomField, FleetAccount, Vehicle, WebhookSettings } from '../port.ts';
import { FleetioError } from './errors.ts';

export const idText = v.pipe(
  v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))]),
  v.transform(String),
);

const optionalText = v.optional(v.nullable(v.string()), null);
const optionalFlag = v.optional(v.nullable(v.boolean()), null);

/** The account's zone is in the offset: one without is refused, never taken for UTC. A bare date is its midnight UTC. */
const instant = v.pipe(
  v.string(),
  v.transform((text): WallMs | null => {
    if (text === '') return null;
    const read = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00Z` : text);
    return 'at' in read ? read.at : wall(Number.NaN);
  }),
  v.check(at => at === null || !Number.isNaN(at), 'is no instant with an offset'),
);
const optionalInstant = v.optional(v.nullable(instant), null);

const fieldValue = v.nullable(v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String)));
/** Values of kinds that are none of our three are left out. */
const fields = v.pipe(
  v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
  v.transform((values): ReadonlyMap<string, string | null> => {
    const read = new Map<string, string | null>();
    for (const [key, value] of Object.entries(values ?? {})) {
      const parsed = v.safeParse(fieldValue, value);
      if (parsed.success) read.set(key, parsed.output);
    }
    return read;
  }),
);

export const assignmentRecord = v.pipe(
  v.object({
    id: idText,
    vehicle_id: idText,
    contact_id: idText,
    started_at: optionalInstant,
    ended_at: optionalInstant,
    updated_at: optionalInstant,
    deleted_at: optionalInstant,
    contact_full_name: optionalText,
    custom_fields: fields,
  }),
  v.transform(
    (read): Assignment => ({
      id: read.id,
      vehicle: read.vehicle_id,
      contact: read.contact_id,
      started: read.started_at,
      ended: read.ended_at,
      updated: read.updated_at,
      deleted: read.deleted_at !== null,
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
    archived_at: v.optional(v.unknown(), null),
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
      archived: read.archived_at !== null,
    };
  }),
);

export const vehicleRecord = v.pipe(
  v.object({
    id: idText,
    name: optionalText,
    license_plate: optionalText,
    archived_at: v.optional(v.unknown(), null),
    is_sample: optionalFlag,
  }),
  v.transform((read): Vehicle => {
    const plate = read.license_plate?.trim() ?? '';
    return {
      id: read.id,
      name: read.name?.trim() || (plate === '' ? `Vehicle ${read.id}` : plate),
      plate: plate === '' ? null : plate,
      archived: read.archived_at !== null,
      sample: read.is_sample === true,
    };
  }),
);

export const accountRecord = v.pipe(
  v.object({ id: idText, name: optionalText, token: optionalText }),
  v.transform(
    (read): FleetAccount => ({ id: read.id, name: read.name ?? `Account ${read.id}`, token: read.token }),
  ),
);

/** No page describes this list: a label and a key are looked for under the names that they are likely to have. */
export const customFieldRecord = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform((read): CustomField | null => {
    const first = (...members: readonly string[]): string | null => {
      for (const member of members) {
        const value = read[member];
        if (typeof value === 'string' && value.trim() !== '') return value.trim();
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
    url: v.string(),
    enabled: v.boolean(),
    all_events: optionalFlag,
    shared_key: optionalText,
    authorization: optionalText,
    disabled_reason: optionalText,
    subscribed_events: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
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

/** @throws FleetioError `fleetio-strange` naming the member, never its value */
export function readRecord<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const member = v.getDotPath(issue) ?? 'the record';
  throw new FleetioError(
    'fleetio-strange',
    `Fleetio’s ${what}: ${member.slice(0, 100)} is not as it should be`,
  );
}
