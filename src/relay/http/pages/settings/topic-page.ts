/** A topic that is settings of the account alone: a form of them, saved by the API's route, which says what is wrong. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { tagOf, versionOf } from '../../api/version.ts';
import type { DeedDeps } from '../deed.ts';
import { doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf, type SaidWrong } from '../form-problems.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { isOvertaken, overtaken, problemsIn, type Sent, versionField } from './overtaken.ts';
import {
  bodyOf,
  readSetting,
  type SettingField,
  settingInput,
  settingText,
  typedOf,
} from './setting-fields.ts';
import { type SettingsWords, settingsWords } from './settings-words.ts';

interface TopicForm {
  readonly topic: keyof SettingsWords['topics'];
  readonly fields: readonly SettingField[];
  /** Beside the form. */
  readonly more?: (visit: Visit) => Promise<Html>;
}

export interface PageAndDeed {
  readonly page: FramedPage;
  readonly deed: FramedDeed;
}

export function topicPage(form: TopicForm, deps: DeedDeps): PageAndDeed {
  const path = `/admin/settings/${form.topic}`;
  const place = { path, here: 'settings', title: ({ menu }: Visit['texts']) => menu.settings } as const;
  const show = (visit: Visit, request: FastifyRequest, sent: Sent): Promise<Shown> =>
    shown({ form, path, deps }, visit, request, sent);
  return {
    page: { ...place, scope: 'settings:read', show: (visit, request) => show(visit, request, null) },
    deed: {
      ...{ ...place, scope: 'settings:write' },
      act: async (visit, request) => {
        const sent = await saved({ form, path, deps }, visit, request);
        return sent === null ? `${path}?saved=1` : await show(visit, request, sent);
      },
    },
  };
}

interface Place {
  readonly form: TopicForm;
  readonly path: string;
  readonly deps: DeedDeps;
}

/** So often it is looked again, where somebody saves another topic meanwhile. */
const looksMost = 3;

/** Null: it is saved. */
async function saved({ form, deps }: Place, visit: Visit, request: FastifyRequest): Promise<Sent> {
  const members = form.fields.map(
    field => [field.name, readSetting(field, fieldOf(request, field.name))] as const,
  );
  for (let look = 0; look < looksMost; look += 1) {
    const now = await doRoute('getSettings', visit.caller, {}, deps);
    if (isOvertaken(request, valuesOf(form, now))) return 'overtaken';
    try {
      const match = tagOf(versionOf(now));
      await doRoute('changeSettings', visit.caller, { body: bodyOf(members), match }, deps);
      return null;
    } catch (error) {
      if (codeOf(error) !== 'not-as-read') return problemsOf(error, visit.viewer.language);
    }
  }
  return 'overtaken';
}

const valuesOf = ({ fields }: TopicForm, now: unknown): readonly string[] =>
  fields.map(field => typedOf(field, now));

async function shown(
  { form, path, deps }: Place,
  visit: Visit,
  request: FastifyRequest,
  sent: Sent,
): Promise<Shown> {
  const problems = problemsIn(sent);
  const { language, scopes } = visit.viewer;
  const words = settingsWords(language);
  const now = await doRoute('getSettings', visit.caller, {}, deps);
  const inputs = form.fields.map(field => {
    const typed = sent === null ? typedOf(field, now) : fieldOf(request, field.name);
    return settingInput(field, typed, language, problemOf(field, problems));
  });
  const rows = form.fields.map(field => ({
    label: words.fields[field.name].label,
    now: settingText(field, typedOf(field, now), language),
    typed: settingText(field, fieldOf(request, field.name).trim(), language),
  }));
  const both = sent === 'overtaken' ? await overtaken(visit, visit.caller.account, rows) : null;
  const { title, hint } = words.topics[form.topic];
  const sheet = scopes.has('settings:write')
    ? html`<form method="post" class="sheet" action="${path}">${versionField(valuesOf(form, now))}${inputs}<p class="buttons"><button type="submit" class="main">${words.save}</button></p></form>`
    : html`<fieldset disabled class="sheet"><legend class="soft">${words.mayNotChange}</legend>${inputs}</fieldset>`;
  return {
    ...{ title, lead: hint },
    body: html`${queryOf(request, 'saved') === undefined ? null : html`<p class="ok" role="status">${words.saved}</p>`}
${problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`}
${both}${sheet}${(await form.more?.(visit)) ?? null}`,
  };
}

/** Also where a part of the member is wrong, such as one address of a list. */
const problemOf = ({ name }: SettingField, problems: FormProblems | null): SaidWrong | undefined =>
  Object.entries(problems?.fields ?? {}).find(([path]) => path === name || path.startsWith(`${name}.`))?.[1];
