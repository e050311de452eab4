/** Settings of an integration: which of Fleetio's ways is the right one, where its pages do not say. */
import * as v from 'valibot';
import { mustReadAs, shaped } from '../../../wire/reading.ts';
import type { IntegrationTable } from '../../store/tables-fleetio.ts';

const name = shaped(100, /^\w[\w.:-]*$/, 'must be a name such as vehicle_assignment_created');
const label = v.pipe(v.string(), v.maxLength(100), v.trim(), v.minLength(1));
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

const names = v.pipe(v.array(name), v.maxLength(20));
const eventNames = v.strictObject({
  created: name,
  updated: name,
  deleted: name,
  /** About a contact: it is read again. */
  contacts: names,
  /** Something may have changed: assignments are compared now. */
  reconcile: names,
});
const field = v.strictObject({ label, key });

const whole = v.strictObject({
  /** `X-Api-Version`. */
  version: shaped(10, /^\d{4}-\d{2}-\d{2}$/, 'must be a date'),
  /** `versioned`: `/v1/…` and `/v2/contacts`, for API versions before 2025-05-05. */
  paths: v.picklist(['plain', 'versioned']),
  /** How lists are filtered: `filter[updated_at][gte]`, or `q[updated_at_gteq]` as older versions have it. */
  filters: v.picklist(['filter', 'q']),
  /** Calls a minute at most; 0: no limit of ours. */
  callsPerMin: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)),
  events: eventNames,
  /** The three custom fields of vehicle assignments. */
  fields: v.strictObject({ instructions: field, link: field, code: field }),
});
export const integrationSettings = whole;
export type IntegrationSettings = v.InferOutput<typeof whole>;

const onePart = v.partial(field);
const parts = {
  ...whole.entries,
  events: v.partial(eventNames),
  fields: v.partial(v.strictObject({ instructions: onePart, link: onePart, code: onePart })),
};
/** A change of settings; the rest stays. */
export const settingsPatch = v.partial(v.strictObject(parts));
export type SettingsPatch = v.InferOutput<typeof settingsPatch>;

export const defaultSettings: IntegrationSettings = {
  version: '2025-05-05',
  paths: 'plain',
  filters: 'filter',
  callsPerMin: 20,
  events: {
    created: 'vehicle_assignment_created',
    updated: 'vehicle_assignment_updated',
    deleted: 'vehicle_assignment_deleted',
    contacts: ['contact_updated', 'contact_archived', 'contact_merged'],
    reconcile: ['vehicle_assigned', 'contact_assigned', 'import_completed'],
  },
  fields: {
    instructions: { label: fieldPresets.en.instructions, key: null },
    link: { label: fieldPresets.en.link, key: null },
    code: { label: fieldPresets.en.code, key: null },
  },
};

export function mergeSettings(settings: IntegrationSettings, patch: SettingsPatch): IntegrationSettings {
  const { events, fields, ...plain } = patch;
  const one = (role: FieldRole) => {
    const before = settings.fields[role];
    const after = { ...before, ...given(fields?.[role] ?? {}) };
    // Another label is another field: the key of the former is not its own.
    const isOther = after.label !== before.label && fields?.[role]?.key === undefined;
    return isOther ? { ...after, key: null } : after;
  };
  return {
    ...settings,
    ...given(plain),
    events: { ...settings.events, ...given(events ?? {}) },
    fields: { instructions: one('instructions'), link: one('link'), code: one('code') },
  };
}

/** Without members that are there and undefined. */
const given = <Part extends object>(
  part: Part,
): { [member in keyof Part]?: Exclude<Part[member], undefined> } =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as {
    [member in keyof Part]?: Exclude<Part[member], undefined>;
  };

/** Settings as they are stored: those that an older version did not write have their defaults, those that a newer one added are left out. */
const stored = v.partial(v.object(parts));

export const settingsOfIntegration = ({
  settings,
}: Pick<IntegrationTable, 'settings'>): IntegrationSettings =>
  mergeSettings(defaultSettings, mustReadAs(stored, JSON.parse(settings)));

type EventMeaning = 'created' | 'updated' | 'deleted' | 'contact' | 'reconcile' | 'unknown';

export function meaningOf(event: string, { events }: IntegrationSettings): EventMeaning {
  if (event === events.created) return 'created';
  if (event === events.updated) return 'updated';
  if (event === events.deleted) return 'deleted';
  if (events.contacts.includes(event)) return 'contact';
  return events.reconcile.includes(event) ? 'reconcile' : 'unknown';
}
