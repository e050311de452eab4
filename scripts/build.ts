/** `npm run build`: the three programs as files in `dist/` that the pinned Node runs, from any working folder. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from './build/bundle.ts';
import { copyServiceFiles, linkNode } from './build/service-files.ts';
import { warm } from './build/warm.ts';

const root = resolve(import.meta.dirname, '..');
const sources = join(root, 'src');
const programs = {
  smartboxd: join(sources, 'box/app/main.ts'),
  smartbox: join(sources, 'cli/main.ts'),
  'smartbox-relay': join(sources, 'relay/app/main.ts'),
};

const started = performance.now();
// Built aside and renamed into place, so that nobody finds half a build.
const target = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}`);
try {
  await bundle({ root, sources, programs, folder: fresh });
  copyServiceFiles(root, fresh);
  linkNode(fresh);
  if (existsSync(target)) renameSync(target, `${fresh}.old`);
  renameSync(fresh, target);
  await warm(join(target, 'smartboxd.js'));
  console.log(`build: dist/ in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
} catch (error) {
  // esbuild has shown where, file by file.
  console.error(`build: failed: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`);
  process.exitCode = 1;
} finally {
  for (const folder of [fresh, `${fresh}.old`]) rmSync(folder, { recursive: true, force: true });
}
