import type { Sources } from './sources.ts';
import { bare, importsOf } from './sources.ts';

/** The room of the house that a file is in. Files that lie loose in `box/` put rooms together: they are `box`. */
export function roomOf(path: string): string {
  const [, top = '', second = '', third = ''] = path.split('/');
  if (top === 'relay') return relayRoomOf(second);
  if (top !== 'box') return top;
  if (second === 'adapters') return `box/adapters/${third}`;
  if (second === 'ports.ts' || second === 'ports') return 'box/ports';
  if (/^(?:compose(?:-\w+)?|main)\.ts$/.test(second)) return 'box/compose';
  return ['core', 'config', 'texts'].includes(second) ? `box/${second}` : 'box';
}

/** The relay's rooms; its loose files put them together, and are `relay`. */
function relayRoomOf(second: string): string {
  if (second === 'ports.ts') return 'relay/ports';
  return second.endsWith('.ts') ? 'relay' : `relay/${second}`;
}

const relayDoors = ['base', 'wire', 'relay/core', 'relay/ports'];
const relayRows = [...relayDoors, 'relay/store', 'relay/secrets'];
const relayWork = [...relayRows, 'relay/broker', 'relay/domain'];

/** base ← wire ← core ← ports ← store, broker ← secrets ← domain ← fleet ← web ← what puts them together. */
const relayRooms: Readonly<Record<string, readonly string[]>> = {
  'relay/core': ['base', 'wire'],
  'relay/ports': ['base', 'wire', 'relay/core'],
  'relay/config': relayDoors,
  'relay/store': relayDoors,
  'relay/broker': relayDoors,
  'relay/secrets': [...relayDoors, 'relay/store'],
  'relay/domain': relayRows,
  'relay/fleet': relayWork,
  'relay/notify': relayWork,
  'relay/fleetio': [...relayWork, 'relay/notify'],
  'relay/sandbox': ['base'],
  'relay/web': [...relayWork, 'relay/fleet', 'relay/notify', 'relay/fleetio'],
  'relay/backup': [...relayRows, 'relay/domain'],
};

/** What the relay's loose files and its verbs put together. */
const relayAll = ['base', 'wire', ...Object.keys(relayRooms), 'relay/verbs', 'relay'];

/** Which rooms a room may look into besides itself. An adapter's room has no other adapter in its list. */
export function mayUse(room: string): readonly string[] {
  if (room === 'base') return [];
  if (room === 'wire') return ['base'];
  if (room === 'cli') return ['base', 'wire'];
  if (room === 'relay' || room === 'relay/verbs') return relayAll;
  if (room.startsWith('relay/')) return relayRooms[room] ?? relayWork;
  const core = ['base', 'wire', 'box/core'];
  if (room === 'box/core') return ['base', 'wire'];
  if (room === 'box/ports' || room === 'box/texts') return core;
  if (room === 'box/config' || room.startsWith('box/adapters/')) return [...core, 'box/ports'];
  return [...core, 'box/ports', 'box/config', 'box/texts', 'box'];
}

export function wrongDirections(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    const room = roomOf(path);
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
    }
  }
  return complaints;
}

const allowed = (room: string, target: string): boolean =>
  mayUse(room).includes(target) || (room === 'box/compose' && target.startsWith('box/'));

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
