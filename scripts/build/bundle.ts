import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { build } from 'esbuild';
import { companionPaths, companionsOf } from './companions.ts';
import { buildGpioLines } from './gpio-lines.ts';
import { lazyPackages } from './lazy-packages.ts';
import { copyNative, nativeLoaders } from './native.ts';
import { plainHttp } from './plain-http.ts';
import { writeStub } from './stub.ts';

/** CommonJS inside an ES module needs what CommonJS has. */
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`;

export interface Job {
  /** Root of the checkout, where `node_modules` is. */
  readonly root: string;
  /** Where the sources are that may name companions. */
  readonly sources: string;
  /** Name of a bin → absolute path of its entry point. */
  readonly programs: Readonly<Record<string, string>>;
  /** Made when it is not there. */
  readonly folder: string;
}

/**
 * Writes `folder/NAME.js` for every program, and what they run into `folder/app`: code that is imported dynamically in
 * files of its own, native files, companions. It runs from any working folder and needs no `node_modules`.
 */
export async function bundle({ root, sources, programs, folder }: Job): Promise<void> {
  const app = join(folder, 'app');
  mkdirSync(app, { recursive: true });
  const companions = companionsOf(sources);
  const entries = [
    ...Object.entries(programs),
    ...companions.programs.map(source => [basename(source, '.ts'), source] as const),
  ];
  // Each by itself: what two programs shared would lie in files of its own, and every file costs time at a start.
  for (const [out, source] of entries)
    await build({ ...options(root), entryPoints: [{ in: source, out }], outdir: app });
  for (const script of companions.scripts) copyFileSync(script, join(app, basename(script)));
  copyNative(root, app);
  buildGpioLines(root, app);
  for (const program of Object.keys(programs)) writeStub(join(folder, `${program}.js`), program);
}

const options = (root: string): BuildOptions => ({
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Minified it starts no faster (measured), and stack traces say less.
  minify: false,
  legalComments: 'linked',
  // The browser form of `yaml` is made of ES modules, which load in half the time of its CommonJS. `readable-stream` is a copy
  // of Node's own streams for other engines: 180 kB that a box would keep in memory.
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js'), 'readable-stream': 'node:stream' },
  // Ways of the mqtt package that ours never goes: 350 kB that a box would keep in memory.
  external: ['ws', 'socks'],
  nodePaths: [join(root, 'node_modules')],
  plugins: [nativeLoaders, lazyPackages, companionPaths, plainHttp],
  banner: { js: banner },
  logLevel: 'warning',
});
