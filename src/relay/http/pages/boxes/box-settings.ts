/** The name of a box, and the site where it stands. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { listSites } from '../../../domain/sites.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { field, select } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import type { Visit } from '../visit.ts';
import { boxPath } from './box-paths.ts';
import { type BoxVisit, boxPage, boxShown, pathOf, visitBox } from './box-shell.ts';
import { boxWords } from './box-texts.ts';

/** More sites no list to choose from has. */
const sitesMost = 500;

export const boxSettingsPage = boxPage('settings', at =>
  settings(at, { name: at.box.name, site: at.box.site ?? '' }, null),
);

interface Filled {
  readonly name: string;
  readonly site: string;
}

async function settings(at: BoxVisit, filled: Filled, problems: FormProblems | null): Promise<Html> {
  const { words, box, visit } = at;
  const facts = html`<section class="sheet"><dl><dt>${words.label}</dt><dd>${box.label ?? words.unknown}</dd><dt>${words.program}</dt><dd>${box.program ?? words.unknown}</dd></dl></section>`;
  if (!visit.viewer.scopes.has('boxes:write')) return facts;
  return html`<form method="post" action="${boxPath(box.id, 'settings')}" class="sheet">${await fields(visit, filled, problems)}
<p class="soft">${words.siteWhy}</p><p class="buttons"><button type="submit" class="main">${words.save}</button></p></form>${facts}`;
}

async function fields(visit: Visit, { name, site }: Filled, problems: FormProblems | null): Promise<Html> {
  const words = boxWords(visit.viewer.language);
  const sites = await listSites(visit.context, { after: null, limit: sitesMost });
  const options = [['', words.noSite] as const, ...sites.map(each => [each.id, each.name] as const)];
  const problem = problems?.fields.name;
  return html`${problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`}
${field({ name: 'name', label: words.nameLabel, value: name, maxLength: 64, isRequired: true, ...(problem === undefined ? {} : { problem }) })}
${select('site', words.site, options, site, 'optional')}`;
}

const filledIn = (request: FastifyRequest): Filled => ({
  name: fieldOf(request, 'name').trim(),
  site: fieldOf(request, 'site'),
});

const bodyOf = ({ name, site }: Filled): object => ({ name, site: site === '' ? null : site });

export const boxSettingsDeed = (deps: DeedDeps): FramedDeed => ({
  ...{ path: pathOf('settings'), here: 'boxes', scope: 'boxes:write' },
  title: ({ menu }) => menu.boxes,
  act: async (visit, request) => {
    const at = await visitBox(visit, request);
    const filled = filledIn(request);
    try {
      await doRoute('changeBox', visit.caller, { params: { id: at.box.id }, body: bodyOf(filled) }, deps);
      return boxPath(at.box.id, 'settings');
    } catch (error) {
      return boxShown(at, 'settings', await settings(at, filled, problemsOf(error, visit.viewer.language)));
    }
  },
});

const newPath = '/admin/boxes/new';

export const newBoxPage: FramedPage = {
  ...{ path: newPath, here: 'boxes', scope: 'boxes:write' },
  title: ({ add }) => add.box,
  show: visit => newForm(visit, { name: '', site: '' }, null),
};

async function newForm(visit: Visit, filled: Filled, problems: FormProblems | null): Promise<Shown> {
  const words = boxWords(visit.viewer.language);
  return {
    title: words.newTitle,
    body: html`<form method="post" action="${newPath}" class="sheet">${onceField(visit)}${await fields(visit, filled, problems)}
<p class="soft">${words.newWhy}</p><p class="buttons"><button type="submit" class="main">${words.create}</button></p></form>`,
  };
}

export const newBoxDeed = (deps: DeedDeps): FramedDeed => ({
  ...{ path: newPath, here: 'boxes', scope: 'boxes:write' },
  title: ({ add }) => add.box,
  act: async (visit, request) => {
    const filled = filledIn(request);
    try {
      const given = { body: bodyOf(filled), once: onceOf(request) };
      const { id } = (await doRoute('createBox', visit.caller, given, deps)) as { readonly id: string };
      return boxPath(id, 'enrol');
    } catch (error) {
      return await newForm(visit, filled, problemsOf(error, visit.viewer.language));
    }
  },
});
