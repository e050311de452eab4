/** The two documents that are made from code: nothing that is there may be missing in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { apiRoutes } from '../../../../src/relay/app/api-routes.ts';
import { asyncApi } from '../../../../src/relay/http/api/async-api.ts';
import { openApi } from '../../../../src/relay/http/api/open-api.ts';
import { peopleRoutes } from '../../../../src/relay/http/api/routes/people.ts';
import { enrolOperation } from '../../../../src/relay/http/enrol.ts';
import type { Fleetio } from '../../../../src/relay/integrations/fleetio/fleetio.ts';
import { webhookTypes } from '../../../../src/relay/integrations/webhooks/event-types.ts';
import { webhookMessages } from '../../../../src/relay/integrations/webhooks/http/webhook-document.ts';
import { PinHasher } from '../../../../src/relay/secrets/pins.ts';
import { downKinds } from '../../../../src/wire/down.ts';
import { upKinds } from '../../../../src/wire/up.ts';

type Tree = { readonly [name: string]: Tree };

const plain = (document: object): Tree => JSON.parse(JSON.stringify(document)) as Tree;

/** Every `$ref` in it, wherever. */
function refsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}

function mustLead(document: Tree): void {
  for (const ref of refsIn(document)) {
    const end = ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<Tree | undefined>((at, step) => at?.[step], document);
    assert.ok(end !== undefined, `${ref} leads nowhere`);
  }
}

/** Documents are made without anything of it being used. */
const fleetio = {} as Fleetio;
const routes = apiRoutes({
  pins: new PinHasher(),
  nudge: () => {},
  retired: () => {},
  fleetio,
  people: peopleRoutes({ pagesUrl: () => '', mail: null }),
  ceilings: { perDay: 20_000, perPhoneDay: 50 },
  allowLoopback: false,
});
const open = plain(openApi(routes, enrolOperation, 'http://127.0.0.1:8080'));
const wire = plain(asyncApi('mqtt://127.0.0.1:1883', webhookMessages));

test('OpenAPI shows an example of each body that it can, and the API takes it; instants and addresses have their format', () => {
  let shown = 0;
  for (const { path, method, body } of routes) {
    const at = path.replace(/:(\w+)/g, '{$1}');
    const content = open.paths?.[at]?.[method.toLowerCase()]?.requestBody?.content?.['application/json'];
    if (!body || content?.example === undefined) continue;
    shown += 1;
    const read = v.safeParse(body, content.example);
    assert.ok(read.success, `${method} ${path}: ${JSON.stringify(content.example)}`);
  }
  assert.ok(shown >= 8, `${shown} examples`);
  const booking =
    open.paths?.['/bookings']?.post?.requestBody?.content?.['application/json']?.schema?.properties;
  assert.deepEqual([booking?.start?.format, booking?.key?.examples], ['date-time', ['Van 1']]);
  const driver =
    open.paths?.['/drivers']?.post?.requestBody?.content?.['application/json']?.schema?.properties;
  assert.match(JSON.stringify(driver?.email), /"format":"email"|"examples":\["ann@example.org"\]/);
});

test('OpenAPI has every route, with its own name, scope, parameters and answers', () => {
  const names = new Set<string>();
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = open.paths?.[path]?.[route.method.toLowerCase()] as unknown as {
      readonly operationId: string;
      readonly 'x-scope': string;
      readonly parameters: readonly {
        readonly name: string;
        readonly in: string;
        readonly required: boolean;
      }[];
      readonly requestBody?: object;
      readonly responses: Readonly<Record<string, { readonly content?: object }>>;
    };
    assert.equal(operation.operationId, route.name);
    assert.equal(operation['x-scope'], route.scope);
    assert.ok(!names.has(route.name), `${route.name} is there twice`);
    names.add(route.name);
    const inPath = operation.parameters.filter(each => each.in === 'path');
    assert.deepEqual(
      inPath.map(({ name }) => name).sort(),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort(),
    );
    assert.equal(operation.requestBody !== undefined, Boolean(route.body));
    assert.equal(operation.responses[route.status]?.content !== undefined, route.answer !== null);
    for (const status of ['400', '401', '403', '404', '500']) assert.ok(operation.responses[status]);
  }
  mustLead(open);
});

test('AsyncAPI has every kind of message on its own lane, and both envelopes', () => {
  for (const [lane, kinds] of [
    ['down', downKinds],
    ['up', upKinds],
  ] as const) {
    const messages = Object.keys(wire.channels?.[lane]?.messages ?? {});
    assert.deepEqual(messages.sort(), kinds.map(kind => `${lane}.${kind}`).sort());
    for (const kind of kinds) {
      const payload = wire.components?.messages?.[`${lane}.${kind}`]?.payload as unknown as {
        readonly properties: { readonly kind: { readonly const: string } };
      };
      assert.equal(payload.properties.kind.const, kind);
    }
    assert.equal(wire.channels?.[lane]?.address as unknown, `smartbox/1/{box}/${lane}`);
  }
  assert.deepEqual(Object.keys(wire.channels?.state?.messages ?? {}), ['state']);
  assert.deepEqual(
    Object.keys(wire.channels?.webhook?.messages ?? {}),
    [...webhookTypes, 'webhook.test'].map(type => `webhook.${type}`),
  );
  assert.deepEqual(Object.keys(wire.components?.schemas ?? {}).sort(), ['downEnvelope', 'upEnvelope']);
  mustLead(wire);
});
