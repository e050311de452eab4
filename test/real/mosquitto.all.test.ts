/**
 * Boxes and relay over Debian's Mosquitto while networks do their worst to both sides of it and the broker is killed: 2,000
 * events and 500 booking changes, of which none is lost and none doubled.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ask, DrivenBox, iso } from '../../scripts/rig/driven-box.ts';
import { FaultProxy, type Mischief } from '../../scripts/rig/fault-proxy.ts';
import { withoutMosquitto } from '../../scripts/rig/mosquitto-server.ts';
import { Prng } from '../../scripts/rig/prng.ts';
import { RelayRig } from '../../scripts/rig/relay-rig.ts';
import { RealMosquitto } from './mosquitto.ts';
import { denialsOf, sameBookings, sameJournal } from './verdict.ts';

const boxCount = 4;
const slots = 12;
const eventsWanted = 2_000;
const changesWanted = 500;
/** How long a fault holds, and how long the line is good after it. */
const faultMs = { least: 300, most: 2_500 } as const;
const goodMs = { least: 500, most: 4_000 } as const;
const killEvery = 6;
const loadMaxMs = 90_000;

interface Ground {
  readonly relay: RelayRig;
  readonly token: string;
  readonly ask: Ask;
  readonly mosquitto: RealMosquitto;
  readonly proxies: readonly FaultProxy[];
  readonly boxes: readonly DrivenBox[];
}

async function ground(t: TestContext): Promise<Ground> {
  const mosquitto = await RealMosquitto.make();
  t.after(() => mosquitto.dispose());
  const toBoxes = await new FaultProxy(mosquitto.ports.boxes).listen();
  const toRelay = await new FaultProxy(mosquitto.ports.relay).listen();
  const proxies = [toBoxes, toRelay];
  t.after(() => Promise.all(proxies.map(each => each.close())));
  const relay = new RelayRig(mosquitto.sections());
  t.after(() => relay.dispose());
  await relay.must(['broker-config', 'mosquitto']);
  relay.configure({ ...mosquitto.sections({ boxes: toBoxes.port, relay: toRelay.port }), log: 'warn' });
  await mosquitto.start();
  await relay.start();
  const token = await relay.token('admin');
  const ask: Ask = async (method, path, body) => {
    const answer = await relay.ask(method, `/api/v1${path}`, { token, body });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const boxes: DrivenBox[] = [];
  for (let at = 1; at <= boxCount; at += 1) {
    const box = await DrivenBox.make(ask, relay.url, { slots, pulseMs: 50, name: `Box ${at}` });
    t.after(() => box.rig.dispose());
    boxes.push(box);
  }
  for (const box of boxes) await box.ready(ask);
  return { relay, token, ask, mosquitto, proxies, boxes };
}

/** Drivers at all doors until the box has told so many events. */
async function drive(box: DrivenBox, events: number, over: () => boolean): Promise<number> {
  let refused = 0;
  for (let round = 1; !over(); round += 1) {
    if (!(await box.story())) refused += 1;
    if (round % 20 === 0 && (await box.seq()) >= events) break;
  }
  return refused;
}

/** Every change gets its yes. Gives the end that each booking has then. */
async function change({ ask, boxes }: Ground, random: Prng): Promise<ReadonlyMap<string, string>> {
  const ends = new Map<string, string>();
  const base = Date.now() + 24 * 3_600_000;
  for (let n = 0; n < changesWanted; n += 1) {
    const booking = random.pick(random.pick(boxes).bookings);
    const end = iso(base + n * 1_000);
    await ask('PATCH', `/bookings/${booking}`, { end });
    ends.set(booking, end);
    await pause(random.int(20, 120));
  }
  return ends;
}

/** One fault after the other on either side; now and then the broker is killed. */
async function harm(
  { proxies, mosquitto }: Ground,
  random: Prng,
  over: () => boolean,
): Promise<readonly string[]> {
  const done: (Mischief | 'killed')[] = [];
  for (let round = 1; !over(); round += 1) {
    if (round % killEvery === 0) {
      await mosquitto.kill();
      await pause(random.int(200, 2_000));
      await mosquitto.start();
      done.push('killed');
    } else {
      const proxy = random.pick(proxies);
      done.push(proxy.mischief(random));
      await pause(random.int(faultMs.least, faultMs.most));
      proxy.heal();
    }
    await pause(random.int(goodMs.least, goodMs.most));
  }
  return done;
}

test('2,000 events and 500 changes cross a Mosquitto that is killed, over lines that are cut, stalled, half open and slow', {
  skip: withoutMosquitto,
}, async t => {
  const all = await ground(t);
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const random = new Prng(seed);
  const began = performance.now();
  let over = false;
  const late = (): boolean => performance.now() - began > loadMaxMs;
  const harming = harm(all, new Prng(seed + 1), () => over);
  const driving = all.boxes.map(box => drive(box, eventsWanted / boxCount, late));
  const [ends, ...refused] = await Promise.all([change(all, random), ...driving]);
  over = true;
  const faults = await harming;
  for (const proxy of all.proxies) proxy.heal();
  t.diagnostic(
    `${faults.join(' ')}; ${refused.join(' ')} stories refused; ${Math.round(performance.now() - began)} ms`,
  );
  assert.ok(faults.includes('killed'));
  let events = 0;
  for (const box of all.boxes) {
    t.diagnostic(`${box.id}: denied ${await denialsOf(box)}`);
    await sameBookings(all.ask, box, ends);
    events += await sameJournal(all.relay, all.token, box);
  }
  t.diagnostic(`${events} events, all the same after ${Math.round(performance.now() - began)} ms`);
  assert.ok(events >= eventsWanted, `${events} events`);
});
