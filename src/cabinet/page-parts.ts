/** Pieces of the cabinet's page: each is whole without scripts, since all that is done is a form. */
import { type Html, html } from '../base/html.ts';
import type { DoorNow } from './doors.ts';
import type { KeySpec } from './spec.ts';
import { filled } from './texts.ts';
import type { View } from './view.ts';

/** A form that does one thing. The id is how the script finds a button again whose place has changed. */
function deed(
  fields: Readonly<Record<string, string | number>>,
  inside: Html | string,
  kind = 'small',
  label: Html | null = null,
): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const id = Object.values(fields)
    .join('-')
    .replaceAll(/[^\w-]+/g, '_');
  return html`<form method="post" action="/">${hidden}<button type="submit" class="${kind}" id="do-${id}"${label}>${inside}</button></form>`;
}

export function displayPart({ texts, rows }: View): Html {
  if (rows === null) return html`<p class="quiet">${texts.noDisplay}</p>`;
  return html`<h3 id="display-name">${texts.display}</h3>
<div class="display" role="status" aria-labelledby="display-name"><pre>${rows.join('\n')}</pre></div>`;
}

export function lampsPart({ texts, lamps }: View): Html | null {
  if (lamps.length === 0) return null;
  const items = lamps.map(
    ({ lamp, isOn }) =>
      html`<li class="lamp ${lamp} ${isOn ? 'on' : 'off'}">${texts.lamp[lamp]}: ${isOn ? texts.on : texts.off}</li>`,
  );
  return html`<h3>${texts.lamps}</h3><ul class="lamps">${items}</ul>`;
}

/** A contact of the cabinet and its supply: how each is, and a button that makes it otherwise. */
export function alarmsPart({ texts, alarms }: View): Html | null {
  if (alarms.length === 0) return null;
  const items = alarms.map(({ alarm, isOn }) => {
    const words = texts.alarm[alarm];
    const to = isOn ? 'off' : 'on';
    return html`<li><span class="contact ${alarm} ${isOn ? 'on' : 'off'}">${words.name}: ${isOn ? words.is : words.isNot}</span>${deed({ do: 'alarm', alarm, to }, isOn ? words.end : words.make)}</li>`;
  });
  return html`<h3>${texts.alarms}</h3><ul class="contacts">${items}</ul>`;
}

const padKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

export function keypadPart({ texts, canType }: View): Html {
  const heading = html`<h3 id="pad-name">${texts.keypad}</h3>`;
  if (!canType) return html`${heading}<p class="quiet">${texts.keypadAway}</p>`;
  const named: Readonly<Record<string, string>> = { '*': texts.clear, '#': texts.enter };
  const keys = padKeys.map(key => {
    const word = named[key];
    const more = word === undefined ? null : html` <small>${word}</small>`;
    return html`<button type="submit" name="keys" value="${key}" id="pad-${key === '*' ? 'star' : key === '#' ? 'hash' : key}">${key}${more}</button>`;
  });
  return html`${heading}<form method="post" action="/" class="pad" aria-labelledby="pad-name">
<input type="hidden" name="do" value="type">${keys}</form>
<p id="own-keys" data-own hidden><label><input type="checkbox" checked> ${texts.realKeys}</label></p>
<form method="post" action="/" class="whole"><input type="hidden" name="do" value="type">
<label>${texts.typeWhole} <input type="text" name="keys" inputmode="text" autocomplete="off" maxlength="20" pattern="[0-9*#]+" required></label>
<button type="submit" class="small">${texts.type}</button></form>`;
}

/** A key that can be dragged; its buttons stand beside it. */
const drawnKey = ({ name }: KeySpec): Html =>
  html`<span class="key" draggable="true" data-key="${name}">${name}</span>`;

export function doorPart(view: View, door: DoorNow): Html {
  const { texts } = view;
  const { slot, key, isOpen } = door;
  const state = isOpen
    ? texts.open
    : door.isPowered
      ? texts.powered
      : door.isReleased
        ? `${texts.shut}, ${texts.unlocked}`
        : texts.shut;
  const behind = key === null ? texts.empty : filled(texts.inside, { key: key.name });
  const name = filled(texts.door, { slot });
  const kind = isOpen ? 'open' : door.isReleased ? 'released' : 'locked';
  const words = html`<b>${name}</b> <span>${state}</span> <span>${behind}</span>`;
  // Read in one breath, where the eye has a line for each.
  const label = html` aria-label="${[name, state, behind].join(', ')}"`;
  const pull =
    isOpen && key !== null
      ? html`${drawnKey(key)}${deed({ do: 'pull', key: key.name }, filled(texts.pull, { key: key.name }))}`
      : null;
  return html`<li class="door ${kind}" data-drop="slot:${slot}">${deed({ do: 'door', slot }, words, 'leaf', label)}${pull}</li>`;
}

export function readerPart({ texts, readers }: View): Html {
  const items = readers.map(
    ({ name }) =>
      html`<li class="reader" data-drop="reader:${name}"><b>${filled(texts.reader, { reader: name })}</b><br><small>${texts.readerDrop}</small></li>`,
  );
  return readers.length === 0 ? html`` : html`<ul class="readers">${items}</ul>`;
}

export function handPart({ texts, hand, readers, doors }: View): Html {
  const places = doors.filter(door => door.isOpen && door.key === null);
  const keys = hand.map(key => {
    const taps = readers.map(({ name: reader }) =>
      deed({ do: 'tap', key: key.name, reader }, filled(texts.tap, { key: key.name, reader })),
    );
    const hangs = places.map(({ slot }) =>
      deed({ do: 'hang', key: key.name, slot }, filled(texts.hang, { key: key.name, slot })),
    );
    return html`<li>${drawnKey(key)}${taps}${hangs}</li>`;
  });
  const inside = keys.length === 0 ? html`<p class="quiet">${texts.handEmpty}</p>` : html`<ul>${keys}</ul>`;
  return html`<section class="hand" data-drop="hand" aria-labelledby="hand-name"><h2 id="hand-name">${texts.hand}</h2>${inside}</section>`;
}

export function switchesPart({ texts, cable, doors, spec }: View): Html {
  const network =
    cable === null
      ? html`<p class="quiet">${texts.noNetwork}</p>`
      : html`<p class="${cable ? 'good' : 'bad'}">${cable ? texts.networkIn : texts.networkOut}</p>${
          cable
            ? deed({ do: 'cut' }, texts.cutNetwork, 'switch')
            : deed({ do: 'plug' }, texts.plugNetwork, 'switch')
        }`;
  const forced = doors
    .filter(({ isOpen }) => !isOpen)
    .map(({ slot }) => deed({ do: 'force', slot }, filled(texts.force, { slot })));
  return html`<section aria-labelledby="switches-name"><h2 id="switches-name">${texts.switches}</h2>
<h3>${texts.network}</h3>${network}
<h3>${texts.power}</h3><p>${texts.powerWhy} ${restarter(texts, spec.restartedBy)}</p>${deed({ do: 'power' }, texts.cutPower, 'switch')}
<details><summary>${texts.forceWhy}</summary><div class="row">${forced}</div></details></section>`;
}

export const restarter = (texts: View['texts'], who: string | null): string =>
  who === null ? texts.notRestarted : filled(texts.restarted, { who });
