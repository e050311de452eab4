/**
 * A box as Home Assistant finds it by MQTT discovery (integrations.md): one device with its doors, keys, alarms and link, each an
 * entity that is read and never commanded. Pure: facts in, topics and texts out.
 *
 * Ids are made of the box's id, slot numbers and ids of keys, so that a new name changes nothing but the name.
 */

import type { HomeKey } from '../../domain/box-doors.ts';
import type { ToldState } from '../../domain/box-told.ts';
import { type Alarm, entityNames } from './entity-names.ts';

/** Where it is told, and as whose. */
export interface Places {
  /** Under which Home Assistant looks for devices. */
  readonly prefix: string;
  /** Under which states stand; each relay has its own. */
  readonly topic: string;
  /** Where people find the relay's pages. */
  readonly pagesUrl: string;
  /** Of the names of entities. */
  readonly language: string;
  readonly version: string;
}

/** Nothing of a person, and nothing that opens a door. */
export interface BoxFacts {
  readonly id: string;
  readonly name: string;
  readonly program: string | null;
  readonly isUp: boolean;
  readonly slots: readonly number[];
  /** Null: it has never told. */
  readonly told: Pick<ToldState, 'slots' | 'takes' | 'returns'> | null;
  readonly keys: readonly Pick<HomeKey, 'id' | 'name' | 'home' | 'place'>[];
  /** Kinds of its Problems that stand, one for each of them. */
  readonly problems: readonly string[];
}

export const platforms = ['binary_sensor', 'sensor'] as const;
export type Platform = (typeof platforms)[number];

interface Component {
  readonly platform: Platform;
  readonly unique_id: string;
  readonly name: string;
  readonly value_template: string;
  readonly device_class?: string;
  readonly entity_category?: 'diagnostic';
  readonly options?: readonly string[];
  readonly availability?: readonly { readonly topic: string }[];
}

/** By their ids, which with the topic's make an entity. */
type Components = Readonly<Record<string, Component>>;

/** One topic of discovery. */
export interface Discovered {
  readonly object: string;
  readonly components: Components;
  /** All but its components. */
  readonly shared: object;
}

export const statusTopic = ({ topic }: Pick<Places, 'topic'>): string => `${topic}/status`;
export const linkTopic = ({ topic }: Pick<Places, 'topic'>, box: string): string => `${topic}/${box}/link`;
export const stateTopic = ({ topic }: Pick<Places, 'topic'>, box: string): string => `${topic}/${box}/state`;
export const configTopic = ({ prefix, topic }: Pick<Places, 'prefix' | 'topic'>, object: string): string =>
  `${prefix}/device/${topic}/${object}/config`;

/** Ids of boxes have no underscore. */
export const boxOf = (object: string): string => object.split('_', 1)[0] ?? '';

/** Of these kinds of Problem somebody may want an automation each; all kinds count as problems. */
const alarms: readonly (readonly [kind: Alarm, deviceClass: string])[] = [
  ['tamper', 'tamper'],
  ['door-forced', 'safety'],
  ['door-held', 'problem'],
  ['jammed', 'problem'],
  ['lockout', 'problem'],
  ['key-missing', 'problem'],
  ['reader-lost', 'problem'],
  ['power-low', 'problem'],
  ['storage-degraded', 'problem'],
];

const onOff = (isOn: boolean): 'ON' | 'OFF' => (isOn ? 'ON' : 'OFF');

/** The retained state of a box, which the templates of its entities read. */
export function stateText({ isUp, told, keys, problems }: BoxFacts): string {
  return JSON.stringify({
    link: onOff(isUp),
    problems: problems.length,
    alarms: Object.fromEntries(alarms.map(([kind]) => [kind, onOff(problems.includes(kind))])),
    takes: told?.takes ?? null,
    returns: told?.returns ?? null,
    doors: Object.fromEntries((told?.slots ?? []).map(({ slot, door }) => [slot, onOff(door === 'open')])),
    keys: Object.fromEntries(keys.map(({ id, place }) => [id, place])),
  });
}

/** Doors and keys of so many slots are told under one topic, so that none grows beyond what a broker takes. */
const slotsOfTopic = 64;
const componentsMaxBytes = 60_000;

/** The topics of discovery of a box, the first for what is the whole box's. */
export function discovered(facts: BoxFacts, places: Places): readonly Discovered[] {
  const { id, slots, keys } = facts;
  const blocks = new Map<number, [id: string, component: Component][]>([[0, wholeBox(facts, places)]]);
  const add = (slot: number, part: string, component: Component): void => {
    const block = Math.max(0, Math.floor((slot - 1) / slotsOfTopic));
    const known = blocks.get(block) ?? [];
    known.push([part, component]);
    blocks.set(block, known);
  };
  for (const slot of slots) add(slot, ...door(slot, facts, places));
  for (const each of keys) add(each.home ?? 0, ...key(each, facts, places));
  const shared = sharedOf(facts, places);
  return [...blocks].map(([block, parts]) => ({
    object: block === 0 ? id : `${id}_${block}`,
    components: Object.fromEntries(asManyAsFit(parts)),
    shared,
  }));
}

function asManyAsFit(parts: readonly [string, Component][]): readonly [string, Component][] {
  let left = componentsMaxBytes;
  return parts.filter(part => {
    left -= Buffer.byteLength(JSON.stringify(part));
    return left >= 0;
  });
}

/** Those of `gone` are taken out of Home Assistant: a component that has a platform and nothing else. */
export function configText(
  { components, shared }: Discovered,
  gone: ReadonlyMap<string, Platform> = new Map(),
): string {
  const out = Object.fromEntries([...gone].map(([part, platform]) => [part, { platform }]));
  return JSON.stringify({ ...shared, components: { ...components, ...out } });
}

const sharedOf = ({ id, name, program }: BoxFacts, places: Places): object => ({
  device: {
    identifiers: [`${places.topic}_${id}`],
    name,
    manufacturer: 'SmartBox',
    model: entityNames(places.language).model,
    ...(program === null ? {} : { sw_version: program }),
    configuration_url: `${places.pagesUrl}/admin/boxes/${id}`,
  },
  origin: { name: 'smartbox-relay', sw_version: places.version },
  state_topic: stateTopic(places, id),
  availability: [{ topic: statusTopic(places) }, { topic: linkTopic(places, id) }],
  availability_mode: 'all',
  qos: 1,
});

/** Of a member that is not there nothing is known, which Home Assistant reads as `None`. */
const read = (path: string): string => `{{ value_json.${path} | default('None') }}`;

type Part = [id: string, component: Component];

const part = (
  id: string,
  { id: box }: BoxFacts,
  { topic }: Places,
  rest: Omit<Component, 'unique_id'>,
): Part => [id, { unique_id: `${topic}_${box}_${id}`, ...rest }];

function wholeBox(facts: BoxFacts, places: Places): Part[] {
  // The relay knows these while the box is away.
  const availability = [{ topic: statusTopic(places) }];
  const names = entityNames(places.language);
  return [
    part('link', facts, places, {
      ...{ platform: 'binary_sensor', name: names.link, value_template: read('link') },
      ...{ device_class: 'connectivity', entity_category: 'diagnostic', availability },
    }),
    part('problems', facts, places, {
      ...{ platform: 'sensor', name: names.problems, value_template: read('problems'), availability },
    }),
    ...alarms.map(([kind, device_class]) =>
      part(kind.replaceAll('-', '_'), facts, places, {
        ...{ platform: 'binary_sensor', name: names.alarms[kind], device_class, availability },
        value_template: read(`alarms['${kind}']`),
      }),
    ),
    ...(['takes', 'returns'] as const).map(member =>
      part(member, facts, places, {
        ...{ platform: 'sensor', name: names[member], value_template: read(member) },
        ...{ device_class: 'enum', entity_category: 'diagnostic', options: ['all', 'some', 'none'] },
      }),
    ),
  ];
}

const door = (slot: number, facts: BoxFacts, places: Places): Part =>
  part(`door_${slot}`, facts, places, {
    ...{ platform: 'binary_sensor', name: entityNames(places.language).door(slot), device_class: 'door' },
    value_template: read(`doors['${slot}']`),
  });

const placesOfKeys: readonly HomeKey['place'][] = ['in', 'out', 'missing', 'never-stocked'];

const key = ({ id, name }: BoxFacts['keys'][number], facts: BoxFacts, places: Places): Part =>
  part(`key_${id}`, facts, places, {
    ...{ platform: 'sensor', name, device_class: 'enum', options: placesOfKeys },
    value_template: read(`keys['${id}']`),
  });
