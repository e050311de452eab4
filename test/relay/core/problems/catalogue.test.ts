/** What an administrator reads of every Problem, whatever raised it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { problemFacts, problemKinds } from '../../../../src/relay/core/problems/catalogue.ts';
import { readSources } from '../../../tidy/sources.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

describe('the catalogue of Problems', () => {
  for (const kind of problemKinds)
    test(`${kind} has a short title, and advice in whole sentences`, () => {
      const { title, advice } = problemFacts(kind);
      assert.ok(title.length >= 8 && title.length <= 60, `title of ${title.length} characters`);
      assert.match(title, /^[A-Z].*[^.]$/);
      assert.ok(advice.length >= 20 && advice.length <= 300, `advice of ${advice.length} characters`);
      assert.match(advice, /^[A-Z].*\.$/);
    });

  test('a kind of a newer version is shown under its own name', () => {
    assert.deepEqual(problemFacts('flux-capacitor-dry').title, 'flux-capacitor-dry');
    assert.deepEqual(problemFacts('toString').title, 'toString');
  });

  test('every kind is spoken of outside the catalogue: something raises it and something clears it', () => {
    const elsewhere = [...readSources(root, ['src/relay']).keys()]
      .filter(path => !path.startsWith('src/relay/core/problems/'))
      .map(path => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    const composed: readonly string[] = ['mail-down', 'sms-down'];
    const silent = problemKinds.filter(kind => !composed.includes(kind) && !elsewhere.includes(`'${kind}'`));
    assert.deepEqual(silent, []);
  });
});
