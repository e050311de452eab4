/** The three custom fields of an assignment: what they are called there, what they say, what somebody else has done to them. */
import type { Fields } from '../../../messages/fields.ts';
import type { AssignmentTable } from '../../../store/tables-fleetio.ts';
import type { Assignment } from '../api/port.ts';
import { type FieldRole, fieldRoles, type IntegrationSettings } from '../settings.ts';
import type { SyncContext } from './context.ts';
import { hashOfFields } from './derive-fields.ts';
import { save } from './rows.ts';

/** Fields that somebody has changed are written once more; then they are theirs. */
const restoredMax = 1;

interface FieldNames {
  /** Role → key. */
  readonly keys: ReadonlyMap<FieldRole, string>;
  /** Labels of those whose key is not known. */
  readonly missing: readonly string[];
}

export function fieldNames({ fields }: IntegrationSettings): FieldNames {
  const keys = new Map<FieldRole, string>();
  const missing: string[] = [];
  for (const role of fieldRoles) {
    const { key, label } = fields[role];
    if (key === null) missing.push(label);
    else keys.set(role, key);
  }
  return { keys, missing };
}

/** Empty, absent and null are one. */
const plain = (value: string | null | undefined): string | null =>
  value == null || value === '' ? null : value;

/** In a PATCH: all that have a key, and no others. `blank` stands for nothing, where Fleetio takes no null. */
export function fieldsToSend(
  wanted: Fields,
  { keys }: FieldNames,
  blank: string | null,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries([...keys].map(([role, key]) => [key, plain(wanted[role]) ?? blank]));
}

/** Labels of the fields that the record does not have as they were sent. */
export function notTaken(
  record: Assignment,
  sent: Readonly<Record<string, string | null>>,
  { fields }: IntegrationSettings,
): readonly string[] {
  return fieldRoles.flatMap(role => {
    const { key, label } = fields[role];
    const isMissing = key === null || plain(record.fields.get(key)) !== plain(sent[key]);
    return isMissing ? [label] : [];
  });
}

/**
 * A record that was read: where its fields no longer say what was written there, they are written once more, and then left
 * alone until there is something new to say.
 */
export async function awaitFields(
  context: SyncContext,
  seen: {
    readonly row: AssignmentTable;
    readonly record: Assignment;
    readonly settings: IntegrationSettings;
  },
): Promise<AssignmentTable> {
  const { row, record, settings } = seen;
  const isWritten = row.fields_due === null && row.fields_written !== null && row.deleted === 0;
  const isOld = record.updated !== null && record.updated < row.updated;
  if (!isWritten || isOld || row.fields_restored >= restoredMax) return row;
  const { keys, missing } = fieldNames(settings);
  if (missing.length > 0) return row;
  const of = (role: FieldRole): string | null => plain(record.fields.get(keys.get(role) ?? ''));
  const there = { instructions: of('instructions') ?? '', link: of('link'), code: of('code') };
  if (hashOfFields(context, there) === row.fields_written) return row;
  return await save(context, row, { fields_due: context.now, fields_restored: row.fields_restored + 1 });
}
