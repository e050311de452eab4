/** The doors of a box, each a tile: what hangs there or who has it, what the box told beyond that, what is wrong and what to do. */
import { type Html, html } from '../../../../base/html.ts';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import type { BoxFault } from '../../../domain/box-health.ts';
import type { Told } from '../../../domain/box-told.ts';
import { type IconName, icon } from '../frame/icons.ts';
import { when } from '../frame/when.ts';
import { boxPath } from './box-paths.ts';
import type { BoxVisit } from './box-shell.ts';
import type { DoorState, DoorView } from './door-view.ts';

const icons: Readonly<Record<DoorState, IconName | null>> = {
  in: 'keys',
  out: 'go',
  late: 'clock',
  missing: 'alert',
  never: 'unsure',
  empty: null,
};

export const doorList = (at: BoxVisit, doors: readonly DoorView[], told: Told | null): Html =>
  html`<ul class="cabinet" aria-label="${at.words.doors}">${doors.map(door => tile(at, door, told))}</ul>`;

function tile(at: BoxVisit, door: DoorView, told: Told | null): Html {
  const { words, visit } = at;
  const { slot, state, faults } = door;
  const mayOpen = visit.viewer.scopes.has('commands:write');
  const name = icons[state];
  const opening = html`<p class="door-deed"><a href="${boxPath(at.box.id, `commands/new?verb=open&slot=${slot}`)}">${words.openDoor}<span class="unseen">: ${words.door(slot)}</span></a></p>`;
  return html`<li class="door ${state}${faults.length > 0 ? ' fault' : ''}"><h2><span class="unseen">${words.door(slot)}: </span><span aria-hidden="true">${slot}</span> ${name === null ? null : icon(name)}<span>${words.states[state]}</span></h2>
${content(at, door)}${toldLines(at, door, told)}${faults.map(fault => faultLine(at, fault))}${mayOpen ? opening : null}</li>`;
}

function content({ words, visit, clock }: BoxVisit, { slot, state, key }: DoorView): Html | null {
  if (key === null) return null;
  const name = visit.viewer.scopes.has('keys:read')
    ? html`<a href="/admin/keys/${key.id}"><bdi>${key.name}</bdi></a>`
    : html`<bdi>${key.name}</bdi>`;
  if (state === 'empty')
    return html`<p class="soft">${words.homeOf} ${name}${key.at === null ? null : html`, ${words.isIn(key.at)}`}</p>`;
  const who = key.driver === null ? null : html` · <bdi>${key.driver}</bdi>`;
  const out = state === 'late' ? `${words.states.out} ` : '';
  const since =
    key.since === null ? null : html`<p class="soft">${out}${words.since} ${when(key.since, clock)}</p>`;
  const due =
    state !== 'late' || key.due === null
      ? null
      : html`<p class="bad">${words.wasDue} ${when(key.due, clock)}</p>`;
  const away =
    key.home !== null && key.home !== slot ? html`<p class="soft">${words.homeIs(key.home)}</p>` : null;
  return html`<p>${name}${who}</p>${since}${due}${away}`;
}

function toldLines({ words, clock }: BoxVisit, { told: door }: DoorView, told: Told | null): Html | null {
  if (door === null || told === null) return null;
  const said = [
    door.isOpen ? words.toldOpen : null,
    door.key === null ? null : door.key === '' ? words.toldEmpty : words.toldKey(door.key),
    door.isFaulted ? words.toldFaulted : null,
  ].filter(each => each !== null);
  return html`<p class="told">${words.told}: ${said.join(', ')} ${when(told.heard, clock)}</p>`;
}

/** Only these are forgotten by a command: the others end by themselves. */
const cleared: ReadonlySet<string> = new Set(['jammed', 'sensor-suspect']);

function faultLine({ visit, words, clock, box }: BoxVisit, { id, kind, slot, since }: BoxFault): Html {
  const { title, advice } = problemFacts(kind, visit.viewer.language);
  const mayClear = visit.viewer.scopes.has('commands:write') && cleared.has(kind) && slot !== null;
  return html`<p class="bad">${icon('alert')} <strong>${title}</strong></p><p class="soft">${words.since} ${when(since, clock)}</p>
<details id="f-${id}"><summary>${words.whatToDo}</summary><p>${advice}</p></details>${
    mayClear
      ? html`<p><a href="${boxPath(box.id, `commands/new?verb=restore&slot=${slot}`)}">${words.clearFault}</a></p>`
      : null
  }`;
}
