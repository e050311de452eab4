/** Settings as fields of a form: what of the API's answer is shown, and what of the form is sent back. */

import { type Html, html } from '../../../../base/html.ts';
import { mustReadAs } from '../../../../wire/reading.ts';
import { settingsShape } from '../../../domain/accounts.ts';
import type { SaidWrong } from '../form-problems.ts';
import type { Language } from '../frame/texts/languages.ts';
import { languageOptions, regionOptions, zoneOptions } from './choices.ts';
import { type SettingsWords, settingsWords } from './settings-words.ts';

type Kind =
  | 'text'
  | 'number'
  /** Empty means none. */
  | 'number-or-none'
  | 'flag'
  /** With commas between. */
  | 'list'
  /** `22:00-06:30` */
  | 'hours'
  | 'zone'
  | 'region'
  | 'language'
  | keyof SettingsWords['options'];

export interface SettingField {
  /** As the API names the member: by it its value is found, sent, and told to be wrong. */
  readonly name: keyof SettingsWords['fields'];
  readonly kind: Kind;
}

const defaults = { settings: mustReadAs(settingsShape, {}) };

function at(answer: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce((value, member) => (value as Readonly<Record<string, unknown>> | null)?.[member], answer);
}

/** As the form has it. */
export function typedOf({ name, kind }: SettingField, answer: unknown): string {
  const value = at(answer, name);
  if (value === null || value === undefined) return '';
  if (kind === 'flag') return value === true ? 'yes' : 'no';
  if (kind === 'list') return (value as readonly string[]).join(', ');
  if (kind !== 'hours') return String(value);
  const { from, to } = value as { readonly from: string; readonly to: string };
  return `${from}-${to}`;
}

/** As the API takes it; what cannot be read goes as it was typed, and is told to be wrong. */
export function readSetting({ kind }: SettingField, typed: string): unknown {
  const text = typed.trim();
  switch (kind) {
    case 'number':
    case 'number-or-none':
      if (text === '' && kind === 'number-or-none') return null;
      return /^\d{1,9}(?:[.,]\d{1,4})?$/.test(text) ? Number(text.replace(',', '.')) : text;
    case 'flag':
      return text === 'yes';
    case 'list':
      return text.split(/[\s,;]+/).filter(each => each !== '');
    case 'hours': {
      const [from = '', to = ''] = text.split(/[-–]/).map(each => each.trim());
      return text === '' ? null : { from, to };
    }
    case 'zone':
      return text === '' ? null : text;
    default:
      return text;
  }
}

/** `{ settings: { notify: { perDay } } }` of members by their dotted names. */
export function bodyOf(members: readonly (readonly [name: string, value: unknown])[]): object {
  const body: Record<string, unknown> = {};
  for (const [name, value] of members) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let inner = body;
    for (const member of path) {
      const below = (inner[member] ?? {}) as Record<string, unknown>;
      inner[member] = below;
      inner = below;
    }
    inner[last] = value;
  }
  return body;
}

type Options = readonly (readonly [value: string, label: string])[];

function optionsOf(kind: Kind, language: Language): Options | null {
  const { options, yes, no, choose } = settingsWords(language);
  switch (kind) {
    case 'flag':
      return [
        ['yes', yes],
        ['no', no],
      ];
    case 'zone':
      return [['', choose], ...zoneOptions()];
    case 'region':
      return regionOptions(language);
    case 'language':
      return languageOptions(language);
    case 'channels':
    case 'faults':
    case 'longBookings':
      return Object.entries(options[kind]);
    default:
      return null;
  }
}

/** The default in words; null: it has none of its own. */
function standardOf(field: SettingField, language: Language): string | null {
  const words = settingsWords(language);
  if (at(defaults, field.name) === undefined || field.kind === 'zone') return null;
  const typed = typedOf(field, defaults);
  return words.standard(settingText(field, typed, language));
}

/** The value in words, as a list of values has it. */
export function settingText({ kind }: SettingField, typed: string, language: Language): string {
  const label = optionsOf(kind, language)?.find(([value]) => value === typed)?.[1];
  return label ?? (typed === '' ? settingsWords(language).none : typed);
}

/** @param typed as it stands in the form */
export function settingInput(
  field: SettingField,
  typed: string,
  language: Language,
  problem: SaidWrong | undefined,
): Html {
  const { name, kind } = field;
  const { label, hint } = settingsWords(language).fields[name];
  const id = name.replaceAll('.', '-');
  const options = optionsOf(kind, language);
  const described = html` aria-describedby="${id}-hint"${problem === undefined ? null : html` aria-invalid="true"`}`;
  const input =
    options === null
      ? html`<input type="text" id="${id}" name="${name}" value="${typed}" maxlength="4000" autocomplete="off"${described}>`
      : html`<select id="${id}" name="${name}"${described}>${options.map(([value, text]) => html`<option value="${value}"${value === typed ? html` selected` : null}>${text}</option>`)}</select>`;
  const standard = standardOf(field, language);
  return html`<div class="field"><label for="${id}">${label}</label>${input}
<p class="soft" id="${id}-hint">${problem === undefined ? null : html`<span class="bad">${problem}</span> `}${hint}${standard === null ? null : html` ${standard}`}</p></div>`;
}
