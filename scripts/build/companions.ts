import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { embedTexts } from './embedded-texts.ts';

/** How a source names a file that must lie beside it: a script to run, or a program of its own process. */
const companion = /new URL\('(\.\/[\w./-]+\.(?:ts|sh))', import\.meta\.url\)/g;

/** Files that sources reach by path and not by import: shell scripts are copied, TypeScript becomes a bundle of its own. */
export function companionsOf(folder: string): {
  readonly scripts: readonly string[];
  readonly programs: readonly string[];
} {
  const found = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(folder, name);
    for (const match of readFileSync(file, 'utf8').matchAll(companion))
      found.add(resolve(dirname(file), match[1] ?? ''));
  }
  const all = [...found];
  return {
    scripts: all.filter(file => extname(file) === '.sh'),
    programs: all.filter(file => extname(file) === '.ts'),
  };
}

/** In the bundle all companions lie in one folder, compiled; texts that a source reads stand in it. */
export const companionPaths: Plugin = {
  name: 'companion-paths',
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, args => ({
      contents: embedTexts(readFileSync(args.path, 'utf8'), args.path).replaceAll(
        companion,
        (_, path: string) => {
          const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.ts$/, '.js');
          return `new URL('./${name}', import.meta.url)`;
        },
      ),
      loader: 'ts',
    }));
  },
};
