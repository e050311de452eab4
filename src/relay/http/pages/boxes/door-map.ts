/** All doors of a box on a stamp, for a list: a few paths, however many doors there are. Its words stand beside it. */
import { type Html, html } from '../../../../base/html.ts';
import type { BoxWords } from './box-texts.ts';
import type { DoorState, DoorView } from './door-view.ts';

const cell = 10;
const side = 8;

type Kind = DoorState | 'told' | 'fault';

/** Within its square, from its corner, so that nobody needs the colour: the hands of a clock, a cross, a cut-out “!”. */
const signs: Partial<Readonly<Record<Kind, string>>> = {
  late: 'm4 1.5v2.5h2',
  missing: 'm2 2l4 4m0-4l-4 4',
  fault: 'm3 1.2h2v3.2h-2zm0 4.2h2v1.6h-2z',
};

/** Late is late, whatever else is told of its door, until the box tells that the key is back. */
const kindOf = ({ state, told, faults, key }: DoorView): Kind => {
  if (faults.length > 0) return 'fault';
  if (state === 'late' && told?.key !== key?.name) return 'late';
  return told === null ? state : 'told';
};

export function doorMap(doors: readonly DoorView[], words: BoxWords): Html {
  if (doors.length === 0) return html`<span class="quiet">${words.noDoors}</span>`;
  const columns = Math.min(doors.length, Math.max(4, Math.ceil(Math.sqrt(doors.length * 2))));
  const paths = new Map<Kind, string>();
  for (const [at, door] of doors.entries()) {
    const x = (at % columns) * cell + 1;
    const y = Math.floor(at / columns) * cell + 1;
    const kind = kindOf(door);
    paths.set(kind, `${paths.get(kind) ?? ''}M${x} ${y}h${side}v${side}h-${side}z${signs[kind] ?? ''}`);
  }
  const [width, height] = [columns * cell, Math.ceil(doors.length / columns) * cell];
  const drawn = [...paths].map(([kind, path]) => html`<path class="${kind}" d="${path}"></path>`);
  const counted = [...paths.keys()].map(kind => {
    const count = doors.filter(door => kindOf(door) === kind).length;
    return html`<span>${count} ${words.kinds[kind]}</span>`;
  });
  return html`<svg class="map" viewBox="0 0 ${width} ${height}" width="${width * 1.6}" height="${height * 1.6}" aria-hidden="true">${drawn}</svg>
<span class="soft">${joined(counted)}</span>`;
}

const joined = (parts: readonly Html[]): Html =>
  html`${parts.map((part, at) => html`${at > 0 ? ' · ' : ''}${part}`)}`;
