import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Path from the root of the checkout, with slashes → text. */
export type Sources = ReadonlyMap<string, string>;

/** All TypeScript below the folders named. */
export function readSources(root: string, folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ts'))
        sources.set(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8'));
  return sources;
}

/** The code without comments and without what its strings say; lines stay where they are. */
export function bare(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replaceAll(token, found => found.replaceAll(/[^\n]/g, ' '));
}

export interface Import {
  /** As written: `./x.ts`, `node:fs`, `yaml`. */
  readonly specifier: string;
  /** Path from the root for a file of ours; null for packages. */
  readonly file: string | null;
}

/** Static, type-only, re-exporting and dynamic imports alike. */
export function importsOf(path: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const pattern =
    /^\s*(?:import|export)\s(?:[^;'"`]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm;
  for (const match of text.matchAll(pattern)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const own = specifier.startsWith('.');
    found.push({ specifier, file: own ? posix.join(posix.dirname(path), specifier) : null });
  }
  return found;
}
