import assert from 'node:assert/strict';
import { test } from 'node:test';
import { full, parse, problemsOf } from './samples.ts';

const named = (name: string): string => full.replace('Depot A', () => JSON.stringify(name));

const nameIn = (text: string): unknown => {
  const parsed = parse(named(text));
  return 'config' in parsed ? parsed.config.box.name : parsed;
};

test('the name of a box hides nothing, turns no line, and stops no start', () => {
  assert.equal(nameIn('Depot \u202eA'), 'Depot A');
  for (const name of ['Dep\u200bot', '\u2066Depot', '\u{e0041}Depot', 'De\ufeffpot'])
    assert.equal(nameIn(name), 'Depot');
  assert.deepEqual(problemsOf(named('\u200b\u202e')), ['box.name: is empty']);
});

test('a box is named in any script, without direction marks', () => {
  for (const name of ['انبار\u200cها', 'Депо 1', 'Depot 🚐']) assert.equal(nameIn(`${name}\u200f`), name);
});
