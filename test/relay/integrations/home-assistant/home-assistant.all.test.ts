/** A real Mosquitto between the relay and whoever stands for Home Assistant: what it holds, and what is gone from it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { memoryFolder } from '../../../../scripts/rig/memory-folder.ts';
import {
  MosquittoServer,
  relayPassword,
  relayUser,
  withoutMosquitto,
} from '../../../../scripts/rig/mosquitto-server.ts';
import { until } from '../../../../scripts/rig/until.ts';
import { silent } from '../../../../src/base/log.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { systemTime } from '../../../../src/base/system-time.ts';
import { mosquittoFile } from '../../../../src/relay/broker/mosquitto.ts';
import { createBooking } from '../../../../src/relay/domain/bookings.ts';
import { keepTold, stateText as toldText } from '../../../../src/relay/domain/box-told.ts';
import { changeBox } from '../../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../../src/relay/domain/drivers.ts';
import { deleteKey } from '../../../../src/relay/domain/keys.ts';
import { raiseProblem } from '../../../../src/relay/domain/problems.ts';
import { retireBox } from '../../../../src/relay/domain/retirement.ts';
import { HomeAssistant } from '../../../../src/relay/integrations/home-assistant/home-assistant.ts';
import { openSqliteStore } from '../../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../../src/relay/store/store.ts';
import { readBrokerUrl } from '../../../../src/wire/mqtt/address.ts';
import { mqttLinks } from '../../../../src/wire/mqtt/client.ts';
import type { Link, OpenLink } from '../../../../src/wire/mqtt/link.ts';
import { boxWithKeys, type House, hourMs, houseOn } from '../../domain/house.ts';

const prefix = 'homeassistant';
const configOf = (box: string): string => `${prefix}/device/smartbox/${box}/config`;

interface Config {
  readonly device: { readonly name: string };
  readonly components: Readonly<Record<string, object>>;
}

interface State {
  readonly problems: number;
  readonly alarms: Readonly<Record<string, string>>;
  readonly doors: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
}

/** As Home Assistant's end: it keeps what comes, in order, and what stands. */
class Listener {
  readonly came: (readonly [topic: string, text: string])[] = [];
  readonly stands = new Map<string, string>();
  readonly link: Link;

  constructor(openLink: OpenLink, clientId: string) {
    const subscriptions = [`${prefix}/#`, 'smartbox/#'];
    const message = (topic: string, payload: Uint8Array): void => {
      const text = Buffer.from(payload).toString('utf8');
      this.came.push([topic, text]);
      if (text === '') this.stands.delete(topic);
      else this.stands.set(topic, text);
    };
    this.link = openLink({ clientId, subscriptions }, { connected: () => {}, lost: () => {}, message });
  }

  config(box: string): Config {
    return JSON.parse(this.stands.get(configOf(box)) ?? 'null');
  }

  state(box: string): State {
    return JSON.parse(this.stands.get(`smartbox/${box}/state`) ?? 'null');
  }

  get all(): string {
    return [...this.stands].join('\n');
  }

  texts(topic: string): readonly string[] {
    return this.came.flatMap(([name, text]) => (name === topic ? [text] : []));
  }
}

interface Rig {
  readonly openLink: OpenLink;
  readonly store: RelayStore;
  readonly house: House;
  readonly listener: Listener;
  speak(): HomeAssistant;
}

async function rigFor(t: TestContext): Promise<Rig> {
  const server = await MosquittoServer.start();
  t.after(() => server.stop());
  await server.kill();
  server.write(mosquittoFile.acl, `user ${relayUser}\ntopic readwrite #\n`);
  await server.run();
  const openLink = mqttLinks({
    address: readBrokerUrl(`mqtt://127.0.0.1:${server.settings.relay.port}`),
    ...{ username: relayUser, password: new Secret(relayPassword), time: systemTime, random: Math.random },
  });
  const folder = mkdtempSync(join(memoryFolder(), 'smartbox-home-assistant-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  t.after(() => store.close());
  const listener = new Listener(openLink, 'listener');
  t.after(() => listener.link.close());
  const places = () => ({ prefix, topic: 'smartbox', pagesUrl: 'https://keys.example', version: '1' });
  const speak = (): HomeAssistant => {
    const told = new HomeAssistant({
      ...{ store, time: systemTime, log: silent, openLink, account: 'main', places, leads: () => true },
      ...{ failing: () => {}, working: () => {} },
    });
    t.after(() => told.close());
    told.start();
    return told;
  };
  return { openLink, store, house: await houseOn(store), listener, speak };
}

/** It has enrolled, is connected, and says that its second door is open. */
async function standing(house: House, id: string): Promise<readonly string[]> {
  const { keys } = await boxWithKeys(house, 3, { id });
  const enrolled = { enrolled: house.nowMs, sign: '00', slots: '1 2', link: 'up' } as const;
  const slots = ([1, 2] as const).map(slot => ({
    ...{ slot, door: slot === 2 ? ('open' as const) : ('shut' as const), key: null, faulted: false },
  }));
  const state = { link: 'up', v: 1, at: 5, program: '0.1.0', epoch: 1, rev: 1, syncAgeS: 0 } as const;
  const text = toldText({ ...state, takes: 'all', returns: 'all', troubles: [], slots }, null);
  await house.store.write(async tx => {
    await tx.updateTable('box').set(enrolled).where('id', '=', id).execute();
    await keepTold(tx, id, house.nowMs, 5, text);
  });
  return keys;
}

const withBroker = (name: string, work: (rig: Rig, t: TestContext) => Promise<void>): void =>
  void test(name, { skip: withoutMosquitto }, async t => work(await rigFor(t), t));

const told = ({ listener }: Rig, ...boxes: readonly string[]): Promise<void> =>
  until(boxes.join(), () => boxes.every(box => listener.stands.has(configOf(box))));

withBroker('Home Assistant is told of boxes, and of nobody', async rig => {
  const { house, listener } = rig;
  const [out = '', there = '', too = ''] = await standing(house, 'depot');
  const driver = await house.act(c => createDriver(c, { name: 'Zoë Kok', phone: '+31612345678' }));
  const { nowMs } = house;
  const wish = { key: out, driver: driver.id, start: nowMs, end: nowMs + hourMs };
  const booking = await house.act(c => createBooking(c, wish));
  await house.events('depot', { type: 'key-taken', key: 'van 1', slot: 1, booking: booking.id });
  rig.speak();
  await told(rig, 'depot');
  assert.equal(listener.stands.get('smartbox/status'), 'online');
  assert.equal(listener.stands.get('smartbox/depot/link'), 'online');
  const { doors, keys } = listener.state('depot');
  assert.deepEqual(doors, { 1: 'OFF', 2: 'ON' });
  assert.deepEqual(keys, { [out]: 'out', [there]: 'never-stocked', [too]: 'never-stocked' });
  await house.act(c =>
    raiseProblem(c, { kind: 'tamper', subject: 'depot' }, 'opened by Zoë', { box: 'depot' }),
  );
  const state = (): State => listener.state('depot');
  await until('an alarm', () => state().alarms.tamper === 'ON' && state().problems === 1);
  assert.doesNotMatch(listener.all, /Zoë|Kok|612345678|command_topic/);
  for (const secret of [driver.id, booking.id]) assert.ok(!listener.all.includes(secret));
});

withBroker('another name, a deleted key, and Home Assistant started anew', async rig => {
  const { house, listener } = rig;
  const [gone = ''] = await standing(house, 'depot');
  rig.speak();
  await told(rig, 'depot');
  await house.act(c => changeBox(c, 'depot', { name: 'Depot "B"</script>' }));
  await until('the name', () => listener.config('depot').device.name === 'Depot "B"</script>');
  await house.act(c => deleteKey(c, gone));
  await until('the key to be gone', () => !(`key_${gone}` in listener.config('depot').components));
  assert.deepEqual(outOf(listener, 'depot', gone), [{ platform: 'sensor' }], 'taken out by name, once');
  const said = (): number => listener.texts(configOf('depot')).length;
  const before = said();
  await listener.link.publish(`${prefix}/status`, Buffer.from('online'));
  await until('all of it once more', () => said() > before);
});

/** As which a key was taken out, in order. */
const outOf = (listener: Listener, box: string, key: string): readonly object[] =>
  listener
    .texts(configOf(box))
    .map(text => (JSON.parse(text) as Config).components[`key_${key}`])
    .filter(part => part !== undefined && Object.keys(part).length === 1) as readonly object[];

withBroker('a relay that is gone is away, and comes back by itself', async rig => {
  const { listener } = rig;
  await standing(rig.house, 'depot');
  const speaker = rig.speak();
  await told(rig, 'depot');
  const words = (): readonly string[] => listener.texts('smartbox/status');
  // A broker ends the connection of whoever had the id before.
  const thief = new Listener(rig.openLink, 'smartbox-home-assistant');
  await until('the last will', () => words().includes('offline'));
  await thief.link.close();
  await until('the relay again', () => words().at(-1) === 'online');
  await speaker.close();
  await until('a goodbye', () => words().at(-1) === 'offline');
});

withBroker('what went while nobody spoke is taken out by the next who does', async (rig, t) => {
  const { house, listener } = rig;
  const [gone = ''] = await standing(house, 'depot');
  await standing(house, 'yard');
  const speaker = rig.speak();
  await told(rig, 'depot', 'yard');
  await speaker.close();
  await house.act(c => retireBox(c, 'yard'));
  await house.act(c => deleteKey(c, gone));
  rig.speak();
  const yard = [configOf('yard'), 'smartbox/yard/link', 'smartbox/yard/state'];
  await until('the box that was retired to be gone', () => yard.every(each => !listener.stands.has(each)));
  await until('the key to be taken out', () => outOf(listener, 'depot', gone).length > 0);
  await until('the whole behind it', () => !(`key_${gone}` in listener.config('depot').components));
  const late = new Listener(rig.openLink, 'late');
  t.after(() => late.link.close());
  await until('what a broker retains', () => late.stands.has(configOf('depot')));
  assert.doesNotMatch([...late.stands.keys()].join(), /yard/);
});
