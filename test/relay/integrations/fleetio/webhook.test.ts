/** Webhooks, the hostile ones above all. On both stores: what was answered 200 is there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { assignmentCreated } from '../../../../scripts/rig/fleetio-event.ts';
import { assignmentOfEvent } from '../../../../src/relay/integrations/fleetio/webhook/envelope.ts';
import type { WebhookEventTable } from '../../../../src/relay/store/tables-fleetio.ts';
import { onSqliteOrBoth } from '../../stores.ts';
import { fixture } from './fixture.ts';
import { items, type Rig, rigOn, type Said, sign } from './rig.ts';

const vector = readFileSync(new URL('fixtures/signed-body.txt', import.meta.url));
const vectorSignature = 'ca45ac34d0ac250057dd9b84c0ff7678f875d0459d5baa66c3461cd75276e48a';
const key = 'test-shared-key';

onSqliteOrBoth('webhooks', source => {
  let rig: Rig;
  let id: string;
  let numbers = 0;

  before(async () => {
    rig = await rigOn(await source.fresh());
  });
  beforeEach(async () => {
    for (const one of items(await rig.api('GET', '/integrations')))
      await rig.api('DELETE', `/integrations/${one.id}`);
    id = await rig.connected({ webhookKey: key });
  });
  after(() => rig.close());

  const rows = (integration = id): Promise<WebhookEventTable[]> =>
    rig.house.store.db
      .selectFrom('webhook_event')
      .selectAll()
      .where('integration', '=', integration)
      .orderBy('id')
      .execute();
  const event = (more: object = {}): string => {
    numbers += 1;
    return JSON.stringify({ ...assignmentCreated, id: 91_000_000 + numbers, ...more });
  };
  const send = (raw: string, with_ = key): Promise<Said> => rig.post(raw, sign(raw, with_));

  test('the signature of the known vector is right over its exact bytes, and over no others', async () => {
    const proof = { 'x-fleetio-webhook-signature': vectorSignature };
    assert.equal((await rig.post(vector, proof)).status, 200);
    const [row] = await rows();
    assert.deepEqual(
      [row?.id, row?.event, row?.subject, row?.state],
      ['90000001', 'vehicle_assignment_created', '5001', 'new'],
    );
    const respelled = JSON.stringify(JSON.parse(vector.toString()), null, 1);
    assert.equal((await rig.post(respelled, proof)).status, 401);
    assert.equal((await rig.post(Buffer.concat([vector, Buffer.from('\n')]), proof)).status, 401);
  });

  test('every other proof is refused alike, and nothing is stored', async () => {
    const raw = event();
    const right = sign(raw, key)['x-fleetio-webhook-signature'] ?? '';
    const proofs: readonly string[] = [
      '',
      right.slice(1),
      right.toUpperCase(),
      `sha256=${right}`,
      right.replace(/^./, first => (first === '0' ? '1' : '0')),
      'é'.repeat(32),
      '0'.repeat(10_000),
    ];
    const texts = new Set<string>();
    for (const signature of proofs) {
      const said = await rig.post(raw, { 'x-fleetio-webhook-signature': encodeURI(signature) });
      assert.equal(said.status, 401, signature.slice(0, 80));
      texts.add(said.text);
    }
    texts.add((await rig.post(raw)).text);
    texts.add((await rig.post(raw, { authorization: `Token ${key}` })).text);
    assert.equal(texts.size, 1);
    assert.deepEqual(await rows(), []);
  });

  test('values of custom fields, comments and names are not stored', async () => {
    const payload = {
      ...(fixture('event-updated').payload as object),
      comments: [{ comment: 'meet at gate 7' }],
      note: 'unknown extra',
    };
    await send(event({ event: 'vehicle_assignment_updated', payload }));
    const [row] = await rows();
    assert.doesNotMatch(row?.payload ?? '', /482913|gate 7|Bo Li|extra/);
    const read = assignmentOfEvent(row?.payload ?? '{}');
    assert.deepEqual([read?.id, read?.vehicle, read?.contact, read?.ended], ['5001', '301', '702', null]);
  });

  test('a replay is answered 200 and changes nothing', async () => {
    const raw = event();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(raw)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    await rig.house.store.write(tx => tx.updateTable('webhook_event').set({ state: 'done' }).execute());
    assert.equal((await send(raw)).status, 200);
    assert.deepEqual(
      (await rows()).map(({ state }) => state),
      ['done'],
    );
  });

  test('variants that Fleetio may send are taken', async () => {
    const variants: readonly object[] = [
      { payload: { id: 5002 }, event: 'vehicle_assignment_deleted' },
      { payload: { id: 'a-7', custom_fields: null, more: { a: [1] } } },
      { payload: null },
      { triggered_by: null, timestamp: null },
      { id: 'text-id' },
      { id: null },
      { id: 1e30 },
      { id: 'a b' },
      { payload: [] },
      { payload: 'record' },
      { payload: { id: 5003, contact_id: null, vehicle_id: { id: 1 }, started_at: 7 } },
    ];
    for (const variant of variants)
      assert.equal((await send(event(variant))).status, 200, JSON.stringify(variant));
    const stored = await rows();
    assert.equal(stored.length, variants.length);
    assert.ok(
      stored.some(({ subject }) => subject === 'a-7') &&
        stored.some(({ id: own }) => own.startsWith('sha256-')),
    );
  });

  test('events that nobody waits for are 200, kept without content, and not worked on', async () => {
    const before = rig.stored.times;
    await send(event({ event: 'fuel_entry_created', payload: { id: 1, us_gallons: 10 } }));
    const [row] = await rows();
    assert.deepEqual([row?.state, row?.payload], ['ignored', '{}']);
    assert.equal(rig.stored.times, before);
    await send(event({ event: 'import_completed', payload: { type: 'x' } }));
    assert.equal(rig.stored.times, before + 1);
  });

  test('names of events are a setting', async () => {
    await rig.api('PATCH', `/integrations/${id}`, { settings: { events: { created: 'assigned.now' } } });
    await send(event({ event: 'assigned.now' }));
    await send(event({ event: 'vehicle_assignment_created' }));
    assert.deepEqual(
      (await rows()).map(({ state }) => state),
      ['new', 'ignored'],
    );
  });

  test('signed nonsense is said to be that', async () => {
    for (const raw of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"id":1}',
      '{"id":1,"event":7}',
      '{"id":{},"event":"a"}',
      '{"id":1,"event":"a b"}',
    ])
      assert.equal((await send(raw)).status, 400, raw);
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    assert.equal((await rig.post(bytes, sign(bytes, key))).status, 400);
    const poison = JSON.parse(`{"id":1,"event":"a","payload":{"id":"\\u0000"}}`) as object;
    assert.equal((await send(JSON.stringify(poison))).status, 200);
    assert.deepEqual(
      (await rows()).map(({ subject }) => subject),
      [null],
    );
  });

  test('another account’s key makes it another account’s event', async () => {
    const made = await rig.other('POST', '/integrations', rig.wish({ webhookKey: 'their-key' }));
    const theirs = String(made.body.id);
    const raw = event();
    assert.equal((await send(raw, 'their-key')).status, 200);
    assert.deepEqual([(await rows()).length, (await rows(theirs)).length], [0, 1]);
    assert.equal((await send(raw)).status, 200);
    assert.deepEqual(
      (await rows()).map(({ account }) => account),
      ['main'],
    );
    await rig.other('DELETE', `/integrations/${theirs}`);
    assert.equal((await send(event(), 'their-key')).status, 401);
  });

  test('an Authorization value is asked for where one is set, alone or beside the key', async () => {
    await rig.api('PATCH', `/integrations/${id}`, { webhookAuthorization: 'Bearer x y' });
    const raw = event();
    const proof = sign(raw, key);
    assert.equal((await rig.post(raw, proof)).status, 401);
    assert.equal((await rig.post(raw, { ...proof, authorization: 'Bearer x' })).status, 401);
    assert.equal((await rig.post(raw, { authorization: 'Bearer x y' })).status, 401);
    assert.equal((await rig.post(raw, { ...proof, authorization: 'Bearer x y' })).status, 200);
    await rig.api('PATCH', `/integrations/${id}`, { webhookKey: null });
    assert.equal((await rig.post(event(), { authorization: 'Bearer x y' })).status, 200);
    assert.equal((await rig.post(event(), { authorization: 'Bearer other' })).status, 401);
    await rig.api('PATCH', `/integrations/${id}`, { webhookAuthorization: null });
    assert.equal((await rig.post(event(), { authorization: 'Bearer x y' })).status, 401);
  });

  test('of a disabled integration they are kept and not worked on', async () => {
    await rig.api('PATCH', `/integrations/${id}`, { enabled: false });
    assert.equal((await send(event())).status, 200);
    assert.deepEqual(
      (await rows()).map(({ state }) => state),
      ['ignored'],
    );
  });

  test('a key that cannot be read any more is trouble of its own account alone', async () => {
    const theirs = String(
      (await rig.other('POST', '/integrations', rig.wish({ webhookKey: 'their-key' }))).body.id,
    );
    const broken = { webhook_key: 'x1.broken' };
    await rig.house.store.write(tx =>
      tx.updateTable('integration').set(broken).where('id', '=', theirs).execute(),
    );
    rig.fleetio.keys.forget();
    assert.equal((await send(event())).status, 200);
    assert.equal((await send(event(), 'their-key')).status, 401);
    await rig.other('DELETE', `/integrations/${theirs}`);
  });

  test('too large is refused before it is read whole', async () => {
    const raw = event({ filler: 'x'.repeat(256 * 1_024) });
    assert.equal((await send(raw)).status, 413);
    const fits = event({ filler: 'x'.repeat(200 * 1_024) });
    assert.equal((await send(fits)).status, 200);
  });

  test('the answer of a flood is 429, and it holds up nobody who signs', async () => {
    const flood = await Promise.all(
      Array.from({ length: 60 }, (_, at) => rig.post(event(), at % 2 ? sign('x', 'y') : {})),
    );
    const statuses = new Set(flood.map(({ status }) => status));
    assert.ok(statuses.has(429) && [...statuses].every(status => status === 401 || status === 429));
    assert.equal((await send(event())).status, 200);
  });

  test('many at once share a commit; all are there', async () => {
    const raws = Array.from({ length: 300 }, () => event());
    const answers = await Promise.all(raws.map(raw => send(raw)));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal((await rows()).length, 300);
    const page = await rig.api('GET', `/integrations/${id}/events?limit=200`);
    assert.equal(items(page).length, 200);
    const rest = await rig.api('GET', `/integrations/${id}/events?limit=200&after=${page.body.next}`);
    assert.equal(items(rest).length, 100);
    assert.equal(rest.body.next, null);
    assert.notEqual((await rig.api('GET', `/integrations/${id}`)).body.lastEvent, null);
  });

  test('a post that ends half-way leaves nothing and nobody waiting', async () => {
    const { hostname, port } = new URL(rig.url);
    await new Promise<void>(resolve => {
      const half = request({
        hostname,
        port,
        path: '/webhooks/fleetio',
        method: 'POST',
        headers: { 'content-length': '1000' },
      });
      half.on('error', () => resolve());
      half.write('{"id":');
      setImmediate(() => half.destroy());
    });
    assert.equal((await send(event())).status, 200);
    assert.equal((await rows()).length, 1);
  });

  test('a flood that nobody signed uses up the search through all keys, not the key that was right from here before', async () => {
    assert.equal((await send(event())).status, 200);
    const statuses: number[] = [];
    const large = event({ filler: 'x'.repeat(200 * 1_024) });
    for (let post = 0; post < 90; post += 1) statuses.push((await rig.post(large, sign('x', 'y'))).status);
    assert.ok(statuses.filter(status => status === 429).length > 30, `${statuses}`);
    assert.equal((await send(event())).status, 200);
  });
});
