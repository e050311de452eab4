/** The audit's deeds: each that the code writes has a word, and no word stands there for a deed that nobody does. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { deedNames } from '../../src/relay/domain/deed-names.ts';
import { deedWord } from '../../src/relay/http/pages/deed-words.ts';
import { languages } from '../../src/relay/http/pages/frame/texts/languages.ts';

const root = resolve(import.meta.dirname, '../../src/relay');
const written = globSync('**/*.ts', { cwd: root })
  .map(name => readFileSync(resolve(root, name), 'utf8'))
  .flatMap(text => [
    ...text.matchAll(/\baudit\(\s*(?:\{[^}]*\}|\w+),\s*'([a-z-]+)'/g),
    ...text.matchAll(/\bnoteDeed\(\w+, \{ what: '([a-z-]+)'/g),
  ])
  .map(([, name = '']) => name);

test('each deed that is written is known, and each that is known is written somewhere', () => {
  assert.ok(written.length > 60, `${written.length} are found`);
  assert.deepEqual([...new Set(written)].toSorted(), deedNames.toSorted());
});

test('each has words of its own in every language', () => {
  for (const language of languages) {
    const words = deedNames.map(name => deedWord(name, language));
    assert.equal(new Set(words).size, deedNames.length, language);
    for (const word of words) assert.match(word, /^\p{Lu}[^_]+$/u, language);
  }
  assert.equal(deedWord('toString', 'en'), 'toString');
});
