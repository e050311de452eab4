/** What can be set on an integration: which of Fleetio's ways is the right one, where its pages do not say. */
import * as v from 'valibot';
import type { IntegrationTable } from '../store/tables-fleetio.ts';

const name = v.pipe(
  v.string(),
  v.regex(/^\w[\w.:-]{0,99}$/, 'must be a name such as vehicle_assignment_created'),
);
const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
/** Key of a custom field; null: not found yet. */
const key = v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(100)));

export const fieldRoles = ['instructions', 'link', 'code'] as const;
export type FieldRole = (typeof fieldRoles)[number];

/** Labels of the guide, in the languages that it was written in. */
export const fieldPresets: Readonly<Record<'en' | 'nl', Readonly<Record<FieldRole, string>>>> = {
  en: {
    instructions: 'Keycafe Access Instructions',
    link: 'Keycafe Access Link',
    code: 'Keycafe Access Code',
  },
  nl: {
    instructions: 'Instructies voor toegang tot Keycafe',
    link: 'Keycafe-toegangslink',
    code: 'Toegangscode sleutelcafé',
  },
};

const field = (role: FieldRole) =>
  v.optional(
    v.strictObject({ label: v.optional(label, fieldPresets.en[role]), key: v.optional(key, null) }),
    {},
  );

export const integrationSettings = v.strictObject({
  /** `X-Api-Version`. */
  version: v.optional(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date')), '2025-05-05'),
  /** `versioned`: `/v1/…` and `/v2/contacts`, for API versions before 2025-05-05. */
  paths: v.optional(v.picklist(['plain', 'versioned']), 'plain'),
  /** How lists are filtered: `filter[updated_at][gte]`, or `q[updated_at_gteq]` as older versions have it. */
  filters: v.optional(v.picklist(['filter', 'q']), 'filter'),
  /** Calls a minute at most; 0: no limit of ours. */
  callsPerMin: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)), 20),
  /** Names of events. */
  events: v.optional(
    v.strictObject({
      created: v.optional(name, 'vehicle_assignment_created'),
      updated: v.optional(name, 'vehicle_assignment_updated'),
      deleted: v.optional(name, 'vehicle_assignment_deleted'),
      /** About a contact: it is read again. */
      contacts: v.optional(v.pipe(v.array(name), v.maxLength(20)), [
        'contact_updated',
        'contact_archived',
        'contact_merged',
      ]),
      /** Something may have changed: assignments are compared now. */
      reconcile: v.optional(v.pipe(v.array(name), v.maxLength(20)), [
        'vehicle_assigned',
        'contact_assigned',
        'import_completed',
      ]),
    }),
    {},
  ),
  /** The three custom fields of vehicle assignments. */
  fields: v.optional(
    v.strictObject({ instructions: field('instructions'), link: field('link'), code: field('code') }),
    {},
  ),
});
export type IntegrationSettings = v.InferOutput<typeof integrationSettings>;

const stored = v.object(integrationSettings.entries);

export const settingsOfIntegration = ({
  settings,
}: Pick<IntegrationTable, 'settings'>): IntegrationSettings => v.parse(stored, JSON.parse(settings));

export type EventMeaning = 'created' | 'updated' | 'deleted' | 'contact' | 'reconcile' | 'unknown';

export function meaningOf(event: string, { events }: IntegrationSettings): EventMeaning {
  if (event === events.created) return 'created';
  if (event === events.updated) return 'updated';
  if (event === events.deleted) return 'deleted';
  if (events.contacts.includes(event)) return 'contact';
  return events.reconcile.includes(event) ? 'reconcile' : 'unknown';
}
