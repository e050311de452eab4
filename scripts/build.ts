/** `npm run build`: the three programs as files in `dist/` that the pinned Node runs, from any working folder. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { companionPaths, companionsOf } from './build/companions.ts';
import { copyNative, nativeLoaders } from './build/native.ts';
import { writeStub } from './build/stub.ts';

const root = resolve(import.meta.dirname, '..');
const programs = {
  smartboxd: 'src/box/main.ts',
  smartbox: 'src/cli/main.ts',
  'smartbox-relay': 'src/relay/main.ts',
};

/** CommonJS inside an ES module needs what CommonJS has. */
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`;

const started = performance.now();
// Built aside and renamed into place, so that nobody finds half a build.
const target = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}`);
try {
  await bundle(fresh);
  rmSync(`${fresh}.old`, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, `${fresh}.old`);
  renameSync(fresh, target);
} catch (error) {
  // esbuild has shown where, file by file.
  console.error(`build: failed: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`);
  process.exitCode = 1;
} finally {
  for (const folder of [fresh, `${fresh}.old`]) rmSync(folder, { recursive: true, force: true });
}
if (process.exitCode === undefined)
  console.log(`build: dist/ in ${((performance.now() - started) / 1_000).toFixed(1)} s`);

async function bundle(folder: string): Promise<void> {
  const app = join(folder, 'app');
  mkdirSync(app, { recursive: true });
  const companions = companionsOf(join(root, 'src'));
  const entries = Object.entries(programs).filter(([, source]) => existsSync(join(root, source)));
  await build({
    absWorkingDir: root,
    entryPoints: [
      ...entries.map(([out, source]) => ({ in: source, out })),
      ...companions.programs.map(source => ({ in: source, out: basename(source, '.ts') })),
    ],
    outdir: app,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Minified it starts no faster (measured), and stack traces say less.
    minify: false,
    legalComments: 'linked',
    // The browser form of `yaml` is made of ES modules, which load in half the time of its CommonJS.
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    plugins: [nativeLoaders, companionPaths],
    banner: { js: banner },
    logLevel: 'warning',
  });
  for (const script of companions.scripts) copyFileSync(script, join(app, basename(script)));
  copyNative(root, app);
  for (const [program] of entries) writeStub(join(folder, `${program}.js`), program);
}
