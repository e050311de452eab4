/** An integration, as the API takes and shows it. Tokens are taken, and never shown. */
import * as v from 'valibot';
import { at, atOrNull, atText, line, whole } from '../../../http/api/schemas/parts.ts';
import { defaultBaseUrl } from '../api/address.ts';
import type { FieldsFound } from '../fields.ts';
import type { Fleetio } from '../fleetio.ts';
import type { IntegrationView } from '../integrations.ts';
import { integrationSettings, settingsPatch } from '../settings.ts';
import { type ConnectionResult, fieldsSaid } from '../verify-connection.ts';

/** As it goes into a header. */
const token = v.pipe(
  v.string(),
  v.maxLength(300),
  v.trim(),
  v.minLength(1),
  v.regex(/^[\x21-\x7e]+$/, 'must be the token alone, without spaces'),
);
const headerValue = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(300),
  v.regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be the value of a header'),
);

const members = {
  label: line(100),
  apiKey: token,
  accountToken: token,
  /** Fleetio, Webhooks, row menu: View Secret Key. */
  webhookKey: v.nullable(token),
  /** The webhook's “Authorization HTTP Header”, where it has one. */
  webhookAuthorization: v.nullable(headerValue),
  baseUrl: v.pipe(v.string(), v.maxLength(300)),
  settings: settingsPatch,
};

export const newIntegration = v.strictObject({
  kind: v.literal('fleetio'),
  apiKey: members.apiKey,
  accountToken: members.accountToken,
  /** By default the name of the account in Fleetio. */
  label: v.optional(v.nullable(members.label), null),
  webhookKey: v.optional(members.webhookKey, null),
  webhookAuthorization: v.optional(members.webhookAuthorization, null),
  baseUrl: v.optional(members.baseUrl, defaultBaseUrl),
  settings: v.optional(members.settings, {}),
});
export const changedIntegration = v.partial(v.strictObject({ ...members, enabled: v.boolean() }));

const checked = v.object({
  state: v.picklist(['right', 'wrong', 'unknown']),
  code: v.nullable(v.string()),
  said: v.string(),
  hint: v.nullable(v.string()),
});
const fieldFound = v.object({
  label: v.string(),
  key: v.nullable(v.string()),
  /** `assumed`: Fleetio does not say; the first write, read back, will tell. */
  state: v.picklist(['found', 'assumed', 'missing']),
});
export const fieldsFound = v.object({ instructions: fieldFound, link: fieldFound, code: fieldFound });

export const connectionResultShape = v.object({
  apiKey: checked,
  accountToken: checked,
  webhookKey: checked,
  fields: v.nullable(fieldsFound),
  /** The fields to create in Fleetio, in words; null: none. */
  missing: v.nullable(v.string()),
});

export const fieldsShown = ({ instructions, link, code }: FieldsFound): v.InferInput<typeof fieldsFound> => ({
  instructions: { ...instructions },
  link: { ...link },
  code: { ...code },
});

export const connectionResultShown = (
  result: ConnectionResult,
): v.InferInput<typeof connectionResultShape> => ({
  apiKey: result.apiKey,
  accountToken: result.accountToken,
  webhookKey: result.webhookKey,
  fields: result.fields === null ? null : fieldsShown(result.fields),
  missing: fieldsSaid(result),
});

export const vehiclesRead = v.object({
  known: whole,
  linked: whole,
  /** In use, without a key. */
  unlinked: whole,
  /** Of those with a key: whose assignments ask an administrator. */
  prompt: whole,
  /** When all were last read; null: not yet. */
  read: v.nullable(at),
  reading: v.boolean(),
  /** Why the last reading failed. */
  said: v.nullable(v.string()),
});

export const vehiclesReadShown = ({
  row,
  vehicles,
  linked,
  unlinked,
  prompt,
}: IntegrationView): v.InferInput<typeof vehiclesRead> => ({
  ...{ known: vehicles, linked, unlinked, prompt, read: atOrNull(row.imported) },
  ...{ reading: row.importing !== null, said: row.import_said },
});

export const integration = v.object({
  id: v.string(),
  kind: v.string(),
  label: v.string(),
  baseUrl: v.string(),
  enabled: v.boolean(),
  /** The address to type as URL of the webhook in Fleetio. */
  webhookUrl: v.string(),
  has: v.object({ webhookKey: v.boolean(), webhookAuthorization: v.boolean() }),
  settings: integrationSettings,
  /** The last event that was signed with the present key. */
  lastEvent: v.nullable(at),
  /** When all assignments were last compared. */
  reconciled: v.nullable(at),
  vehicles: vehiclesRead,
  /** Waiting just now: calls that this copy of the relay holds back, webhooks to work off, assignments whose fields are to be written. */
  queue: v.object({ calls: whole, webhooks: whole, fields: whole }),
  created: at,
});

/** People say these of it; of what it hears and what waits there is no version. */
export const integrationVersion = ['label', 'baseUrl', 'enabled', 'settings'] as const;

export const integrationShown = (
  view: IntegrationView,
  fleetio: Pick<Fleetio, 'webhookUrl' | 'clients'>,
): v.InferInput<typeof integration> => {
  const { row, settings } = view;
  return {
    ...{
      id: row.id,
      kind: row.kind,
      label: row.label,
      baseUrl: row.base_url,
      webhookUrl: fleetio.webhookUrl,
    },
    enabled: row.state === 'connected',
    has: { webhookKey: row.webhook_key !== null, webhookAuthorization: row.webhook_authorization !== null },
    settings: structuredClone(settings) as v.InferInput<typeof integrationSettings>,
    lastEvent: atOrNull(row.last_event),
    reconciled: atOrNull(row.reconciled),
    vehicles: vehiclesReadShown(view),
    queue: { calls: fleetio.clients.waiting(row.id), ...view.queue },
    created: atText(row.created),
  };
};
