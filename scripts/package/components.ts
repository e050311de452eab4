/** Which npm packages are inside a bundle, as the lock file knows them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './target.ts';

export interface Component {
  /** `node_modules/x`, or deeper where two versions are needed. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  /** Subresource integrity of the npm package, `sha512-…`. */
  readonly integrity: string;
  /** Paths of the packages it needs, as far as they are inside too. */
  readonly needs: readonly string[];
}

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** esbuild says in a comment of which file each part of its output was made. */
const madeOf = /^\/\/ (?:[\w-]+:)*(node_modules\/[^\s?]+)/gm;

/** The innermost package of a path: `node_modules/a/node_modules/@b/c/d.js` is of `node_modules/a/node_modules/@b/c`. */
function packageOf(file: string): string {
  const at = file.lastIndexOf('node_modules/') + 'node_modules/'.length;
  const [first = '', second = ''] = file.slice(at).split('/');
  return file.slice(0, at) + (first.startsWith('@') ? `${first}/${second}` : first);
}

/** Sorted by path. `also` are packages of which compiled files are there. */
export function componentsOf(app: string, also: readonly string[]): readonly Component[] {
  const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const paths = new Set(also.map(name => `node_modules/${name}`));
  for (const name of readdirSync(app, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    for (const [, file = ''] of readFileSync(join(app, name), 'utf8').matchAll(madeOf))
      paths.add(packageOf(file));
  }
  return [...paths].sort().map(path => componentAt(path, lock.packages, paths));
}

/** Names that packages give their licences, and the one that SPDX has for them. */
const spdxNames: Readonly<Record<string, string>> = { 'BSD-0-Clause': '0BSD' };

function componentAt(
  path: string,
  packages: Readonly<Record<string, Locked>>,
  inside: ReadonlySet<string>,
): Component {
  const locked = packages[path];
  if (locked === undefined) throw new Error(`${path} is in the bundle and not in package-lock.json`);
  const { version, integrity = '', license } = locked;
  if (license === undefined) throw new Error(`package-lock.json names no licence of ${path}`);
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const needs = Object.keys(locked.dependencies ?? {}).flatMap(each => resolved(path, each, inside));
  return { path, name, version, license: spdxNames[license] ?? license, integrity, needs };
}

/** As Node looks for it: beside, then further and further out. */
function resolved(from: string, name: string, inside: ReadonlySet<string>): readonly string[] {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    if (inside.has(`${at}/node_modules/${name}`)) return [`${at}/node_modules/${name}`];
    if (!at.includes('/node_modules/')) break;
  }
  return inside.has(`node_modules/${name}`) ? [`node_modules/${name}`] : [];
}

/** Every text that a package brings of its licences, such as that of data which it took from others; null: it has none. */
export function licenceOf({ path }: Component): string | null {
  const folder = join(root, path);
  const texts = readdirSync(folder)
    .filter(name => /^(?:licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map(name => readFileSync(join(folder, name), 'utf8').trim());
  return texts.length === 0 ? null : texts.join('\n\n');
}

/** Whom a package is by, where it says no more. */
export function authorOf({ path, name }: Component): string {
  const { author } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  if (typeof author === 'string') return author;
  return typeof author?.name === 'string' ? author.name : `the authors of ${name}`;
}
