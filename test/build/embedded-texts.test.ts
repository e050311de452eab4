import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedTexts } from '../../scripts/build/embedded-texts.ts';

const file = `${import.meta.dirname}/here.ts`;

test('a text that a source reads stands in the bundle, however the call is broken into lines', () => {
  for (const call of [
    "readFileSync(new URL('./embedded-texts.test.ts', import.meta.url), 'utf8')",
    "readFileSync(\n  new URL('../build/embedded-texts.test.ts', import.meta.url),\n  'utf8',\n)",
  ]) {
    const made = embedTexts(`const a = ${call};`, file);
    assert.doesNotMatch(made, /^const a = readFileSync/);
    assert.match(String(JSON.parse(made.slice('const a = '.length, -1))), /^import assert/);
  }
});

test('a text that is not there is said when the bundle is made', () => {
  assert.throws(
    () => embedTexts("readFileSync(new URL('./none.css', import.meta.url), 'utf8')", file),
    /ENOENT/,
  );
});
