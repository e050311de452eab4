/** The house rules that a program can check; and that the program can find each of them broken. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { cycles, impureCores, wrongDirections } from './tidy/directions.ts';
import type { Ratchet } from './tidy/sizes.ts';
import { functionsOf, measured, tooLarge } from './tidy/sizes.ts';
import type { Sources } from './tidy/sources.ts';
import { importsOf, readSources } from './tidy/sources.ts';
import { badNames, unfinished } from './tidy/words.ts';

const root = resolve(import.meta.dirname, '..');
const house = readSources(root, ['src']);
const everything = readSources(root, ['src', 'test', 'scripts']);

/** What was too large when it was last looked at. Lower a number when you can; never raise one. */
const ratchet: Ratchet = {};

const none = (complaints: readonly string[]): void => assert.equal(complaints.join('\n'), '');

test('imports go in the direction of the house', () => none(wrongDirections(house)));
test('cores are pure', () => none(impureCores(house)));
test('imports make no rings', () => none(cycles(everything)));
test('files and functions stay small', () => none(tooLarge(measured(everything), ratchet)));
test('names say what a thing is', () => none(badNames(everything)));
test('nothing is marked as unfinished, nothing escapes the types', () => none(unfinished(everything)));

/* ---- each check can fail ------------------------------------------------------------------------------------------ */

const sample = (files: Readonly<Record<string, string>>): Sources => new Map(Object.entries(files));
const import_ = (from: string): string => `import { x } from '${from}';\n`;

const wrongImports: readonly (readonly [file: string, from: string])[] = [
  ['src/base/a.ts', '../wire/b.ts'],
  ['src/wire/a.ts', '../box/core/b.ts'],
  ['src/box/core/a.ts', '../ports.ts'],
  ['src/box/core/a.ts', 'node:fs'],
  ['src/box/core/a.ts', 'yaml'],
  ['src/box/ports.ts', './loop.ts'],
  ['src/box/ports.ts', './adapters/gpio/a.ts'],
  ['src/box/adapters/gpio/a.ts', '../serial/b.ts'],
  ['src/box/adapters/gpio/a.ts', '../../loop.ts'],
  ['src/box/adapters/gpio/a.ts', '../../config.ts'],
  ['src/box/loop.ts', './adapters/sqlite/a.ts'],
  ['src/box/main.ts', '../relay/main.ts'],
  ['src/relay/a.ts', '../box/core/b.ts'],
  ['src/relay/core/a.ts', '../store/b.ts'],
  ['src/relay/core/a.ts', 'kysely'],
  ['src/relay/ports.ts', './store/b.ts'],
  ['src/relay/store/a.ts', '../domain/b.ts'],
  ['src/relay/domain/a.ts', '../fleet/b.ts'],
  ['src/relay/domain/a.ts', '../broker/b.ts'],
  ['src/relay/fleet/a.ts', '../web/b.ts'],
  ['src/relay/web/a.ts', '../compose.ts'],
  ['src/cli/a.ts', '../box/ports.ts'],
  ['src/cli/a.ts', '../../scripts/build.ts'],
];

test('a wrong direction is seen, however it is written', () => {
  for (const [file, from] of wrongImports) {
    for (const text of [import_(from), `export * from '${from}';`, `const a = await import('${from}');`])
      assert.equal(wrongDirections(sample({ [file]: text })).length, 1, `${file} → ${from}: ${text}`);
    assert.equal(wrongDirections(sample({ [file]: `import type {\n  X,\n} from '${from}';` })).length, 1);
  }
});

test('a right direction is not', () => {
  const right = {
    'src/wire/a.ts': import_('../base/b.ts'),
    'src/box/core/a.ts': import_('../../wire/b.ts') + import_('./c.ts'),
    'src/box/adapters/gpio/a.ts': import_('../../ports.ts') + import_('onoff') + import_('./b.ts'),
    'src/box/compose.ts': import_('./adapters/gpio/a.ts') + import_('./loop.ts'),
    'src/relay/fleet/a.ts': import_('../domain/b.ts') + import_('../../wire/mqtt/c.ts') + import_('kysely'),
    'src/relay/domain/a.ts': import_('../store/b.ts') + import_('../core/c.ts'),
    'src/relay/compose.ts': import_('./web/a.ts') + import_('./store/b.ts') + import_('./config/c.ts'),
    'src/cli/a.ts': `${import_('node:net')}// import { x } from '../box/ports.ts'\n`,
  };
  none(wrongDirections(sample(right)));
  assert.equal(importsOf('src/a.ts', "import './b.ts';\nexport const from = 'x';").length, 1);
});

test('what a core must not use is seen in code, not in words', () => {
  const bad = [
    'Date.now()',
    'new Date(0)',
    'setTimeout(f)',
    'Math.random()',
    'performance.now()',
    'process.pid',
    'await f()',
  ];
  for (const code of bad)
    assert.ok(impureCores(sample({ 'src/box/core/a.ts': `f(${code});` })).length > 0, code);
  none(impureCores(sample({ 'src/box/core/a.ts': "// Date\nconst a = 'process'; /* Math.random */\n" })));
  none(impureCores(sample({ 'src/box/loop.ts': 'Date.now();' })));
});

test('rings of imports are found, once each', () => {
  const ring = {
    'src/a.ts': import_('./b.ts'),
    'src/b.ts': `import type { X } from './c.ts';`,
    'src/c.ts': import_('./a.ts'),
  };
  assert.deepEqual(cycles(sample(ring)), ['src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
  assert.deepEqual(cycles(sample({ ...ring, 'src/c.ts': '' })), []);
});

const body = (lines: number): string => '  x();\n'.repeat(lines);

test('functions are measured in every form', () => {
  const forms = [
    `export async function named(a: number): Promise<void> {\n${body(3)}}\n`,
    `const named = (a: number): void => {\n${body(3)}};\n`,
    `function named(\n): void {\n${body(2)}}\n`,
    `class A {\n  override async named(a: { b: number }): Promise<void> {\n${body(3)}  }\n}\n`,
    `class A {\n  static *named<T>(a: T): Iterable<T> {\n${body(3)}  }\n}\n`,
  ];
  for (const form of forms) assert.deepEqual(functionsOf(form), [{ name: 'named', lines: 5 }], form);
  assert.deepEqual(
    functionsOf(`if (a) {\n${body(3)}}\nfor (const x of y) {\n}\nclass B {\n}\nconst c = {\n};\n`),
    [],
  );
});

test('what is too large is said, and so is a ratchet that is out of date', () => {
  const large = sample({ 'src/a.ts': `function f() {\n${body(60)}}\n`, 'src/b.ts': 'x();\n'.repeat(301) });
  const sizes = measured(large);
  assert.equal(tooLarge(sizes, {}).length, 2);
  none(tooLarge(sizes, { 'src/a.ts f': 62, 'src/b.ts': 301 }));
  assert.match(tooLarge(sizes, { 'src/a.ts f': 70, 'src/b.ts': 301 })[0] ?? '', /lower the ratchet from 70/);
  assert.match(tooLarge(sizes, { 'src/a.ts f': 61, 'src/b.ts': 301 })[0] ?? '', /62 lines, at most 61/);
  assert.match(tooLarge([], { 'src/gone.ts': 400 })[0] ?? '', /not there/);
});

test('empty names and unfinished work are seen', () => {
  for (const path of [
    'src/utils.ts',
    'src/box/common/a.ts',
    'src/key-manager.ts',
    'src/aB.ts',
    'test/helpers/a.ts',
  ])
    assert.equal(badNames(sample({ [path]: '' })).length, 1, path);
  assert.equal(badNames(sample({ 'src/a.ts': 'class LockManager {}' })).length, 1);
  none(badNames(sample({ 'src/a-b.ts': "const a = 'common';", 'test/a.all.test.ts': '' })));
  const todo = ['// TO', 'DO later'].join('');
  for (const text of [
    todo,
    '// @ts-ignore',
    'let a: any;',
    'f(x as any)',
    'let a: Map<string, any>',
    'let a: any[];',
  ])
    assert.equal(unfinished(sample({ 'src/a.ts': text })).length, 1, text);
  none(unfinished(sample({ 'src/a.ts': '// any of these\nconst any = 1; const company = many;' })));
});
