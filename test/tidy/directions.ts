import type { Sources } from './sources.ts';
import { bare, importsOf } from './sources.ts';

/** The room of the house that a file is in. */
export function roomOf(path: string): string {
  const [, top = '', second = '', third = ''] = path.split('/');
  if (top === 'relay') return relayRoomOf(second, third);
  if (top !== 'box') return top;
  if (second === 'adapters') return `box/adapters/${third}`;
  return second === 'ports.ts' ? 'box/ports' : `box/${second}`;
}

/** The relay's rooms; no file lies loose. Each integration is a room of its own. */
const relayRoomOf = (second: string, third: string): string =>
  second === 'integrations' ? `relay/integrations/${third}` : `relay/${second}`;

const relayDoors = ['base', 'wire', 'relay/core'];
const relayRows = [...relayDoors, 'relay/store', 'relay/secrets'];
const relayWork = [...relayRows, 'relay/work', 'relay/domain'];

/** Each room sees rooms of rows above its own only. */
export const relayRooms: Readonly<Record<string, readonly string[]>> = {
  'relay/core': ['base', 'wire'],
  'relay/config': ['base', 'wire'],
  'relay/store': relayDoors,
  'relay/broker': relayDoors,
  'relay/secrets': [...relayDoors, 'relay/store'],
  'relay/work': [...relayDoors, 'relay/store'],
  'relay/domain': [...relayRows, 'relay/work'],
  'relay/boxes': relayWork,
  'relay/http': relayWork,
  'relay/messages': [...relayWork, 'relay/http'],
  'relay/integrations/fleetio': [...relayWork, 'relay/messages', 'relay/http'],
  'relay/integrations/webhooks': [...relayWork, 'relay/http'],
  'relay/integrations/home-assistant': relayWork,
  'relay/backup': [...relayRows, 'relay/domain'],
};

/** What `app`, with its verbs, puts together. */
const relayAll = ['base', 'wire', 'sandbox', ...Object.keys(relayRooms)];

const boxDoors = ['base', 'wire', 'box/core', 'box/ports'];

/** As the relay's: each room sees rooms of rows above its own only; adapters see what `config` sees, and `app` puts all together. */
export const boxRooms: Readonly<Record<string, readonly string[]>> = {
  'box/core': ['base', 'wire'],
  'box/ports': ['base', 'wire', 'box/core'],
  'box/config': boxDoors,
  'box/panel': boxDoors,
  'box/engine': boxDoors,
  'box/bookings': boxDoors,
  'box/relay-client': boxDoors,
  'box/control': [...boxDoors, 'box/bookings'],
};

/** What `app` puts together: every room, and every adapter. */
const boxAll = ['base', 'wire', 'cabinet', ...Object.keys(boxRooms)];

/** Which rooms a room may look into besides itself. An adapter's room has no other adapter in its list. */
export function mayUse(room: string): readonly string[] {
  if (room === 'base') return [];
  if (room === 'wire' || room === 'sandbox') return ['base'];
  if (room === 'cli' || room === 'cabinet') return ['base', 'wire'];
  if (room === 'relay/app') return relayAll;
  if (room.startsWith('box/adapters/')) return boxDoors;
  if (room === 'box/app') return boxAll;
  return boxRooms[room] ?? relayRooms[room] ?? [];
}

/** A room of a program that nobody has a row for, a loose file among them. */
const isUnknown = (room: string): boolean =>
  /^(?:box|relay)\//.test(room) &&
  !/^box\/adapters\/|\/app$/.test(room) &&
  !(room in boxRooms) &&
  !(room in relayRooms);

export function wrongDirections(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (isUnknown(room)) complaints.push(`${path}: is in no room`);
    for (const { specifier, file } of importsOf(path, text)) {
      // The version is said in one place.
      if (file === 'package.json' && room === 'base') continue;
      if (file === null) {
        if (room === 'box/core' || room === 'relay/core')
          complaints.push(`${path}: a core has no ${specifier}`);
        continue;
      }
      // The one file outside that sources may read: their own version.
      if (file === 'package.json') continue;
      const target = roomOf(file);
      if (!file.startsWith('src/') && file !== 'package.json')
        complaints.push(`${path}: imports ${specifier}, outside of src`);
      else if (target !== room && !allowed(room, target))
        complaints.push(`${path}: ${room} must not see ${target} (${specifier})`);
      else if (isBehindHttp(path, target))
        complaints.push(`${path}: only a folder \`http\` of ${room} sees ${target} (${specifier})`);
    }
  }
  return complaints;
}

/** What a room does is done whoever asks: its routes and pages, which know of HTTP, lie in a folder of their own. */
const isBehindHttp = (path: string, target: string): boolean =>
  target === 'relay/http' &&
  /^src\/relay\/(?:messages|integrations)\//.test(path) &&
  !path.includes('/http/');

const allowed = (room: string, target: string): boolean =>
  mayUse(room).includes(target) || (room === 'box/app' && target.startsWith('box/adapters/'));

/** Scripts import no test: what they share with tests lies in `scripts/rig`, which in turn knows of no other script. */
export function wrongScripts(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    if (!path.startsWith('scripts/')) continue;
    const mayHave = path.startsWith('scripts/rig/') ? ['src/', 'scripts/rig/'] : ['src/', 'scripts/'];
    for (const { specifier, file } of importsOf(path, text))
      if (file !== null && file !== 'package.json' && !mayHave.some(folder => file.startsWith(folder)))
        complaints.push(`${path}: imports ${specifier}`);
  }
  return complaints;
}

/** The arrows between rooms of a program, the box's adapters taken for one; `base` and `wire`, which all may see, left out. */
export function arrowsWithin(program: 'box' | 'relay', sources: Sources): ReadonlySet<string> {
  const arrows = new Set<string>();
  const floor = (path: string): string => roomOf(path).replace(/^(box\/adapters)\/.*/, '$1');
  const isInside = (path: string): boolean => path.startsWith(`src/${program}/`);
  for (const [path, text] of sources)
    for (const { file } of importsOf(path, text)) {
      if (file === null || !isInside(path) || !isInside(file)) continue;
      if (floor(path) !== floor(file)) arrows.add(`${floor(path)} → ${floor(file)}`);
    }
  return arrows;
}

/** What a core must be given and never fetch: time, chance, the outside. */
const impure =
  /\b(?:Date|setTimeout|setInterval|setImmediate|queueMicrotask|performance|process|globalThis|console|fetch|crypto|Temporal|Intl)\b|\bMath\.random\b|\b(?:async|await|Promise)\b/g;

export function impureCores(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources)
    if (/\/core\//.test(path))
      for (const match of bare(text).matchAll(impure)) complaints.push(`${path}: ${match[0]} in a core`);
  return complaints;
}

/** Rings of imports, type imports counted: each once, from its alphabetically first file. */
export function cycles(sources: Sources): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const [path, text] of sources)
    edges.set(
      path,
      importsOf(path, text).flatMap(({ file }) => (file !== null && sources.has(file) ? [file] : [])),
    );
  const found = new Set<string>();
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.add(ring(trail.slice(at)));
    if (at >= 0 || finished.has(path)) return;
    trail.push(path);
    for (const next of edges.get(path) ?? []) visit(next);
    trail.pop();
    finished.add(path);
  };
  for (const path of edges.keys()) visit(path);
  return [...found];
}

function ring(paths: readonly string[]): string {
  const first = paths.indexOf([...paths].sort()[0] ?? '');
  const turned = [...paths.slice(first), ...paths.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}
