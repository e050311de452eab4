/** `/admin/keys/new`: first the box, then one of its free doors. */
import type { FastifyRequest } from 'fastify';
import { html } from '../../../../base/html.ts';
import { boxView, listBoxes } from '../../../domain/boxes.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { field, select } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { doorChoice } from './cabinet.ts';
import { keyPath } from './key-cells.ts';
import { keyWords } from './key-texts.ts';

const path = '/admin/keys/new';
const place = { path, here: 'keys', scope: 'keys:write' } as const;
const boxesMost = 500;

export const newKeyPage: FramedPage = {
  ...place,
  title: ({ add }) => add.key,
  show: (visit, request) => {
    const box = queryOf(request, 'box');
    return box === undefined ? whichBox(visit) : whichDoor(visit, request, box, null);
  },
};

export const newKeyDeed = (deps: DeedDeps): FramedDeed => ({
  ...place,
  title: ({ add }) => add.key,
  act: async (visit, request) => {
    const [name, box, tag] = ['name', 'box', 'tag'].map(each => fieldOf(request, each).trim());
    const body = { name, box, slot: Number(fieldOf(request, 'slot')), ...(tag === '' ? {} : { tag }) };
    try {
      const made = await doRoute('createKey', visit.caller, { body }, deps);
      return keyPath((made as { readonly id: string }).id);
    } catch (error) {
      return await whichDoor(visit, request, box ?? '', problemsOf(error, visit.viewer.language));
    }
  },
});

async function whichBox(visit: Visit): Promise<Shown> {
  const words = keyWords(visit.viewer.language);
  const boxes = await listBoxes(visit.context, { after: null, limit: boxesMost });
  if (boxes.length === 0) return { title: words.newTitle, body: html`<p>${words.noBoxYet}</p>` };
  const options = boxes.map(({ id, name }) => [id, name] as const);
  return {
    title: words.newTitle,
    body: html`<form method="get" action="${path}" class="sheet">${select('box', words.whichBox, options, '')}
<p class="buttons"><button type="submit" class="main">${words.next}</button></p></form>`,
  };
}

async function whichDoor(
  visit: Visit,
  request: FastifyRequest,
  id: string,
  problems: FormProblems | null,
): Promise<Shown> {
  const words = keyWords(visit.viewer.language);
  const box = await boxView(visit.context, id);
  const typed = (name: string): string => (problems === null ? '' : fieldOf(request, name));
  const failed = html`<p class="bad" role="alert">${problems?.whole ?? ''}</p>`;
  return {
    title: words.newTitle,
    body: html`<form method="post" action="${path}" class="sheet">${problems === null ? null : failed}
<input type="hidden" name="box" value="${id}">
${field({ name: 'name', label: words.name, value: typed('name'), maxLength: 64, isRequired: true })}
${await doorChoice(visit, box, { chosen: typed('slot'), problem: problems?.fields.slot })}
${field({ name: 'tag', label: words.tag, value: typed('tag'), hint: words.tagHint, maxLength: 64 })}
<p class="buttons"><button type="submit" class="main">${words.create}</button></p></form>`,
  };
}
