/** The house rules that a program can check; and that the program can find each of them broken. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { strayCitations } from './tidy/citations.ts';
import {
  arrowsWithin,
  boxRooms,
  cycles,
  impureCores,
  relayRooms,
  wrongDirections,
  wrongScripts,
} from './tidy/directions.ts';
import { knownCrowds } from './tidy/exceptions.ts';
import { unusedExports } from './tidy/exports.ts';
import { ambiguousExpressions, readsElsewhere } from './tidy/expressions.ts';
import { wrongOwners } from './tidy/owners.ts';
import { strangersInSql, tablesOfToday } from './tidy/raw-sql.ts';
import type { Ratchet } from './tidy/sizes.ts';
import { functionsOf, measured, tooLarge } from './tidy/sizes.ts';
import type { Sources } from './tidy/sources.ts';
import { importsOf, readSources } from './tidy/sources.ts';
import { badNames, crowdedNames, privateNames, unfinished } from './tidy/words.ts';

const root = resolve(import.meta.dirname, '..');
const house = readSources(root, ['src']);
const everything = readSources(root, ['src', 'test', 'scripts']);

/** What was too large when it was last looked at. Lower a number when you can; never raise one. */
const ratchet: Ratchet = {};

/** Arrows between the rooms of a program: what a newcomer has to hold in mind. Lower it when you can; never raise it. */
const arrowsMax = { box: 24, relay: 50 } as const;

const none = (complaints: readonly string[]): void => assert.equal(complaints.join('\n'), '');

test('imports go in the direction of the house', () => none(wrongDirections(house)));
test('scripts import no test, and what they share with tests no other script', () =>
  none(wrongScripts(everything)));
for (const program of ['box', 'relay'] as const)
  test(`few arrows go between the rooms of the ${program}`, () => {
    const arrows = arrowsWithin(program, house);
    assert.ok(arrows.size <= arrowsMax[program], [...arrows].join('\n'));
  });
test('each table has one owner', () => none(wrongOwners(house)));
test('SQL in tests and scripts names tables that exist', () =>
  none(strangersInSql(everything, tablesOfToday(everything))));
test('cores are pure', () => none(impureCores(house)));
test('imports make no rings', () => none(cycles(everything)));
test('files and functions stay small', () => none(tooLarge(measured(everything), ratchet)));
test('no regular expression costs more than its text is long', () => none(ambiguousExpressions(house)));
test('what comes from outside is read in one place', () => none(readsElsewhere(house)));
test('names say what a thing is', () => none(badNames(everything)));
test('names are those of the field', () => none(privateNames(house)));
test('a file name says which file it is', () => none(crowdedNames(house, knownCrowds)));
test('what is exported is imported', () => none(unusedExports(everything)));
test('what the code cites stands in docs/', () => none(strayCitations(everything, root)));
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
  ['src/box/ports.ts', './engine/loop.ts'],
  ['src/box/ports.ts', './adapters/gpio/a.ts'],
  ['src/box/adapters/gpio/a.ts', '../serial/b.ts'],
  ['src/box/adapters/gpio/a.ts', '../../engine/loop.ts'],
  ['src/box/adapters/gpio/a.ts', '../../config/a.ts'],
  ['src/box/engine/loop.ts', '../adapters/sqlite/a.ts'],
  ['src/box/engine/loop.ts', '../panel/a.ts'],
  ['src/box/bookings/a.ts', '../control/a.ts'],
  ['src/box/relay-client/a.ts', '../engine/loop.ts'],
  ['src/box/panel/a.ts', '../app/compose.ts'],
  ['src/box/app/main.ts', '../../relay/app/main.ts'],
  ['src/relay/app/a.ts', '../../box/core/b.ts'],
  ['src/relay/core/a.ts', '../store/b.ts'],
  ['src/relay/core/a.ts', 'kysely'],
  ['src/relay/store/a.ts', '../domain/b.ts'],
  ['src/relay/domain/a.ts', '../boxes/b.ts'],
  ['src/relay/work/a.ts', '../domain/b.ts'],
  ['src/relay/domain/a.ts', '../broker/b.ts'],
  ['src/relay/boxes/a.ts', '../http/b.ts'],
  ['src/relay/boxes/a.ts', '../messages/b.ts'],
  ['src/relay/messages/a.ts', '../integrations/fleetio/b.ts'],
  ['src/relay/integrations/fleetio/sync/a.ts', '../../../http/b.ts'],
  ['src/relay/messages/a.ts', '../http/b.ts'],
  ['src/relay/http/a.ts', '../messages/b.ts'],
  ['src/relay/http/a.ts', '../integrations/fleetio/b.ts'],
  ['src/relay/http/a.ts', '../app/compose.ts'],
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

test('who writes the table of another room is seen, and so is an exception that nobody needs', () => {
  const path = 'src/relay/http/api/routes/a.ts';
  const wrong = sample({ [path]: "tx.updateTable('booking').set({})" });
  assert.equal(wrongOwners(wrong, new Set()).length, 1);
  assert.equal(wrongOwners(wrong, new Set([`${path} booking`])).length, 0);
  assert.equal(wrongOwners(sample({}), new Set([`${path} booking`])).length, 1);
  assert.equal(wrongOwners(sample({ [path]: "tx.insertInto('token')" }), new Set()).length, 0);
  assert.equal(wrongOwners(sample({ [path]: "tx.insertInto('stranger')" }), new Set()).length, 1);
});

test('a table in SQL that a migration has renamed is seen', () => {
  const path = 'test/real/a.test.ts';
  const known = new Set(['work']);
  const strangers = (text: string): number => strangersInSql(sample({ [path]: text }), known).length;
  assert.equal(strangers("query('select count(*) from work join timer on true')"), 1);
  assert.equal(strangers('query(`\n  UPDATE timer SET due = 1`)'), 1);
  assert.equal(strangers('query(`select 1 from work, pg_class`)'), 0);
  assert.equal(strangers('exec("create table timer (id text)"); query("select 1 from timer")'), 0);
});

test('a right direction is not', () => {
  const right = {
    'src/wire/a.ts': import_('../base/b.ts'),
    'src/box/core/a.ts': import_('../../wire/b.ts') + import_('./c.ts'),
    'src/box/adapters/gpio/a.ts': import_('../../ports.ts') + import_('onoff') + import_('./b.ts'),
    'src/box/app/compose.ts': import_('../adapters/gpio/a.ts') + import_('../engine/loop.ts'),
    'src/relay/boxes/a.ts': import_('../domain/b.ts') + import_('../../wire/mqtt/c.ts') + import_('kysely'),
    'src/relay/domain/a.ts': import_('../store/b.ts') + import_('../core/c.ts'),
    'src/relay/messages/http/a.ts': import_('../../http/b.ts') + import_('../queue.ts'),
    'src/relay/app/compose.ts': import_('../http/a.ts') + import_('../store/b.ts') + import_('./verbs/c.ts'),
    'src/cli/a.ts': `${import_('node:net')}// import { x } from '../box/ports.ts'\n`,
  };
  none(wrongDirections(sample(right)));
  assert.equal(importsOf('src/a.ts', "import './b.ts';\nexport const from = 'x';").length, 1);
});

test('no arrow between rooms of a program runs back up, and each is counted once', () => {
  for (const rooms of [boxRooms, relayRooms]) {
    const above = new Set(['base', 'wire']);
    for (const [room, sees] of Object.entries(rooms)) {
      for (const seen of sees) assert.ok(above.has(seen), `${room} → ${seen}`);
      above.add(room);
    }
  }
  const text =
    import_('../core/b.ts') + import_('../core/c.ts') + import_('./d.ts') + import_('../../base/e.ts');
  const arrows = arrowsWithin(
    'box',
    sample({ 'src/box/panel/a.ts': text, 'src/box/adapters/gpio/a.ts': import_('../../ports.ts') }),
  );
  assert.deepEqual([...arrows], ['box/panel → box/core', 'box/adapters → box/ports']);
});

test('a file that lies in no room is seen', () => {
  for (const path of ['src/box/loose.ts', 'src/relay/loose.ts', 'src/relay/integrations/other/a.ts'])
    assert.deepEqual(wrongDirections(sample({ [path]: '' })), [`${path}: is in no room`]);
});

test('a script that imports a test is seen, and so is what is shared and knows one script', () => {
  const wrong = (path: string, from: string): number =>
    wrongScripts(sample({ [path]: import_(from) })).length;
  assert.equal(wrong('scripts/bench/a.ts', '../../test/b.ts'), 1);
  assert.equal(wrong('scripts/rig/a.ts', '../stage/b.ts'), 1);
  assert.equal(wrong('scripts/rig/a.ts', './b.ts'), 0);
  assert.equal(wrong('scripts/bench/a.ts', '../rig/b.ts'), 0);
  assert.equal(wrong('test/a.ts', '../scripts/rig/b.ts'), 0);
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
  none(impureCores(sample({ 'src/box/engine/loop.ts': 'Date.now();' })));
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

test('a citation of a page or a number that is not there is seen', () => {
  const strays = (text: string): number =>
    strayCitations(sample({ 'src/a.ts': `/** ${text} */\n` }), root).length;
  const texts = ['rules.md 18', 'contracts.md §3, rules.md 1, 25', 'rules.md 18, 99', 'nowhere.md 1'];
  assert.deepEqual(texts.map(strays), [0, 0, 1, 1]);
});

test('a private word in a name, and a third file of one name, are seen', () => {
  const names = (path: string, text: string) => privateNames(sample({ [path]: text }));
  assert.deepEqual(names('src/help-desk.ts', ''), ['desk help-desk.ts']);
  assert.deepEqual(names('src/a.ts', 'export class FrontDesk {}\nfunction deskOf() {}'), [
    'desk FrontDesk',
    'desk deskOf',
  ]);
  assert.deepEqual(names('src/a.ts', "// a desk\nconst text = 'class Desk'; class Desktop {}"), []);
  const files = sample({ 'src/a/x.ts': '', 'src/b/x.ts': '', 'src/c/x.ts': '', 'src/x.test.ts': '' });
  assert.equal(crowdedNames(files, {}).length, 1);
  assert.equal(crowdedNames(files, { 'x.ts': 3 }).length, 0);
});

test('an export that nobody imports is seen, however it could be imported', () => {
  const a = 'export const x = 1;\nexport interface Y {}\nexport async function z() {}\n';
  const left = (text: string) => unusedExports(sample({ 'src/a.ts': a, 'test/b.ts': text }));
  assert.deepEqual(left(''), ['src/a.ts x', 'src/a.ts Y', 'src/a.ts z']);
  assert.deepEqual(left("import { x, type Y as Z } from '../src/a.ts';"), ['src/a.ts z']);
  assert.deepEqual(
    left("export { x } from '../src/a.ts';\nimport type {\n  Y,\n  z,\n} from '../src/a.ts';"),
    [],
  );
  for (const text of [
    "import * as a from '../src/a.ts';",
    "export * from '../src/a.ts';",
    "await import('../src/a.ts');",
  ])
    assert.deepEqual(left(text), [], text);
  assert.deepEqual(left("import { x } from './a.ts';").length, 3, 'of another file');
});
