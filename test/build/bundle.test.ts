import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { bundle } from '../../scripts/build/bundle.ts';

const root = resolve(import.meta.dirname, '../..');

/** A program that uses everything that is hard to bundle. */
const program = `
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { autoDetect } from '@serialport/bindings-cpp';
import Database from 'better-sqlite3';
import { parse } from 'yaml';
const script = fileURLToPath(new URL('./other/greet.sh', import.meta.url));
const child = fileURLToPath(new URL('./other/child.ts', import.meta.url));
const said = (command: string, ...args: string[]) => String(spawnSync(command, args).stdout).trim();
const { pino } = await import('pino');
const { lazy } = await import('./other/lazy.ts');
console.log(JSON.stringify([
  new Database(':memory:').prepare('SELECT 40 + 2').pluck().get(),
  typeof autoDetect().open, parse('a: [1]').a[0], lazy,
  said('sh', script), said(process.execPath, child), typeof pino.destination,
]));
`;

test('a bundle runs from another folder, without node_modules: native files, scripts, children and lazy parts', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-bundle-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sources = join(folder, 'src');
  mkdirSync(join(sources, 'other'), { recursive: true });
  writeFileSync(join(sources, 'main.ts'), program);
  writeFileSync(join(sources, 'other/greet.sh'), 'echo hello from sh\n');
  writeFileSync(
    join(sources, 'other/child.ts'),
    "const said: string = 'hello from a child';\nconsole.log(said);\n",
  );
  writeFileSync(join(sources, 'other/lazy.ts'), "export const lazy = 'only when asked';\n");
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  await bundle({ root, sources, programs: { prog: join(sources, 'main.ts') }, folder: join(folder, 'dist') });
  rmSync(sources, { recursive: true });
  const child = spawnSync(process.execPath, [join(folder, 'dist/prog.js')], { cwd: '/', encoding: 'utf8' });
  assert.equal(child.stderr, '');
  const expected = [42, 'function', 1, 'only when asked', 'hello from sh', 'hello from a child', 'function'];
  assert.deepEqual(JSON.parse(child.stdout), expected);
  assert.ok(
    readdirSync(join(folder, 'dist/app')).some(name => name.startsWith('lazy-')),
    'lazy parts stay apart',
  );
});
