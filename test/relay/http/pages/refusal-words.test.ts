/** Refusals in Dutch: by the English sentence, which must still be said somewhere; any other is marked as English. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { WrongMember } from '../../../../src/base/fault.ts';
import { readTag } from '../../../../src/base/tag-number.ts';
import { conflict } from '../../../../src/relay/domain/faults.ts';
import { BadInput } from '../../../../src/relay/http/api/api-error.ts';
import { type FormProblems, problemsOf } from '../../../../src/relay/http/pages/form-problems.ts';
import { refusalSaid } from '../../../../src/relay/http/pages/refusal-words.ts';
import { composedRefusalsNl, refusalsNl } from '../../../../src/relay/http/pages/texts/refusals-nl.ts';

const root = resolve(import.meta.dirname, '../../../../src');
const source = globSync(['base/**/*.ts', 'relay/**/*.ts'], { cwd: root })
  .filter(name => !name.endsWith('refusals-nl.ts'))
  .map(name => readFileSync(resolve(root, name), 'utf8').replaceAll(/\$\{[^}]*\}/g, '{}'))
  .join('\n');

test('each English sentence is one that the code says, between its quotes', () => {
  for (const english of Object.keys(refusalsNl))
    assert.ok(
      source.includes(`'${english}'`) || source.includes(`\`${english}\``),
      `nobody says “${english}” any more`,
    );
});

test('no more is filled in than there is, and no sentence is another one’s', () => {
  const all = Object.entries({ ...refusalsNl, ...composedRefusalsNl });
  for (const [english, dutch] of all) {
    const places = (text: string): number => text.split('{}').length - 1;
    assert.ok(places(dutch) <= places(english), english);
    assert.equal(refusalSaid(english.replaceAll('{}', 'X'), 'nl').text.includes('lang="en"'), false, english);
  }
});

test('values are carried over and stay text; what has no words is marked as English', () => {
  assert.equal(refusalSaid('key <b> & co is out', 'nl').text, 'sleutel &lt;b&gt; &amp; co is uitgegeven');
  assert.equal(
    refusalSaid('slot 3 of box box-1 is the home of Van 12', 'nl').text,
    'vak 3 van kast box-1 is de plek van Van 12',
  );
  assert.equal(refusalSaid('the <moon> is out', 'nl').text, '<span lang="en">the &lt;moon&gt; is out</span>');
  assert.equal(refusalSaid('key Van 12 is out', 'en').text, 'key Van 12 is out');
  assert.equal(refusalSaid('is empty, or so', 'nl').text, '<span lang="en">is empty, or so</span>');
});

test('a doubtful tag of a table, and each finding about a token or a webhook of Fleetio, has Dutch words', () => {
  const read = readTag('0012345678');
  assert.ok(read.is === 'read' && read.doubt !== null);
  const { text } = refusalSaid(`line 3: tag ${read.doubt}`, 'nl');
  assert.match(text, /^regel 3: de tag is gelezen als/);
  const room = resolve(root, 'relay/integrations/fleetio');
  const checks = ['verify-connection.ts', 'webhook/webhook-check.ts']
    .map(name => readFileSync(resolve(room, name), 'utf8'))
    .join('\n');
  const sentences = [...checks.matchAll(/(?:const (?:said|hint) =\s+|right\(\s*)(['`])(.+?)\1;?/g)];
  assert.ok(sentences.length > 8);
  for (const [, , sentence = ''] of sentences)
    assert.doesNotMatch(
      refusalSaid(sentence.replaceAll(/\$\{[^}]*\}/g, 'X'), 'nl').text,
      /lang="en"/,
      sentence,
    );
});

const shown = ({ fields, whole }: FormProblems) => ({
  fields: Object.fromEntries(Object.entries(fields).map(([name, said]) => [name, textOf(said)])),
  whole: textOf(whole ?? ''),
});
const textOf = (said: FormProblems['fields'][string]): string =>
  typeof said === 'string' ? said : said.text;

test('a form is told at the field, and as a whole, in its language', () => {
  const past = new WrongMember('end', 'lies in the past', 'Correct it and ask again.');
  assert.deepEqual(shown(problemsOf(past, 'nl')), {
    fields: { end: 'ligt in het verleden' },
    whole: 'end: ligt in het verleden. Verbeter het en probeer het opnieuw.',
  });
  const two = new BadInput([
    { path: 'name', message: 'Invalid length: Expected <=64 but received 90' },
    { path: '', message: 'odd' },
  ]);
  assert.deepEqual(shown(problemsOf(two, 'nl')), {
    fields: { name: 'is te lang: hoogstens 64 tekens, het zijn er 90', '': '<span lang="en">odd</span>' },
    whole: 'name: is te lang: hoogstens 64 tekens, het zijn er 90; <span lang="en">odd</span>',
  });
  assert.equal(
    shown(problemsOf(two, 'en')).whole,
    'name: Invalid length: Expected &lt;=64 but received 90; odd',
  );
  const taken = conflict('another driver has this badge', 'It is driver d_1.');
  assert.equal(
    shown(problemsOf(taken, 'nl')).whole,
    'een andere bestuurder heeft deze badge. Het is bestuurder d_1.',
  );
  const own = new Error('ours');
  assert.throws(() => problemsOf(own, 'nl'), own);
});
