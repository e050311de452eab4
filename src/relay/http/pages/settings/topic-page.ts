/** A topic that is settings of the account alone: a form of them, saved by the API's route, which says what is wrong. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import type { DeedDeps } from '../deed.ts';
import { doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bodyOf, readSetting, type SettingField, settingInput, typedOf } from './setting-fields.ts';
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
  const show = (visit: Visit, request: FastifyRequest, problems: FormProblems | null): Promise<Shown> =>
    shown({ form, path, deps }, visit, request, problems);
  return {
    page: { ...place, scope: 'settings:read', show: (visit, request) => show(visit, request, null) },
    deed: {
      ...{ ...place, scope: 'settings:write' },
      act: async (visit, request) => {
        const members = form.fields.map(
          field => [field.name, readSetting(field, fieldOf(request, field.name))] as const,
        );
        try {
          await doRoute('changeSettings', visit.caller, { body: bodyOf(members) }, deps);
        } catch (error) {
          return await show(visit, request, problemsOf(error));
        }
        return `${path}?saved=1`;
      },
    },
  };
}

interface Place {
  readonly form: TopicForm;
  readonly path: string;
  readonly deps: DeedDeps;
}

async function shown(
  { form, path, deps }: Place,
  visit: Visit,
  request: FastifyRequest,
  problems: FormProblems | null,
): Promise<Shown> {
  const { language, scopes } = visit.viewer;
  const words = settingsWords(language);
  const now = await doRoute('getSettings', visit.caller, {}, deps);
  const inputs = form.fields.map(field => {
    const typed = problems === null ? typedOf(field, now) : fieldOf(request, field.name);
    return settingInput(field, typed, language, problemOf(field, problems));
  });
  const { title, hint } = words.topics[form.topic];
  const sheet = scopes.has('settings:write')
    ? html`<form method="post" class="sheet" action="${path}">${inputs}<p class="buttons"><button type="submit" class="main">${words.save}</button></p></form>`
    : html`<fieldset disabled class="sheet"><legend class="soft">${words.mayNotChange}</legend>${inputs}</fieldset>`;
  return {
    ...{ title, lead: hint },
    body: html`${queryOf(request, 'saved') === undefined ? null : html`<p class="ok" role="status">${words.saved}</p>`}
${problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`}
${sheet}${(await form.more?.(visit)) ?? null}`,
  };
}

/** Also where a part of the member is wrong, such as one address of a list. */
const problemOf = ({ name }: SettingField, problems: FormProblems | null): string | undefined =>
  Object.entries(problems?.fields ?? {}).find(([path]) => path === name || path.startsWith(`${name}.`))?.[1];
