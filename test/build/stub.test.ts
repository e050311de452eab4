import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeStub } from '../../scripts/build/stub.ts';

/** A bin in a folder of its own whose program prints `ran`, seen by a Node that says it is `version`. */
function runUnder(
  version: string,
  args: readonly string[] = [],
): { status: number | null; out: string; err: string } {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-stub-'));
  try {
    const bin = join(folder, 'box with space.js');
    const disguise = join(folder, 'disguise.cjs');
    mkdirSync(join(folder, 'app'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'app/prog.js'), 'console.log("ran", process.argv.slice(2).join());');
    writeFileSync(
      disguise,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
    );
    writeStub(bin, 'prog');
    const child = spawnSync(process.execPath, ['--require', disguise, bin, ...args], { encoding: 'utf8' });
    return { status: child.status, out: child.stdout, err: child.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const version of ['14.21.3', '20.20.2', '22.14.0', '24.20.9', '25.0.0'])
  test(`Node ${version} is told which one is needed, and exits 2`, () => {
    const { status, out, err } = runUnder(version);
    assert.equal(status, 2);
    assert.equal(out, '');
    assert.match(err, new RegExp(`^prog: needs Node 24\\.21\\.0 .*not ${version.replaceAll('.', '\\.')}\\.`));
    assert.match(err, /node_modules\/\.bin\/node/);
    assert.equal(err.trim().split('\n').length, 1);
  });

for (const version of ['24.21.0', '24.22.0'])
  test(`Node ${version} runs the program with its arguments`, () => {
    const { status, out, err } = runUnder(version, ['--a', 'b']);
    assert.deepEqual({ status, out, err }, { status: 0, out: 'ran --a,b\n', err: '' });
  });
