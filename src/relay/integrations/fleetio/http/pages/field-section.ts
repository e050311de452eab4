/** The three custom fields: what they are called, whether Fleetio has them, and how they are called otherwise. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { fieldOf } from '../../../../http/pages/form.ts';
import { problemsOf, type SaidWrong } from '../../../../http/pages/form-problems.ts';
import { field } from '../../../../http/pages/frame/form-fields.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { queryOf } from '../../../../http/pages/query.ts';
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
<dl>${rows}</dl><p><a href="${here}/about?look=fields#fields">${about.lookFields}</a></p>${mayChange ? labelForm(visit, here, settings.fields) : null}</section>`;
}

function stateMark(visit: Visit, state: State): Html {
  const [tone, mark] = looks[state];
  return html`<span class="mark ${tone}">${icon(mark)}<span>${textsFor(visit).about.fieldStates[state]}</span></span>`;
}

/** A preset is one click; labels of one's own are typed. */
function labelForm(visit: Visit, here: string, fields: OwnFields): Html {
  const { about } = textsFor(visit);
  const presets = (['en', 'nl'] as const).map(
    language =>
      html`<form method="post" action="${here}/fields"><input type="hidden" name="preset" value="${language}"><button type="submit">${about.presets[language]}</button></form>`,
  );
  const typed = fieldRoles.map(role =>
    field({
      name: role,
      label: about.labelOf(about.fieldNames[role]),
      value: fields[role].label,
      maxLength: 100,
      isRequired: true,
    }),
  );
  return html`<details><summary>${about.otherLabels}</summary><div class="buttons">${presets}</div>
<form method="post" action="${here}/fields">${typed}<p class="buttons"><button type="submit">${about.saveLabels}</button></p></form></details>`;
}

/** As a change of the account's settings. */
export function labelsGiven(request: FastifyRequest): object {
  const preset = fieldOf(request, 'preset');
  const labels =
    preset === 'en' || preset === 'nl'
      ? fieldPresets[preset]
      : Object.fromEntries(fieldRoles.map(role => [role, fieldOf(request, role)]));
  const fields = Object.fromEntries(Object.entries(labels).map(([role, label]) => [role, { label }]));
  return { settings: { fields } };
}
