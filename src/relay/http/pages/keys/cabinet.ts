/** The doors of a box, drawn as its cabinet: a free one can be chosen, a taken one says whose it is. */

import { type Html, html } from '../../../../base/html.ts';
import { type BoxView, slotsOf } from '../../../domain/boxes.ts';
import { listKeys } from '../../../domain/key-list.ts';
import type { SaidWrong } from '../form-problems.ts';
import { field } from '../frame/form-fields.ts';
import { icon } from '../frame/icons.ts';
import type { Visit } from '../visit.ts';
import { keyWords } from './key-texts.ts';

/** Keys of one box: a door has one. */
const keysMost = 999;

interface Doors {
  /** Number of the one that is chosen; empty: none is. */
  readonly chosen: string;
  /** The key whose own door is free to it. */
  readonly own?: string;
  readonly problem?: SaidWrong | undefined;
}

export async function doorChoice(visit: Visit, box: BoxView, { chosen, own, problem }: Doors): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const slots = slotsOf(box);
  const wrong = problem === undefined ? {} : { problem };
  if (slots === null)
    return field({
      ...{ name: 'slot', label: words.doorNumber, hint: words.doorHint, value: chosen },
      ...{ isRequired: true, maxLength: 3, ...wrong },
    });
  const keys = await listKeys(visit.context, { box: box.id }, { after: null, limit: keysMost });
  const taken = new Map(keys.map(({ slot, id, name }) => [slot, { id, name }]));
  if (slots.every(slot => taken.has(slot) && taken.get(slot)?.id !== own))
    return html`<p class="warn">${words.full}</p>`;
  const doors = slots.map(slot => {
    const key = taken.get(slot);
    const number = html`<strong><span class="unseen">${words.doorNumber} </span>${slot}</strong>`;
    if (key !== undefined && key.id !== own)
      return html`<li><span>${number} ${icon('keys')} <bdi>${key.name}</bdi></span></li>`;
    const said = key === undefined ? words.isFree : words.isOwn;
    return html`<li><label><input type="radio" name="slot" value="${slot}" required${String(slot) === chosen ? html` checked` : null}>${number} <span>${said}</span></label></li>`;
  });
  return html`<fieldset><legend>${words.whichDoor(box.name)}</legend>${problem === undefined ? null : html`<p class="bad">${problem}</p>`}<ul class="cabinet">${doors}</ul></fieldset>`;
}
