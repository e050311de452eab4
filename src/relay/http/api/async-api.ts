/** AsyncAPI 3 of the topics between boxes and relay, made from the schemas that both ends check with (src/wire). */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { programVersion } from '../../../base/version.ts';
import { boxState } from '../../../wire/box-state.ts';
import { down } from '../../../wire/down.ts';
import { downEnvelope, upEnvelope } from '../../../wire/envelope.ts';
import { boxIdShape, payloadMaxBytes, topic, wireVersion } from '../../../wire/topics.ts';
import { up } from '../../../wire/up.ts';

type JsonObject = { readonly [name: string]: unknown };

const schemaOf = (schema: v.GenericSchema): JsonObject => {
  const { $schema: _, ...rest } = toJsonSchema(schema, { target: 'draft-2020-12', errorMode: 'ignore' });
  return rest;
};

type Kinds = typeof down.options | typeof up.options;

/** The messages of each lane once opened: one for every kind of the schema. */
const messagesOf = (lane: 'down' | 'up', kinds: Kinds): Record<string, JsonObject> =>
  Object.fromEntries(
    [...kinds].map(kind => {
      const name = kind.entries.kind.literal;
      const message = { name, title: name, contentType: 'application/json', payload: schemaOf(kind) };
      return [`${lane}.${name}`, message];
    }),
  );

const refs = (place: string, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map(name => [name, { $ref: `#/components/messages/${place}${name}` }]));

const parameters = {
  box: { description: `Id of a box: ${boxIdShape.source}` },
};

function channel(lane: 'down' | 'up' | 'state', description: string, messages: JsonObject): JsonObject {
  const address = topic('BOX', lane).replace('BOX', '{box}');
  const bindings = { mqtt: { qos: 1, retain: lane === 'state' } };
  return { address, description, parameters, messages, bindings };
}

/** Its address is the account's own; it has no server of ours. */
const webhookChannel = (messages: JsonObject): JsonObject => ({
  address: null,
  servers: [],
  description:
    'An address of the account: the relay posts each event there, signed by the headers webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks, and again until it is answered by 2xx.',
  messages,
});

/** `told`: messages that are posted to the webhooks of an account. */
export function asyncApi(brokerUrl: string, told: Readonly<Record<string, JsonObject>>): JsonObject {
  const { protocol, host } = new URL(brokerUrl);
  const downMessages = messagesOf('down', down.options);
  const upMessages = messagesOf('up', up.options);
  const state = { name: 'state', contentType: 'application/json', payload: schemaOf(boxState) };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'SmartBox wire',
      version: `${wireVersion}`,
      description: `MQTT 3.1.1, QoS 1, at most ${payloadMaxBytes} bytes a payload. On the lanes “down” and “up” each message travels inside an envelope, signed and encrypted; the messages below are what is in it. Program ${programVersion}.`,
    },
    servers: { broker: { host, protocol: protocol.replace(':', '') } },
    channels: {
      down: channel('down', 'The relay to one box.', refs('', Object.keys(downMessages))),
      up: channel('up', 'One box to the relay.', refs('', Object.keys(upMessages))),
      state: channel('state', 'Retained, with a last will; for dashboards.', refs('', ['state'])),
      webhook: webhookChannel(refs('', Object.keys(told))),
    },
    operations: {
      toBox: { action: 'send', channel: { $ref: '#/channels/down' } },
      fromBox: { action: 'receive', channel: { $ref: '#/channels/up' } },
      toWebhook: { action: 'send', channel: { $ref: '#/channels/webhook' } },
      stateOfBox: { action: 'receive', channel: { $ref: '#/channels/state' } },
    },
    components: {
      messages: { ...downMessages, ...upMessages, state, ...told },
      schemas: { downEnvelope: schemaOf(downEnvelope), upEnvelope: schemaOf(upEnvelope) },
    },
  };
}
