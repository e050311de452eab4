/** Which part of a program costs what: a V8 profile of a built program, its time summed by the package that spent it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Node {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  readonly ms: number;
}

/** The newest profile of the folder: what the program wrote when it ended. */
export function profileIn(folder: string): Profile {
  const [name] = readdirSync(folder)
    .filter(each => each.endsWith('.cpuprofile'))
    .toSorted()
    .slice(-1);
  if (name === undefined) throw new Error(`no profile in ${folder}`);
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile;
}

/** Self time by what `of` says, the dearest first; what is idle is left out. */
export function sharesOf(profile: Profile, of: (node: Node) => string): readonly Share[] {
  const nodes = new Map(profile.nodes.map(node => [node.id, node]));
  const sums = new Map<string, number>();
  for (const [at, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    if (node === undefined || ['(idle)', '(program)'].includes(node.callFrame.functionName)) continue;
    const name = of(node);
    sums.set(name, (sums.get(name) ?? 0) + (profile.timeDeltas[at] ?? 0) / 1_000);
  }
  return [...sums].map(([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms);
}

const modules = new Map<string, readonly (readonly [line: number, path: string])[]>();

/** esbuild writes each module's path above it. */
function modulesOf(file: string): readonly (readonly [number, string])[] {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const found = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      const [, path] = /^\/\/ ((?:node_modules|src)\/\S+)$/.exec(line) ?? [];
      return path === undefined ? [] : [[at, path] as const];
    });
  modules.set(file, found);
  return found;
}

/** Path of the module in which a function stands: `src/…`, `node_modules/…`, `node:…`, or `native` and the like. */
export function moduleOf({ callFrame: { url, lineNumber, functionName } }: Node): string {
  if (url.startsWith('wasm:')) return 'libsodium (WebAssembly)';
  if (!url.startsWith('file:')) return url === '' ? functionName : url;
  const found = modulesOf(fileURLToPath(url)).findLast(([line]) => line <= lineNumber);
  return found?.[1] ?? url;
}

/** A package, or a room of ours. */
export function packageOf(node: Node): string {
  const path = moduleOf(node);
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (name !== undefined) return name;
  const [, room] = /^(src\/(?:relay\/)?[\w-]+)/.exec(path) ?? [];
  return room ?? (path.startsWith('node:') ? (path.split('/')[0] ?? path) : path);
}
