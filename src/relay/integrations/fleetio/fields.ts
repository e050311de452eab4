/** The three custom fields of vehicle assignments: found in Fleetio by their labels, or named as missing. */
import type { Assignment, CustomField } from './api/port.ts';
import { type FieldRole, fieldPresets, fieldRoles, type IntegrationSettings } from './settings.ts';

interface FieldFound {
  readonly label: string;
  /** Null: missing. */
  readonly key: string | null;
  /**
   * `found`: Fleetio shows it. `assumed`: Fleetio does not say; the first write, read back, will tell. `missing`: it has to be
   * created in Fleetio.
   */
  readonly state: 'found' | 'assumed' | 'missing';
}

export type FieldsFound = Readonly<Record<FieldRole, FieldFound>>;

interface Evidence {
  /** Null: the list may not be read. */
  readonly list: readonly CustomField[] | null;
  /** Some assignments, for the keys that they carry. */
  readonly assignments: readonly Assignment[];
}

/** The fields that Fleetio shows now, for an administrator who picks by hand. */
export interface FieldsSeen {
  readonly ours: FieldsFound;
  readonly all: readonly CustomField[] | null;
  readonly carried: readonly string[];
}

export function seenFields(fields: IntegrationSettings['fields'], evidence: Evidence): FieldsSeen {
  const carried = [...new Set(evidence.assignments.flatMap(({ fields }) => [...fields.keys()]))].sort();
  return { ours: findFields(fields, evidence), all: evidence.list, carried };
}

const folded = (label: string): string =>
  label.normalize('NFKC').trim().toLowerCase().replaceAll(/\s+/g, ' ');

/** Documented: lower case, spaces as underscores. What becomes of other signs is not, so that there are several guesses. */
export function keyGuesses(label: string): readonly string[] {
  const plain = folded(label).replaceAll(' ', '_');
  const bare = plain.normalize('NFD').replaceAll(/\p{M}/gu, '');
  const each = (text: string): readonly string[] => [
    text,
    text.replaceAll('-', '_'),
    text.replaceAll('-', ''),
  ];
  return [...new Set([...each(plain), ...each(bare)])];
}

/** Labels that nobody has changed are looked for in every language of the guide. */
export function findFields(fields: IntegrationSettings['fields'], evidence: Evidence): FieldsFound {
  const seen = new Set(evidence.assignments.flatMap(({ fields }) => [...fields.keys()]));
  const find = (role: FieldRole): FieldFound =>
    findOne(fields[role], labelsOf(role, fields[role].label), evidence, seen);
  return { instructions: find('instructions'), link: find('link'), code: find('code') };
}

function labelsOf(role: FieldRole, label: string): readonly string[] {
  const presets = Object.values(fieldPresets).map(preset => preset[role]);
  return presets.includes(label) ? [label, ...presets.filter(other => other !== label)] : [label];
}

function findOne(
  set: { readonly label: string; readonly key: string | null },
  labels: readonly string[],
  { list }: Evidence,
  seen: ReadonlySet<string>,
): FieldFound {
  if (set.key !== null && (seen.has(set.key) || list?.some(({ key }) => key === set.key)))
    return { label: set.label, key: set.key, state: 'found' };
  for (const label of labels) {
    const guesses = keyGuesses(label);
    const listed = list?.find(field => folded(field.label) === folded(label));
    if (listed?.key) return { label, key: listed.key, state: 'found' };
    const carried = guesses.find(guess => seen.has(guess));
    if (carried !== undefined) return { label, key: carried, state: 'found' };
    if (listed !== undefined) return { label, key: set.key ?? guesses[0] ?? null, state: 'assumed' };
  }
  // A key picked by hand is not taken away because a list of unknown shape does not show it.
  if (set.key !== null) return { label: set.label, key: set.key, state: 'assumed' };
  if (list !== null) return { label: set.label, key: null, state: 'missing' };
  return { label: set.label, key: keyGuesses(set.label)[0] ?? null, state: 'assumed' };
}

export const missingLabels = (found: FieldsFound): readonly string[] =>
  fieldRoles.filter(role => found[role].state === 'missing').map(role => found[role].label);

export const withKeys = (
  fields: IntegrationSettings['fields'],
  found: FieldsFound,
): IntegrationSettings['fields'] => {
  const one = (role: FieldRole) => ({ label: found[role].label, key: found[role].key ?? fields[role].key });
  return { instructions: one('instructions'), link: one('link'), code: one('code') };
};
