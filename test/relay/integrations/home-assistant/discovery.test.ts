import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemKinds } from '../../../../src/relay/core/problems/catalogue.ts';
import {
  type BoxFacts,
  configText,
  configTopic,
  discovered,
  type Places,
  stateText,
} from '../../../../src/relay/integrations/home-assistant/discovery.ts';
import { payloadMaxBytes } from '../../../../src/wire/topics.ts';

const places: Places = {
  ...{ prefix: 'homeassistant', topic: 'smartbox', pagesUrl: 'https://keys.example', version: '1.2.3' },
  language: 'en',
};

const told = (...doors: readonly ('open' | 'shut')[]): NonNullable<BoxFacts['told']> => ({
  ...{ takes: 'all', returns: 'some' },
  slots: doors.map((door, at) => ({ slot: at + 1, door, key: null, faulted: false })),
});

const depot: BoxFacts = {
  ...{ id: 'depot-a', name: 'Depot A', program: '0.1.0', isUp: true, slots: [1, 2] },
  ...{ told: told('shut', 'open'), problems: [] },
  keys: [{ id: 'k_1', name: 'Van 1', home: 1, place: 'in' }],
};

const quiet = {
  ...{ 'door-forced': 'OFF', 'door-held': 'OFF', jammed: 'OFF', lockout: 'OFF', tamper: 'OFF' },
  ...{ 'key-missing': 'OFF', 'power-low': 'OFF', 'reader-lost': 'OFF', 'storage-degraded': 'OFF' },
};
const state = {
  ...{ link: 'ON', problems: 0, alarms: quiet, takes: 'all', returns: 'some' },
  ...{ doors: { 1: 'OFF', 2: 'ON' }, keys: { k_1: 'in' } },
};

const states: readonly (readonly [what: string, facts: Partial<BoxFacts>, then: object])[] = [
  ['it is well', {}, {}],
  ['its link is lost: what it told stays', { isUp: false }, { link: 'OFF' }],
  ['it has never told', { told: null }, { takes: null, returns: null, doors: {} }],
  [
    'Problems of any kind count, those of a few kinds are alarms',
    { problems: ['tamper', 'door-held', 'door-held', 'box-full'] },
    { problems: 4, alarms: { ...quiet, tamper: 'ON', 'door-held': 'ON' } },
  ],
  [
    'a key is where its events have put it',
    { keys: [{ id: 'k_1', name: 'Van 1', home: null, place: 'missing' }] },
    { keys: { k_1: 'missing' } },
  ],
];
for (const [what, facts, then] of states)
  test(`the state of a box: ${what}`, () =>
    assert.deepEqual(JSON.parse(stateText({ ...depot, ...facts })), { ...state, ...then }));

test('each alarm is of a kind of Problem', () => {
  const kinds: readonly string[] = problemKinds;
  for (const kind of Object.keys(quiet)) assert.ok(kinds.includes(kind), kind);
});

test('a box is one device, with entities that have what Home Assistant requires', () => {
  const [only, ...others] = discovered(depot, places);
  assert.ok(only !== undefined && others.length === 0);
  assert.equal(configTopic(places, only.object), 'homeassistant/device/smartbox/depot-a/config');
  const { components, ...shared } = JSON.parse(configText(only));
  assert.deepEqual(shared, {
    device: {
      ...{ identifiers: ['smartbox_depot-a'], name: 'Depot A', manufacturer: 'SmartBox', model: 'Key box' },
      ...{ sw_version: '0.1.0', configuration_url: 'https://keys.example/admin/boxes/depot-a' },
    },
    origin: { name: 'smartbox-relay', sw_version: '1.2.3' },
    state_topic: 'smartbox/depot-a/state',
    availability: [{ topic: 'smartbox/status' }, { topic: 'smartbox/depot-a/link' }],
    ...{ availability_mode: 'all', qos: 1 },
  });
  assert.deepEqual(Object.keys(components), [
    ...['link', 'problems', 'tamper', 'door_forced', 'door_held', 'jammed', 'lockout', 'key_missing'],
    ...['reader_lost', 'power_low', 'storage_degraded', 'takes', 'returns', 'door_1', 'door_2', 'key_k_1'],
  ]);
  assert.deepEqual(components.door_2, {
    ...{ platform: 'binary_sensor', unique_id: 'smartbox_depot-a_door_2', name: 'Door 2' },
    ...{ device_class: 'door', value_template: "{{ value_json.doors['2'] | default('None') }}" },
  });
  assert.deepEqual(components.key_k_1, {
    ...{ platform: 'sensor', unique_id: 'smartbox_depot-a_key_k_1', name: 'Van 1', device_class: 'enum' },
    options: ['in', 'out', 'missing', 'never-stocked'],
    value_template: "{{ value_json.keys['k_1'] | default('None') }}",
  });
  assert.deepEqual(components.link.availability, [{ topic: 'smartbox/status' }], 'told while it is away');
  assert.doesNotMatch(configText(only), /command/);
});

test('entities are called so in the language of the account, and are the same ones', () => {
  const [english] = discovered(depot, places);
  const [dutch] = discovered(depot, { ...places, language: 'nl' });
  const [german] = discovered(depot, { ...places, language: 'de' });
  assert.ok(english !== undefined && dutch !== undefined);
  assert.deepEqual(german, english, 'without names of its own');
  const without = ({ components }: typeof english) =>
    Object.values(components).map(({ name: _, ...rest }) => rest);
  assert.deepEqual(without(dutch), without(english));
  const names = Object.values(dutch.components).map(({ name }) => name);
  assert.deepEqual(names, [
    ...['Verbinding', 'Problemen', 'Deksel', 'Deur opengebroken', 'Deur blijft open', 'Slot'],
    ...['Codes geraden', 'Sleutel vermist', 'Toetsenbord en lezer', 'Voeding', 'Schijf'],
    ...['Geeft sleutels uit', 'Neemt sleutels terug', 'Deur 1', 'Deur 2', 'Van 1'],
  ]);
});

test('whoever gives other names changes names alone', () => {
  const ids = (facts: BoxFacts): readonly string[] =>
    discovered(facts, places).flatMap(({ components }) =>
      Object.values(components).map(({ unique_id }) => unique_id),
    );
  const [key] = depot.keys;
  assert.ok(key !== undefined);
  assert.deepEqual(ids({ ...depot, name: 'Yard', keys: [{ ...key, name: 'Bus' }] }), ids(depot));
});

test('the largest box, with the longest names, stays within what a broker takes', () => {
  const slots = Array.from({ length: 999 }, (_, at) => at + 1);
  const keys = slots.map(slot => ({
    ...{ id: `k_${String(slot).padStart(25, '0')}`, name: '🚐'.repeat(64) },
    ...{ home: slot, place: 'never-stocked' as const },
  }));
  const doors = told(...slots.map(() => 'shut' as const));
  const large = { ...depot, id: 'b'.repeat(63), slots, keys, told: doors };
  const all = discovered(large, places);
  assert.equal(
    all.reduce((sum, { components }) => sum + Object.keys(components).length, 0),
    13 + 2 * 999,
  );
  for (const each of all) assert.ok(configText(each).length <= payloadMaxBytes);
  assert.ok(Buffer.byteLength(stateText(large)) <= payloadMaxBytes);
  const [homeless] = discovered({ ...large, keys: keys.map(key => ({ ...key, home: null })) }, places);
  assert.ok(homeless !== undefined);
  assert.ok(Buffer.byteLength(configText(homeless)) <= payloadMaxBytes, 'what is too much is left out');
});

test('an entity that is gone is named once more, by its platform alone', () => {
  const [only] = discovered({ ...depot, keys: [] }, places);
  assert.ok(only !== undefined);
  const { components } = JSON.parse(configText(only, new Map([['key_k_1', 'sensor']])));
  assert.deepEqual(components.key_k_1, { platform: 'sensor' });
  assert.equal(components.door_1.name, 'Door 1');
});
