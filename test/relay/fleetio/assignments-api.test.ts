/** From connecting to the fields in Fleetio, over HTTP at both ends: every step that an administrator takes by the API. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { Timers } from '../../../src/relay/fleet/timers.ts';
import { Engine } from '../../../src/relay/fleetio/engine/engine.ts';
import { assignmentTimers } from '../../../src/relay/fleetio/engine/timer-work.ts';
import { systemTime } from '../../../src/relay/system-time.ts';
import { boxWithKeys } from '../domain/house.ts';
import { ModelDepot } from './engine/depot.ts';
import { items, type Rig, rigInFolder } from './rig.ts';

const hourMs = 3_600_000;
const key = 'a-shared-key-of-a-webhook';
let rig: Rig;
let engine: Engine;
let timers: Timers;
let depot: ModelDepot;
let integration: string;

before(async () => {
  rig = await rigInFolder();
  rig.house.nowMs = Date.now();
  const { store, atRest, random } = rig.house;
  const { box } = await boxWithKeys(rig.house, 3);
  depot = new ModelDepot(rig.house);
  depot.boxes.push(box);
  rig.sandbox.hooks.add({
    ...{ url: rig.webhookUrl, description: '', authorization: null, sharedKey: key },
    ...{ allEvents: true, events: new Set<string>() },
  });
  integration = await rig.connected({ webhookKey: key });
  const parts = {
    ...{ store, atRest, random, time: systemTime, log: silent, copy: 'relay-1', httpUrl: 'https://relay' },
    connect: (id: string) => rig.fleetio.clients.of(id, null),
  };
  engine = new Engine(parts);
  const work = assignmentTimers(parts);
  timers = new Timers({ store, time: systemTime, log: silent, copy: 'relay-1', work });
  engine.start();
  timers.start();
});
after(async () => {
  await timers.close();
  rig.fleetio.clients.close();
  await engine.close();
  await rig.close();
});

const vehicle = (id: number) => `/integrations/${integration}/vehicles/${id}`;
const assignments = async (id: number) => items(await rig.api('GET', `${vehicle(id)}/assignments`));
async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let round = 0; round < 200; round += 1) {
    await depot.sync(Date.now());
    const value = await found();
    if (value) return value;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}
const assign = (id: number, contact: number): number =>
  rig.sandbox.world.assign({
    ...{ vehicle: id, contact, startedAt: Date.now() - hourMs, endedAt: Date.now() + hourMs },
  }).id;

describe('a vehicle set to Automatic', () => {
  it('is booked for whoever it is assigned to', async () => {
    await rig.api('PATCH', vehicle(301), { key: 'van 1', mode: 'automatic' });
    const id = assign(301, 701);
    const code = await until('the code in Fleetio', async () => {
      const fields = rig.sandbox.world.assignments.get(id)?.fields ?? {};
      return fields.keycafe_access_code;
    });
    const [item] = await assignments(301);
    const { booking } = item as { booking: { id: string; state: string } };
    assert.equal(booking.state, 'on-box');
    const shown = await rig.api('GET', `/bookings/${booking.id}/code`);
    assert.equal(code.replaceAll(' ', ''), shown.body.code);
  });

  it('follows what an administrator sets, and tells the driver', async () => {
    const [item] = await assignments(301);
    const { booking } = item as { booking: { id: string } };
    const end = new Date(Date.now() + 5 * hourMs).toISOString();
    assert.equal((await rig.api('PATCH', `/bookings/${booking.id}`, { end })).status, 200);
    const row = await rig.house.store.db
      .selectFrom('assignment')
      .select(['adjusted', 'telling'])
      .where('booking', '=', booking.id)
      .executeTakeFirstOrThrow();
    assert.notEqual(row.adjusted, null);
    assert.equal(row.telling, 'moved');
    assert.equal((await rig.api('DELETE', `/bookings/${booking.id}`)).status, 200);
    await until('the cancellation in Fleetio', async () =>
      [...rig.sandbox.world.assignments.values()].some(({ fields }) =>
        /cancelled/.test(fields.keycafe_access_instructions ?? ''),
      ),
    );
  });
});

describe('a vehicle set to Prompt', () => {
  it('waits for an administrator, who confirms and books', async () => {
    await rig.api('PATCH', vehicle(302), { key: 'van 2', mode: 'prompt' });
    const id = assign(302, 705);
    await until('the question', async () => (await assignments(302))[0]?.asked === true);
    const path = `/integrations/${integration}/assignments/${id}/booking`;
    assert.equal((await rig.api('POST', path, { start: 'soon' })).status, 400);
    assert.equal((await rig.other('POST', path, {})).status, 404);
    const driver = { email: 'eve@example.com' };
    const made = await rig.api('POST', path, { driver, contactBy: 'mail' });
    assert.equal(made.status, 201, made.text);
    assert.equal((await rig.api('POST', path, {})).status, 409);
    const message = await until('the message', () =>
      rig.house.store.db
        .selectFrom('message')
        .selectAll()
        .where('kind', '=', 'access')
        .orderBy('id', 'desc')
        .executeTakeFirst(),
    );
    assert.equal(message.channel, 'mail');
  });

  it('is nobody’s business of another account', async () => {
    assert.equal((await rig.other('GET', `${vehicle(302)}/assignments`)).status, 404);
  });
});
