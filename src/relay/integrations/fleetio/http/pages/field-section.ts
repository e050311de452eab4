/** The three custom fields: what they are called, whether Fleetio has them, and how they are called otherwise. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { fieldOf } from '../../../../http/pages/form.ts';
import { problemsOf, type SaidWrong } from '../../../../http/pages/form-problems.ts';
import { field } from '../../../../http/pages/frame/form-fields.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { queryOf } from '../../../../http/pages/query.ts';
import { overtaken, versionField } from '../../../../http/pages/settings/overtaken.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { type FieldRole, fieldPresets, fieldRoles } from '../../settings.ts';
import { accountPath, type PageParts, textsFor } from './page-parts.ts';

export type OwnFields = Readonly<Record<FieldRole, { readonly label: string; readonly key: string | null }>>;

interface Account {
  readonly id: string;
  readonly settings: { readonly fields: OwnFields };
}

type State = 'found' | 'assumed' | 'missing';
const looks = { found: ['ok', 'check'], assumed: ['warn', 'unsure'], missing: ['bad', 'alert'] } as const;

/** Fleetio is asked only where somebody wants to know: each look is a call of the few that an account has. */
export async function fieldSection(
  visit: Visit,
  request: FastifyRequest,
  { callRoute, vehicles }: PageParts,
  { id, settings }: Account,
): Promise<Html> {
  const { about } = textsFor(visit);
  const here = accountPath(id);
  const known: Record<FieldRole, State | null> = { instructions: null, link: null, code: null };
  let failed: SaidWrong | null = null;
  if (queryOf(request, 'look') === 'fields')
    try {
      const { ours } = await callRoute(vehicles.customFields, visit.caller, { params: { id } });
      for (const role of fieldRoles) known[role] = ours[role].state;
    } catch (error) {
      failed = problemsOf(error, visit.viewer.language).whole;
    }
  const rows = fieldRoles.map(role => {
    const { label, key } = settings.fields[role];
    return html`<dt>${about.fieldNames[role]}</dt><dd><code>${label}</code> ${stateMark(visit, known[role] ?? (key === null ? 'missing' : 'found'))}</dd>`;
  });
  const mayChange = visit.viewer.scopes.has('integrations:write');
  return html`<section class="sheet" id="fields"><h2>${about.fields}</h2>${failed === null ? null : html`<p class="bad" role="alert">${failed}</p>`}
<dl>${rows}</dl><p><a href="${here}/about?look=fields#fields">${about.lookFields}</a></p>${mayChange ? labelForm(visit, request, here, settings.fields) : null}</section>`;
}

function stateMark(visit: Visit, state: State): Html {
  const [tone, mark] = looks[state];
  return html`<span class="mark ${tone}">${icon(mark)}<span>${textsFor(visit).about.fieldStates[state]}</span></span>`;
}

/** A preset is one click; labels of one's own are typed. */
function labelForm(visit: Visit, request: FastifyRequest, here: string, fields: OwnFields): Html {
  const { about } = textsFor(visit);
  const version = versionField(labelsOf(fields));
  const presets = (['en', 'nl'] as const).map(
    language =>
      html`<form method="post" action="${here}/fields">${version}<input type="hidden" name="preset" value="${language}"><button type="submit">${about.presets[language]}</button></form>`,
  );
  // After a form of older labels they stand as they were typed.
  const value = (role: FieldRole): string => fieldOf(request, role) || fields[role].label;
  const typed = fieldRoles.map(role =>
    field({
      name: role,
      label: about.labelOf(about.fieldNames[role]),
      value: value(role),
      maxLength: 100,
      isRequired: true,
    }),
  );
  return html`<details><summary>${about.otherLabels}</summary><div class="buttons">${presets}</div>
<form method="post" action="${here}/fields">${version}${typed}<p class="buttons"><button type="submit">${about.saveLabels}</button></p></form></details>`;
}

export const labelsOf = (fields: OwnFields): readonly string[] => fieldRoles.map(role => fields[role].label);

/** The two versions: as somebody else has saved it meanwhile, and as it was typed or chosen. */
export async function bothLabels(
  visit: Visit,
  request: FastifyRequest,
  id: string,
  fields: OwnFields,
): Promise<Html> {
  const { fieldNames } = textsFor(visit).about;
  const typed = typedLabels(request);
  const rows = fieldRoles.map(role => ({
    ...{ label: fieldNames[role], now: fields[role].label, typed: typed[role] },
  }));
  return await overtaken(visit, id, rows);
}

function typedLabels(request: FastifyRequest): Readonly<Record<FieldRole, string>> {
  const preset = fieldOf(request, 'preset');
  if (preset === 'en' || preset === 'nl') return fieldPresets[preset];
  const of = (role: FieldRole): string => fieldOf(request, role);
  return { instructions: of('instructions'), link: of('link'), code: of('code') };
}

/** As a change of the account's settings. */
export function labelsGiven(request: FastifyRequest): object {
  const labels = typedLabels(request);
  const fields = Object.fromEntries(Object.entries(labels).map(([role, label]) => [role, { label }]));
  return { settings: { fields } };
}
