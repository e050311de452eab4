/** OpenAPI 3.1 (its schemas are JSON Schema 2020-12), made from the routes themselves, so that it cannot lag behind. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { programVersion } from '../../../base/version.ts';
import { problemSchema, problemType } from './api-error.ts';
import { bodyExample, illustrated, type JsonObject } from './open-api-examples.ts';
import { isVersioned, type Route } from './route.ts';

/** As a caller writes it: before any transformation. What JSON Schema cannot say is left to the description. */
export function inputSchema(schema: v.GenericSchema): JsonObject {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
  });
  return illustrated(rest);
}

const problemAnswer = (description: string): JsonObject => ({
  description,
  content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } },
});

const everywhere: Readonly<Record<string, string>> = {
  '400': 'The request is wrong; `errors` says where.',
  '401': 'No token, or one that is not valid.',
  '403': 'The token lacks the scope that this needs.',
  '404': 'There is no such thing in your account.',
  '413': 'The body is too large.',
  '429': 'Too many requests; `Retry-After` says when to go on.',
  '500': 'Our fault; nothing was changed.',
};

export function openApi(routes: readonly Route[], enrol: JsonObject, url: string): JsonObject {
  const paths: Record<string, Record<string, unknown>> = { '/enroll': enrol };
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'SmartBox relay',
      version: programVersion,
      description: 'Keys, bookings and boxes of a fleet. Times are UTC; requests may use any offset.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${url}/api/v1` }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: inputSchema(problemSchema) },
    },
  };
}

function operation(route: Route): JsonObject {
  const { name, summary, scope, status, answer } = route;
  return {
    operationId: name,
    summary,
    tags: [route.path.split('/')[1]],
    description: `Needs the scope \`${scope}\`.`,
    'x-scope': scope,
    parameters: [...parameters(route)],
    ...(route.body ? { requestBody: requestBody(route) } : {}),
    responses: { [status]: answerOf(answer, route), ...refusals(route) },
  };
}

function answerOf(answer: v.GenericSchema | null, route: Route): JsonObject {
  if (answer === null) return { description: 'Done.' };
  const content = { 'application/json': { schema: inputSchema(answer) } };
  if (isVersioned(route)) return { description: 'Done.', headers: { ETag: versionHeader }, content };
  const lines = { 'application/x-ndjson': { schema: { type: 'string' } } };
  return { description: 'Done.', content: route.lines ? { ...content, ...lines } : content };
}

const versionHeader: JsonObject = {
  description: 'The version of the answer, for `If-Match`.',
  schema: { type: 'string' },
};

function refusals(route: Route): JsonObject {
  const all = Object.entries(everywhere).map(([status, text]) => [status, problemAnswer(text)]);
  const own: readonly (readonly [string, JsonObject])[] = route.write
    ? [
        ['409', problemAnswer('It does not go with what is there now.')],
        ['422', problemAnswer('The Idempotency-Key was used for another request.')],
      ]
    : route.faults?.length
      ? [['409', problemAnswer(`Not now: ${route.faults.join(', ')}.`)]]
      : [];
  const overtaken = problemAnswer(
    'Somebody has changed it since it was read: `If-Match` names another version.',
  );
  return Object.fromEntries([...all, ...own, ...(route.current ? [['412', overtaken]] : [])]);
}

function illustratedBody(schema: JsonObject): JsonObject {
  const example = bodyExample(schema);
  return example === null ? { schema } : { schema, example };
}

const requestBody = (route: Route): JsonObject => ({
  required: true,
  content: Object.fromEntries(
    [route.takes ?? 'application/json'].map(type => [
      type,
      route.body ? illustratedBody(inputSchema(route.body)) : { schema: {} },
    ]),
  ),
});

function* parameters(route: Route): Iterable<JsonObject> {
  for (const [place, schema] of [
    ['path', route.params],
    ['query', route.query],
  ] as const) {
    if (!schema) continue;
    const { properties = {}, required = [] } = inputSchema(schema) as {
      properties?: Record<string, JsonObject>;
      required?: readonly string[];
    };
    for (const [name, property] of Object.entries(properties))
      yield { name, in: place, required: place === 'path' || required.includes(name), schema: property };
  }
  if (route.current)
    yield {
      name: 'If-Match',
      in: 'header',
      required: false,
      description: 'The `ETag` that it was read with: changed only where it still is so.',
      schema: { type: 'string', minLength: 1, maxLength: 1_000 },
    };
  if (route.write && route.method !== 'GET')
    yield {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'The same key and request within 24 hours get the same answer, and happen once.',
      schema: { type: 'string', minLength: 1, maxLength: 128 },
    };
}
