/** Every text that comes from outside has its length: routes, Fleetio's records, webhooks, what box and relay say to each other. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { apiRoutes } from '../../src/relay/app/api-routes.ts';
import type { Route } from '../../src/relay/http/api/route.ts';
import { envelopeShape } from '../../src/relay/integrations/fleetio/webhook/envelope.ts';
import { readSources } from './sources.ts';
import { endlessTexts, isSchema, textsWithoutLength } from './text-lengths.ts';

const root = resolve(import.meta.dirname, '../..');
const none = (complaints: readonly string[]): void => assert.equal(complaints.join('\n'), '');

/** Handlers are not called: a route is read as the data that it is. */
const nobody = new Proxy({}, { get: () => () => undefined }) as never;

const schemasOf = ({ params, query, body }: Route) =>
  Object.entries({ params, query, body }).flatMap(([place, schema]) =>
    schema ? [[place, schema] as const] : [],
  );

test('every text of every route has a length', () => {
  const routes = apiRoutes(nobody);
  assert.ok(routes.length > 50);
  none(
    routes.flatMap(route =>
      schemasOf(route).flatMap(([place, schema]) =>
        endlessTexts(schema as never).map(path => `${route.name} ${place}${path}`),
      ),
    ),
  );
});

async function* exportedSchemas(folder: string): AsyncIterable<readonly [name: string, schema: unknown]> {
  for (const file of readdirSync(resolve(root, folder)))
    if (file.endsWith('.ts')) {
      const exported = (await import(resolve(root, folder, file))) as Readonly<Record<string, unknown>>;
      for (const [name, value] of Object.entries(exported))
        if (isSchema(value)) yield [`${file} ${name}`, value];
    }
}

for (const [folder, least] of [
  ['src/wire', 30],
  ['src/relay/integrations/fleetio/api', 8],
] as const)
  test(`so has every text of the schemas of ${folder}`, async () => {
    let found = 0;
    for await (const [name, schema] of exportedSchemas(folder)) {
      found += 1;
      none(endlessTexts(schema as never).map(path => `${name}${path}`));
    }
    assert.ok(found >= least, `${found} schemas`);
  });

test('so has every text of a webhook, and of whatever no module exports', () => {
  none(endlessTexts(envelopeShape as never));
  none(textsWithoutLength(readSources(root, ['src'])));
});

test('a text of the box’s control socket is an arg of a schema, or read by the one reader of requests, which asks for a length', () => {
  const operations = readSources(root, ['src/box/control']);
  const readers = [...operations].filter(([, text]) => /typeof \w+(?:\.\w+)* [!=]== 'string'/.test(text));
  assert.deepEqual(
    readers.map(([path]) => path),
    ['src/box/control/request.ts'],
  );
});

const endless = v.pipe(v.string(), v.minLength(1));
const kinds: readonly (readonly [what: string, schema: v.GenericSchema, found: readonly string[]])[] = [
  ['a text', v.string(), ['.']],
  ['a member', v.object({ a: v.object({ b: endless }) }), ['.a.b']],
  ['a member that may be missing', v.strictObject({ a: v.optional(v.nullable(endless), null) }), ['.a']],
  ['an item of a list', v.pipe(v.array(v.string()), v.maxLength(5)), ['[]']],
  ['a name', v.record(v.string(), v.number()), ['{name}']],
  ['a value', v.record(v.picklist(['a']), v.string()), ['{value}']],
  ['one of several', v.variant('k', [v.object({ k: v.literal('x'), t: v.string() })]), ['|0.t']],
  ['a choice', v.pipe(v.union([v.number(), v.string()]), v.transform(String)), ['|1']],
  ['a pipe in a pipe', v.pipe(v.pipe(v.string(), v.trim()), v.regex(/^a$/)), ['.']],
  ['a place of a tuple', v.tuple([v.number(), v.string()]), ['[1]']],
  ['a kind that is new', v.set(v.string()), ['. (set: not known to the walk)']],
  ['a text with its length', v.object({ a: v.pipe(v.string(), v.maxLength(3)) }), []],
  ['a pipe in a pipe, with it', v.pipe(v.pipe(v.string(), v.maxLength(9)), v.minLength(1)), []],
];

for (const [what, schema, found] of kinds)
  test(`the walk: ${what}`, () => assert.deepEqual(endlessTexts(schema as never), found));

test('the source: a text without a length is a complaint, but for answers and what we wrote ourselves', () => {
  const of = (path: string, text: string) => textsWithoutLength(new Map([[path, text]])).length;
  assert.equal(of('src/wire/a.ts', 'v.pipe(v.string(), v.regex(/a/), v.maxLength(3))'), 1);
  assert.equal(of('src/wire/a.ts', 'v.nullable(v.string())'), 1);
  assert.equal(of('src/wire/a.ts', 'v.pipe(v.string(), v.minLength(1), v.maxLength(3))'), 0);
  assert.equal(of('src/relay/http/a.ts', 'v.string()'), 0);
  assert.equal(of('src/relay/backup/load.ts', 'v.string()'), 0);
});
