import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const churnS = 15;

test(`statements come and go for ${churnS} s, and the garbage collector brings nothing down`, t => {
  const program = join(import.meta.dirname, 'churning-process.ts');
  // A small young generation makes the collector run all the time.
  const child = spawnSync(process.execPath, ['--max-semi-space-size=1', program, String(churnS)], {
    encoding: 'utf8',
    timeout: (churnS + 30) * 1_000,
  });
  assert.equal(child.signal, null, `killed by ${child.signal}: ${child.stderr}`);
  assert.equal(child.status, 0, child.stderr);
  const statements = Number(child.stdout);
  assert.ok(statements > 50_000, `only ${statements} statements`);
  t.diagnostic(`${statements} temporary statements in ${churnS} s`);
});
