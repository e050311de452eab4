/** The events of webhooks as AsyncAPI tells them: CloudEvents 1.0 in JSON, by kind. */
import { cloudType, testType, webhookTypes } from '../event-types.ts';

type JsonObject = { readonly [name: string]: unknown };

const id = { type: ['string', 'null'], description: 'An id of the API.' };
const instant = { type: 'string', format: 'date-time' };
const names = {
  type: 'object',
  description: 'Only where the webhook says so; null: of an erased driver, or there is none.',
  properties: Object.fromEntries(['driver', 'key', 'box'].map(each => [each, { type: ['string', 'null'] }])),
};

const journal = {
  ...{ box: id, slot: { type: ['integer', 'null'] }, key: id, booking: id, driver: id },
  ...{
    by: { type: ['string', 'null'] },
    proof: { type: ['string', 'null'] },
    reason: { type: ['string', 'null'] },
  },
  ...{ late: { type: 'boolean' }, epoch: { type: 'integer' }, seq: { type: 'integer' } },
};
const problem = {
  ...{ problem: id, kind: { type: 'string' }, title: { type: 'string' }, severity: { type: 'string' } },
  ...{ box: id, slot: { type: ['integer', 'null'] }, since: instant },
};
const booking = {
  ...{ booking: id, state: { type: 'string' }, since: instant, key: id, box: id, driver: id },
  ...{ origin: { type: 'string' }, start: instant, end: { type: ['string', 'null'] } },
};

const dataOf: Readonly<Record<(typeof webhookTypes)[number] | typeof testType, JsonObject>> = {
  'booking.changed': booking,
  'key.taken': journal,
  'key.returned': journal,
  'access.denied': journal,
  'problem.opened': problem,
  'problem.cleared': problem,
  'box.online': { box: id },
  'box.offline': { box: id },
  [testType]: { test: { type: 'boolean' } },
};

const payload = (type: keyof typeof dataOf): JsonObject => ({
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'sequence', 'data'],
  properties: {
    ...{ specversion: { const: '1.0' }, id: { type: 'string' }, source: { type: 'string', format: 'uri' } },
    ...{ type: { const: cloudType(type) }, subject: { type: 'string' }, time: instant },
    datacontenttype: { const: 'application/json' },
    sequence: {
      type: 'string',
      description: 'Of the account; as texts they sort in the order of the events.',
    },
    data: { type: 'object', properties: { ...dataOf[type], names } },
  },
});

/** By their names in the document. */
export const webhookMessages: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  ([...webhookTypes, testType] as const).map(type => [
    `webhook.${type}`,
    {
      ...{ name: cloudType(type), title: cloudType(type), contentType: 'application/cloudevents+json' },
      payload: payload(type),
    },
  ]),
);
