/** Node and its SQLite binding are pinned together: each was seen to crash with the neighbours of the other. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import manifest from '../../package.json' with { type: 'json' };
import { nodeWanted } from '../../scripts/build/stub.ts';

test('this is Node 24.21.0, as the package says and the bins demand', () => {
  assert.equal(process.versions.node, '24.21.0');
  assert.equal(nodeWanted.name, '24.21.0');
  for (const arch of ['x64', 'arm64'] as const)
    assert.equal(manifest.optionalDependencies[`node-linux-${arch}`], '24.21.0');
});

test('the SQLite binding is better-sqlite3 13.2.0, with a SQLite that knows STRICT tables', () => {
  const { version } = createRequire(import.meta.url)('better-sqlite3/package.json') as { version: string };
  assert.equal(version, '13.2.0');
  assert.equal(manifest.dependencies['better-sqlite3'], '13.2.0');
  const database = new Database(':memory:');
  assert.match(String(database.prepare('SELECT sqlite_version()').pluck().get()), /^3\.\d\d/);
  database.close();
});
