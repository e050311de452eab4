/** Tables, states and confirmations: what they say, and that texts in them stay texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostile } from '../../../../../scripts/rig/page-fixture.ts';
import { html } from '../../../../../src/base/html.ts';
import { confirmation } from '../../../../../src/relay/http/pages/frame/confirmation.ts';
import {
  conflict,
  failed,
  first,
  gone,
  mayNot,
  nothingMatches,
  notLive,
} from '../../../../../src/relay/http/pages/frame/states.ts';
import { table, turn } from '../../../../../src/relay/http/pages/frame/table.ts';
import { languageOf, languages, textsOf } from '../../../../../src/relay/http/pages/frame/texts/languages.ts';

const texts = textsOf('en');

test('a cell carries its label along, for a screen that has no room for a row', () => {
  const { text } = table({
    caption: 'Boxes',
    columns: [
      { label: 'Name', cell: (row: string) => row },
      { label: 'Letters', cell: row => html`<b>${row.length}</b>` },
    ],
    rows: ['Depot & co'],
  });
  assert.match(text, /<th scope="row" data-label="Name"><div>Depot &amp; co<\/div><\/th>/);
  assert.match(text, /<td data-label="Letters"><div><b>10<\/b><\/div><\/td>/);
  assert.match(text, /<caption class="unseen">Boxes<\/caption>/);
});

test('pages turn where there are more, and only then', () => {
  assert.equal(turn({ newest: null, older: null }, texts), null);
  assert.match(
    turn({ newest: null, older: '/x?after=1' }, texts)?.text ?? '',
    /rel="next" href="\/x\?after=1"/,
  );
  assert.match(turn({ newest: '/x', older: null }, texts)?.text ?? '', /href="\/x">To the newest/);
});

test('each state says why, and leads on', () => {
  const said = (state: { readonly text: string }, ...parts: readonly RegExp[]) => {
    for (const part of parts) assert.match(state.text, part);
  };
  said(first('None', 'since', { label: 'Add', href: '/add' }), /None/, /since/, /href="\/add">Add/);
  assert.doesNotMatch(first('None', 'since', null).text, /<a /);
  said(nothingMatches('“late”', '/clear', texts), /“late”/, /href="\/clear">Clear the filters/);
  said(notLive('today 10:42 CET', texts), /Not live since today 10:42 CET/, /role="status"/);
  said(mayNot('boxes:read', texts), /boxes:read/, /Ask an administrator/);
  said(gone('/back', texts), /not here any more/, /href="\/back"/);
  const failure = { why: 'no disk', hint: 'Mend it.', trace: '7f', again: '/again' };
  said(failed(failure, texts), /no disk\. Nothing was changed\./, /Mend it\./, /7f/, /href="\/again"/);
  assert.doesNotMatch(failed({ ...failure, trace: null }, texts).text, /Reference/);
  const both = { who: 'Ben', when: '10:41', theirs: html`<p>a</p>`, yours: html`<p>b</p>` };
  said(
    conflict(both, texts),
    /Ben changed this at 10:41/,
    /As it is now<\/h3><p>a/,
    /As you wanted it<\/h3><p>b/,
  );
});

test('a confirmation says what will happen to whom, and asks why where the API does', () => {
  const asked = {
    ...{ happens: ['It is cut off.'], whom: ['Ann <b>'], asksWhy: true, action: '/do' },
    ...{ button: 'Retire Depot B', isDangerous: true, back: '/back' },
  };
  const { text } = confirmation(asked, texts);
  for (const part of [
    /It is cut off\./,
    /Ann &lt;b&gt;/,
    /name="why" type="text" required/,
    /class="danger">Retire Depot B/,
  ])
    assert.match(text, part);
  const gentle = confirmation({ ...asked, asksWhy: false, whom: [], isDangerous: false }, texts).text;
  assert.doesNotMatch(gentle, /name="why"|Whom it concerns|danger/);
});

test('hostile texts stay texts in every piece', () => {
  for (const text of hostile) {
    const pieces = [
      first(text, text, { label: text, href: '/' }),
      nothingMatches(text, '/', texts),
      failed({ why: text, hint: text, trace: text, again: '/' }, texts),
      table({ caption: text, columns: [{ label: text, cell: () => text }], rows: [1] }),
    ];
    for (const piece of pieces) assert.doesNotMatch(piece.text, /<script>|<img|' onfocus/);
  }
});

test('no text of any language is empty, and each says the values that it is given', () => {
  const check = (value: unknown, path: string): void => {
    if (typeof value === 'string') assert.ok(value.trim() !== '', path);
    else if (typeof value === 'function') assert.match(String(value('VALUE7', 'VALUE7')), /VALUE7/, path);
    else for (const [key, part] of Object.entries(value as object)) check(part, `${path}.${key}`);
  };
  for (const language of languages) check(textsOf(language), language);
});

test('the first language that there is, is taken', () => {
  const asked = ['nl-NL,nl;q=0.9,en;q=0.8', 'de, NL', 'en-GB,nl', 'de', '', undefined];
  assert.deepEqual(asked.map(languageOf), ['nl', 'nl', 'en', 'en', 'en', 'en']);
});
