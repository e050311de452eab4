/** Doc comments are sentences with a subject; and a program can tell where one is not. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { headlessComments } from './comments.ts';
import { readSources } from './sources.ts';

const root = resolve(import.meta.dirname, '../..');

test('comments have a subject', () => {
  const complaints = headlessComments(readSources(root, ['src', 'scripts']));
  assert.equal(complaints.join('\n'), '');
});

test('a comment without a subject is seen', () => {
  const of = (text: string): number => headlessComments(new Map([['src/a.ts', text]])).length;
  assert.equal(of('/** What it holds. */'), 1);
  assert.equal(of('  /**\n   * What it holds.\n   */'), 1);
  assert.equal(of('/** Gives what it holds. */ // What is gone is gone.'), 0);
});
