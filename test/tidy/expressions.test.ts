/** The rule against expressions that cost more than their text is long: that it finds what it must, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ambiguities, ambiguousExpressions, readsElsewhere } from './expressions.ts';
import { literalsOf } from './literals.ts';

const costly: readonly (readonly [source: string, flags?: string])[] = [
  ['(\\s*,\\s*)+'],
  ['^\\s+|\\s+$', 'g'],
  ['(a+)+$'],
  ['\\/+$'],
  ['^-+|-+$', 'g'],
  ['^(a|a)*$'],
  ['^(?:\\w|\\d)+$'],
  ['^[^\\p{Cc}]*\\S[^\\p{Cc}]*$', 'u'],
  ['^[^@]+@[^@]+\\.[^@]+$'],
  ['^(.*?,){11}P'],
  ['.*=.*;'],
  ['x\\s*$'.replace('x', '')],
  ['^[a-z ]{1,4096}[a-z]{1,4096}$'],
  ['^(?:ab|a(?:b)?c?)+$'],
  ['\\d+(?=x)'],
];

for (const [source, flags = ''] of costly)
  test(`/${source}/${flags} costs more than its text is long`, () => {
    assert.ok(ambiguities(source, flags).length > 0);
  });

test('an expression with one way through its text is none of them', () => {
  for (const [source, flags = ''] of [
    ['^[\\x21-\\x7e]+$'],
    ['^\\/*'],
    ['[&<>"\']', 'g'],
    ['\\p{Cc}', 'gu'],
    ['^(?:"(?:[^"]|"")*"|[^",]*)$'],
    ['^bearer +(\\S+) *$', 'i'],
    ['^(\\d{4})-(\\d\\d)$'],
    ['[^\\x20-\\x7e]', 'g'],
    ['^\\w{1,40}\\w{1,20}$'],
  ] as const)
    assert.deepEqual(ambiguities(source, flags), [], source);
});

test('expressions are found wherever code can hold them, and nowhere else', () => {
  const found = (text: string): readonly string[] =>
    literalsOf(text.replaceAll('§', '$')).map(each => each.text);
  assert.deepEqual(found('const a = /x+/g.test(b) ? c / d / e : [/y/, !/z/u];'), ['/x+/g', '/y/', '/z/u']);
  assert.deepEqual(found('return /a[/]b/;\nf(/c\\/d/)'), ['/a[/]b/', '/c\\/d/']);
  assert.deepEqual(found('const t = `it’s /no/ §{x.replace(/in/g, `§{/deep/}`)} /no/`; const u = /out/;'), [
    '/in/g',
    '/deep/',
    '/out/',
  ]);
  assert.deepEqual(
    found("// don't /no/\n/* /no/ */ const a = '/no/' + \"/no/\"; const b = (1 + 2) / 3 / 4;"),
    [],
  );
  assert.deepEqual(found('const f = () => { return `§{a}`; };\nif (b) { c(); }\nx = y => /z/;'), ['/z/']);
  assert.deepEqual(literalsOf('\n\nf(/a/)'), [{ text: '/a/', line: 3 }]);
});

test('an expression that hides is a complaint too', () => {
  for (const text of ["new RegExp('a+')", 'RegExp(source)', "text.match('a')", 'text.search(`a`)'])
    assert.equal(ambiguousExpressions(new Map([['src/a.ts', text]])).length, 1, text);
  const ways = "text.match(/a/); text.matchAll(shape); list.includes('RegExp('); // new RegExp(x)";
  assert.deepEqual(ambiguousExpressions(new Map([['src/a.ts', ways]])), []);
});

test('what is read beside its one reader is a complaint: schemas, numbers, addresses, zones, HTTP', () => {
  for (const [text, reader] of [
    ['const read = v.safeParse(schema, value);', 'src/wire/reading.ts'],
    ["import { parsePhoneNumber } from 'libphonenumber-js/max';", 'src/base/phone-number.ts'],
    ["const [, domain] = address.split('@');", 'src/base/mail-address.ts'],
    ["Intl.supportedValuesOf('timeZone')", 'src/base/time-zone.ts'],
    ['const answer = await fetch(url);', 'src/base/http-call.ts'],
    ["import { Agent, request as requestTls } from 'node:https';", 'src/base/http-call.ts'],
  ] as const) {
    assert.equal(readsElsewhere(new Map([['src/relay/a.ts', text]])).length, 1, text);
    assert.deepEqual(readsElsewhere(new Map([[reader, text]])), []);
    assert.deepEqual(readsElsewhere(new Map([['src/relay/a.ts', `/** ${text} */`]])), []);
  }
});
