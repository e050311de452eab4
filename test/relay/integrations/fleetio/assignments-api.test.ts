/** From connecting to the fields in Fleetio, over HTTP at both ends: every step that an administrator takes by the API. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { systemTime } from '../../../../src/base/system-time.ts';
import { readScopes } from '../../../../src/relay/http/api/scopes.ts';
import { createToken } from '../../../../src/relay/http/api/tokens.ts';
import { Engine } from '../../../../src/relay/integrations/fleetio/sync/engine.ts';
import { fleetioWork } from '../../../../src/relay/integrations/fleetio/sync/work-handlers.ts';
import { WorkRunner } from '../../../../src/relay/work/runner.ts';
import { boxWithKeys } from '../../domain/house.ts';
import { items, type Rig, rigInFolder } from './rig.ts';
import { ModelDepot } from './sync/depot.ts';

const hourMs = 3_600_000;
const key = 'a-shared-key-of-a-webhook';
let rig: Rig;
let engine: Engine;
let runner: WorkRunner;
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
  const handlers = fleetioWork(parts);
  runner = new WorkRunner({ store, time: systemTime, log: silent, copy: 'relay-1', handlers });
  engine.start();
  runner.start();
});
after(async () => {
  await runner.close();
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
    await until('the word of its new window', () =>
      rig.house.store.db
        .selectFrom('assignment')
        .select('id')
        .where('booking', '=', booking.id)
        .where('adjusted', 'is not', null)
        .where('telling', '=', 'moved')
        .executeTakeFirst(),
    );
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

describe('an integration that is deleted', () => {
  const live = (): Promise<readonly { readonly id: string; readonly state: string }[]> =>
    rig.api('GET', '/bookings?state=on-box').then(said => items(said) as never);
  const withScopes = async (scopes: string): Promise<string> =>
    rig.house.store.write(tx =>
      createToken(
        tx,
        { account: 'main', name: 'narrow', scopes: readScopes([scopes]).scopes },
        { random: rig.house.random, nowMs: Date.now(), who: 'test' },
      ),
    );

  it('cancels bookings for nobody who may not cancel one, nor by a word that it does not know', async () => {
    const before = await live();
    assert.equal(before.length, 1);
    const path = `/integrations/${integration}?bookings=`;
    const wrong = await rig.api('DELETE', `${path}burn`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /query\.bookings/);
    const authorization = `Bearer ${await withScopes('integrations:write')}`;
    const narrow = await fetch(`${rig.url}/api/v1${path}cancel`, {
      method: 'DELETE',
      headers: { authorization },
    });
    assert.equal(narrow.status, 403);
    assert.match(await narrow.text(), /bookings:write/);
    assert.equal((await rig.other('DELETE', `${path}cancel`)).status, 404);
    assert.deepEqual(await live(), before);
  });

  it('cancels its bookings where it is told to, tells their drivers, and the audit counts them', async () => {
    const [{ id } = { id: '' }] = await live();
    const told = async (kind: 'access' | 'cancelled'): Promise<boolean> => {
      const messages = rig.house.store.db.selectFrom('message').select('id').where('booking', '=', id);
      return (await messages.where('kind', '=', kind).execute()).length > 0;
    };
    await until('the word of its access', () => told('access'));
    const gone = await rig.api('DELETE', `/integrations/${integration}?bookings=cancel`);
    assert.equal(gone.status, 204, gone.text);
    assert.equal((await rig.api('GET', `/bookings/${id}`)).body.state, 'cancelled');
    assert.ok(await told('cancelled'));
    const deed = items(await rig.api('GET', '/audit')).find(({ what }) => what === 'integration-deleted');
    assert.equal(deed?.detail, 'bookings: 1 cancelled, 0 kept (0 with the key out)');
  });
});
