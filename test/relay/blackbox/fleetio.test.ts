/** The relay and the sandbox as two programs, connected as an administrator would do it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RelayRig, relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { sandboxFor } from './sandbox-program.ts';

const own = { name: 'Depot Driver', email: 'own@example.com', phone: '+31612345678' };

/** A driver of ours has the number that is Ada's in Fleetio; gives what sees that they stay who they are. */
async function depotDriver(
  relay: RelayRig,
  token: string,
  integration: string,
): Promise<() => Promise<void>> {
  const post = async (path: string, sent: object): Promise<string> =>
    textOf(await relay.ask('POST', `/api/v1/${path}`, { token, body: sent }), 'id');
  const get = async (path: string) => (await relay.ask('GET', `/api/v1/${path}`, { token })).body;
  const box = await post('boxes', { name: 'Depot' });
  const body = { key: await post('keys', { name: 'Van 1', box, slot: 1 }) };
  const driver = await post('drivers', own);
  const path = `/api/v1/integrations/${integration}/vehicles/301`;
  assert.equal((await relay.ask('PATCH', path, { token, body })).status, 200);
  return async () => {
    const isAsked = async (): Promise<boolean> =>
      JSON.stringify(await get('problems')).includes('person-to-confirm');
    await until('the question', isAsked, 20_000);
    const { name, email, phone } = (await get(`drivers/${driver}`)) as typeof own;
    assert.deepEqual({ name, email, phone }, own);
  };
}

test('connect, assign by hand, and the event is there', async t => {
  const sandbox = await sandboxFor(t);
  const relay = await relayFor(t, { fleetio: { allowLoopback: true } });
  const token = await relay.token('admin');
  const hook = await fetch(`${sandbox.url}/api/webhooks`, {
    method: 'POST',
    headers: { authorization: 'Token sandbox-key', 'account-token': 'sandbox' },
    body: JSON.stringify({ url: `${relay.url}/webhooks/fleetio`, all_events: true }),
  });
  const { shared_key: webhookKey } = (await hook.json()) as { shared_key: string };
  const body = { kind: 'fleetio', apiKey: 'sandbox-key', accountToken: 'sandbox', webhookKey };
  const wish = { ...body, baseUrl: `${sandbox.url}/api` };
  const made = await relay.ask('POST', '/api/v1/integrations', { token, body: wish });
  assert.equal(made.status, 201, made.text);
  assert.equal(
    (made.body as { verdict: { webhookKey: { state: string } } }).verdict.webhookKey.state,
    'right',
  );
  const id = textOf(made, 'id');
  const list = async (what: string): Promise<readonly Record<string, unknown>[]> => {
    const answer = await relay.ask('GET', `/api/v1/integrations/${id}/${what}`, { token });
    return (answer.body as { items: Record<string, unknown>[] }).items;
  };
  await until('vehicles', async () => (await list('vehicles')).length === 5, 20_000);
  const isStill = await depotDriver(relay, token, id);
  const form = new URLSearchParams({ do: 'assign', vehicle: '301', contact: '701' });
  form.set('start', '2030-01-01T08:00');
  await fetch(`${sandbox.url}/`, { method: 'POST', body: form, redirect: 'manual' });
  await until('the event', async () => (await list('events')).length === 1, 20_000);
  assert.equal((await list('events'))[0]?.event, 'vehicle_assignment_created');
  await isStill();
  sandbox.program.child.kill('SIGTERM');
  assert.equal((await sandbox.program.finished).code, 0);
  const { stderr, stdout } = await relay.stop();
  assert.doesNotMatch(stderr + stdout, new RegExp(`sandbox-key|${webhookKey}`));
});

test('this machine is no place for Fleetio unless relay.yaml says so', async t => {
  const relay = await relayFor(t);
  const token = await relay.token('integrations:write');
  const body = { kind: 'fleetio', apiKey: 'a', accountToken: 'b', baseUrl: 'http://127.0.0.1:1/api' };
  const refused = await relay.ask('POST', '/api/v1/integrations', { token, body });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /fleetio.allowLoopback/);
});

test('an address that is none is a usage error', async t => {
  const relay = await relayFor(t);
  assert.equal((await relay.verb(['fleetio-sandbox', '--listen', 'nowhere'])).code, 2);
});
