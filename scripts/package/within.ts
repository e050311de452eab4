/** Compiled packages contain others' code: no lock file names it, and yet a warning of a hole will. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeVersion } from './node-runtime.ts';
import { root } from './target.ts';

export interface Within {
  readonly name: string;
  readonly version: string;
}

const sqliteHeader = 'node_modules/better-sqlite3/deps/sqlite3/sqlite3.h';

/** SQLite, as better-sqlite3 is made of it. @throws Error where its header does not say its version */
export function sqlite(): Within & { readonly notice: string } {
  const header = readFileSync(join(root, sqliteHeader), 'utf8');
  const version = /^#define SQLITE_VERSION +"([\d.]{3,20})"$/m.exec(header)?.[1];
  const [notice] = header.split('\n****', 1);
  if (version === undefined || notice?.includes('disclaims copyright') !== true)
    throw new Error(`${sqliteHeader} is not as it was: it says no version, or no terms`);
  return { name: 'sqlite', version, notice: notice.replace(/^\/?\*\*? ?/gm, '').trim() };
}

/** Numbers of interfaces, which are no software. */
const interfaces = new Set(['node', 'modules', 'napi', 'unicode', 'cldr', 'tz']);

/** OpenSSL, V8 and the others in Node, as the pinned one says itself. @throws Error when another one runs this */
export function withinNode(): readonly Within[] {
  if (process.versions.node !== nodeVersion)
    throw new Error(`packages are made by Node ${nodeVersion}, and this is ${process.versions.node}`);
  return Object.entries(process.versions)
    .flatMap(([name, version]) =>
      version === undefined || version === '' || interfaces.has(name) ? [] : [{ name, version }],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
