/** The name of a box, and the site where it stands. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { listSites } from '../../../domain/sites.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { field, select } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { matchOf, overtaken, versionField } from '../settings/overtaken.ts';
import type { Visit } from '../visit.ts';
import { boxPath } from './box-paths.ts';
import { type BoxVisit, boxPage, boxShown, pathOf, visitBox } from './box-shell.ts';
import { boxWords } from './box-texts.ts';

/** More sites no list to choose from has. */
const sitesMost = 500;

export const boxSettingsPage = boxPage('settings', at =>
  settings(at, { name: at.box.name, site: at.box.site ?? '' }, null, null),
);

interface Filled {
  readonly name: string;
  readonly site: string;
}

async function settings(
  at: BoxVisit,
  filled: Filled,
  problems: FormProblems | null,
  both: Html | null,
): Promise<Html> {
  const { words, box, visit } = at;
  const facts = html`<section class="sheet"><dl><dt>${words.label}</dt><dd>${box.label ?? words.unknown}</dd><dt>${words.program}</dt><dd>${box.program ?? words.unknown}</dd></dl></section>`;
  if (!visit.viewer.scopes.has('boxes:write')) return facts;
  return html`${both}<form method="post" action="${boxPath(box.id, 'settings')}" class="sheet">${versionField([box.name, box.site])}${await fields(visit, filled, problems)}
<p class="soft">${words.siteWhy}</p><p class="buttons"><button type="submit" class="main">${words.save}</button></p></form>${facts}`;
}

/** The two versions: as somebody else has saved it meanwhile, and as it was typed. */
async function bothOf({ visit, words, box }: BoxVisit, typed: Filled): Promise<Html> {
  const sites = new Map((await sitesOf(visit)).map(({ id, name }) => [id, name]));
  const called = (site: string): string => sites.get(site) ?? words.noSite;
  return await overtaken(visit, box.id, [
    { label: words.nameLabel, now: box.name, typed: typed.name },
    { label: words.site, now: called(box.site ?? ''), typed: called(typed.site) },
  ]);
}

const sitesOf = ({ context }: Visit) => listSites(context, { after: null, limit: sitesMost });

async function fields(visit: Visit, { name, site }: Filled, problems: FormProblems | null): Promise<Html> {
  const words = boxWords(visit.viewer.language);
  const sites = await sitesOf(visit);
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
      const given = { params: { id: at.box.id }, body: bodyOf(filled), match: matchOf(request) };
      await doRoute('changeBox', visit.caller, given, deps);
      return boxPath(at.box.id, 'settings');
    } catch (error) {
      if (codeOf(error) === 'not-as-read') {
        const now = await visitBox(visit, request);
        return boxShown(now, 'settings', await settings(now, filled, null, await bothOf(now, filled)));
      }
      const problems = problemsOf(error, visit.viewer.language);
      return boxShown(at, 'settings', await settings(at, filled, problems, null));
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
