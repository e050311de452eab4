/** One key: where it is, where it belongs, and what can be done with it. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { listBoxes } from '../../../domain/boxes.ts';
import { keyView } from '../../../domain/keys.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { confirmation } from '../frame/confirmation.ts';
import { field, select } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { homeText, keyPath, placeCell } from './key-list-page.ts';
import { keyWords } from './key-texts.ts';

const path = '/admin/keys/:id';
const boxesMost = 500;

export const keyPage: FramedPage = {
  ...{ path, here: 'keys', scope: 'keys:read' },
  title: ({ menu }) => menu.keys,
  show: (visit, request) => showKey(visit, request, null),
};

async function showKey(visit: Visit, request: FastifyRequest, problems: FormProblems | null): Promise<Shown> {
  const words = keyWords(visit.viewer.language);
  const key = await keyView(visit.context, paramOf(request, 'id'));
  const boxes = await boxNames(visit.context, key.box === null ? [] : [key.box]);
  const home = homeText(visit, boxes.get(key.box ?? '')?.name ?? key.box, key.slot);
  const tag = key.tag === null ? words.noTag : words.tagEnds(key.tag.slice(-4));
  const facts = html`<section class="sheet"><dl><dt>${words.place}</dt><dd>${placeCell(visit, key, boxes)}</dd>
<dt>${words.home}</dt><dd><bdi>${home}</bdi></dd><dt>${words.tag}</dt><dd>${tag}</dd></dl></section>`;
  const change = visit.viewer.scopes.has('keys:write') ? await changeForm(visit, key, problems) : null;
  return { title: key.name, body: html`${facts}${change}` };
}

interface Changeable {
  readonly id: string;
  readonly name: string;
  readonly box: string | null;
  readonly slot: number | null;
}

async function changeForm(visit: Visit, key: Changeable, problems: FormProblems | null): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const boxes = await listBoxes(visit.context, { after: null, limit: boxesMost });
  const options = boxes.map(({ id, name }) => [id, name] as const);
  const failed = html`<p class="bad" role="alert">${problems?.whole ?? ''}</p>`;
  return html`<form method="post" action="${keyPath(key.id)}" class="sheet"><h2>${words.change}</h2>${problems === null ? null : failed}
${field({ name: 'name', label: words.name, value: key.name, maxLength: 64, isRequired: true })}
${select('box', words.box, options, key.box ?? '')}
${field({ name: 'slot', label: words.doorNumber, value: key.slot === null ? '' : String(key.slot), maxLength: 3, isRequired: true, hint: words.changeHint })}
${field({ name: 'tag', label: words.tag, hint: words.tagHint, maxLength: 64 })}
<p class="buttons"><button type="submit" class="main">${words.save}</button> <a class="button" href="${keyPath(key.id)}/remove">${words.remove}</a></p></form>`;
}

export const keyDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ path, here: 'keys', scope: 'keys:write' },
    title: ({ menu }) => menu.keys,
    act: async (visit, request) => {
      const [name, box, tag] = ['name', 'box', 'tag'].map(each => fieldOf(request, each).trim());
      const slot = Number(fieldOf(request, 'slot'));
      const body = { name, box, slot, ...(tag === '' ? {} : { tag }) };
      try {
        await doRoute('changeKey', visit.caller, { params: request.params as object, body }, deps);
        return keyPath(paramOf(request, 'id'));
      } catch (error) {
        return await showKey(visit, request, problemsOf(error));
      }
    },
  },
  {
    ...{ path: `${path}/remove`, here: 'keys', scope: 'keys:write' },
    title: ({ menu }) => menu.keys,
    act: async (visit, request) => {
      try {
        await doRoute('deleteKey', visit.caller, { params: request.params as object }, deps);
        return '/admin/keys';
      } catch (error) {
        return await showKey(visit, request, problemsOf(error));
      }
    },
  },
];

export const removeKeyPage: FramedPage = {
  ...{ path: `${path}/remove`, here: 'keys', scope: 'keys:write' },
  title: ({ menu }) => menu.keys,
  show: async (visit, request) => {
    const words = keyWords(visit.viewer.language);
    const { id, name } = await keyView(visit.context, paramOf(request, 'id'));
    const asked = {
      ...{ happens: [words.removeHappens, words.removeOnlyIf], whom: [name], asksWhy: false },
      ...{
        action: `${keyPath(id)}/remove`,
        button: words.removeButton,
        isDangerous: true,
        back: keyPath(id),
      },
    };
    return { title: words.removeTitle, body: confirmation(asked, visit.texts) };
  },
};
