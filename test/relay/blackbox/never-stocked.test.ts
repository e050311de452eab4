/** A booked key that was never put into its box: the Problem, and that a sensor or `keys learn` ends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { problemsOf, slow } from './fault-watch.ts';
import { sandboxFor } from './sandbox-program.ts';

test('a booked key that was never stocked is a Problem until a sensor sees it, or it is learnt', {
  timeout: 120_000,
}, async t => {
  const sandbox = await sandboxFor(t);
  const relay = await relayFor(t, { fleetio: { allowLoopback: true } });
  const token = await relay.token('admin');
  const post = (path: string, body: object) => relay.ask('POST', `/api/v1${path}`, { token, body });
  const made = await post('/boxes', { name: 'Depot A' });
  const keys: string[] = [];
  for (const slot of [1, 2])
    keys.push(textOf(await post('/keys', { name: `Van ${slot}`, box: textOf(made, 'id'), slot }), 'id'));
  const wish = { kind: 'fleetio', apiKey: 'sandbox-key', accountToken: 'sandbox' };
  const integration = textOf(await post('/integrations', { ...wish, baseUrl: `${sandbox.url}/api` }), 'id');
  const path = `/api/v1/integrations/${integration}`;
  const vehicles = async (): Promise<readonly { readonly id: string }[]> => {
    const { body } = await relay.ask('GET', `${path}/vehicles`, { token });
    return (body as { readonly items: readonly { readonly id: string }[] }).items;
  };
  await until('vehicles', async () => (await vehicles()).length === 5, slow);
  for (const [n, vehicle] of ['301', '302'].entries()) {
    const body = { key: keys[n], mode: 'automatic' };
    const linked = await relay.ask('PATCH', `${path}/vehicles/${vehicle}`, { token, body });
    assert.equal(linked.status, 200, linked.text);
    const form = new URLSearchParams({ do: 'assign', vehicle, contact: `${701 + n}` });
    form.set('start', '2030-01-01T08:00');
    await fetch(`${sandbox.url}/`, { method: 'POST', body: form, redirect: 'manual' });
  }
  await relay.ask('POST', `${path}/refresh`, { token });
  const missing = async (): Promise<readonly string[]> =>
    (await problemsOf(relay, token))
      .filter(({ kind }) => kind === 'key-never-stocked')
      .map(({ subject }) => subject)
      .sort();
  await until('both Problems', async () => (await missing()).length === 2, 60_000);
  assert.deepEqual(await missing(), [...keys].sort());

  const box = await Rig.make({ slots: 2, unsensed: [2] });
  t.after(() => box.dispose());
  await box.start();
  await box.must(['enroll', '--relay', relay.url, '--claim', '-'], textOf(made, 'claim'));
  await until('the end of the one that a sensor sees', async () => (await missing()).length === 1, slow);
  assert.deepEqual(await missing(), keys.slice(1));
  await until('the key at the box', async () => (await box.must(['keys', 'list'])).includes('Van 2'), slow);
  const learning = box.must(['keys', 'learn', 'Van 2', '--slot', '2', '--why', 'first stock']);
  await box.sees('pulsed', 2);
  box.lines.door(2, 'open');
  await box.sees('door-opened', 2);
  box.lines.door(2, 'shut');
  await learning;
  await until('the end of the other', async () => (await missing()).length === 0, slow);
});
