/** A driver whom Fleetio has made, erased by HTTP, and sought in the files of the relay while it runs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { programOf, Running } from '../../../scripts/rig/program.ts';
import { relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';

/** Ada Moreno, as the sandbox's small fleet has her. */
const words = ['Moreno', 'ada@example.com', '31612345678'];

const filesWith = (folder: string, word: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => readFileSync(file, 'latin1').includes(word))
    .map(file => file.slice(folder.length + 1));

async function sandboxFor(t: TestContext): Promise<string> {
  const sandbox = new Running(
    [...programOf('smartbox-relay'), 'fleetio-sandbox', '--listen', '127.0.0.1:0'],
    {},
  );
  t.after(() => sandbox.child.kill('SIGKILL'));
  const said = (): string | undefined => /^fleetio-sandbox: (\S+) /m.exec(sandbox.stdout)?.[1];
  await until('the sandbox', async () => said() !== undefined, 30_000);
  return said() ?? '';
}

test('a driver from Fleetio who was erased is in no file of a relay that runs', async t => {
  const fleet = await sandboxFor(t);
  const relay = await relayFor(t, { fleetio: { allowLoopback: true } });
  const token = await relay.token('admin');
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await relay.ask(
      method,
      `/api/v1${path}`,
      body === undefined ? { token } : { token, body },
    );
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const list = async (path: string) =>
    ((await ask('GET', path)).body as { items: Record<string, unknown>[] }).items;

  const box = textOf(await ask('POST', '/boxes', { name: 'Depot A' }), 'id');
  const key = textOf(await ask('POST', '/keys', { name: 'Van 1', box, slot: 1 }), 'id');
  const wish = { kind: 'fleetio', apiKey: 'sandbox-key', accountToken: 'sandbox', baseUrl: `${fleet}/api` };
  const id = textOf(await ask('POST', '/integrations', wish), 'id');
  await until('vehicles', async () => (await list(`/integrations/${id}/vehicles`)).length === 5, 30_000);
  const form = new URLSearchParams({
    do: 'assign',
    vehicle: '301',
    contact: '701',
    start: '2030-01-01T08:00',
  });
  await fetch(`${fleet}/`, { method: 'POST', body: form, redirect: 'manual' });
  await ask('PATCH', `/integrations/${id}/vehicles/301`, { key });
  await until('the driver', async () => (await list('/drivers')).length === 1, 60_000);
  for (const word of words) assert.notDeepEqual(filesWith(relay.data, word), [], `${word} was there`);

  const driver = String((await list('/drivers'))[0]?.id);
  const { status } = await ask('DELETE', `/drivers/${driver}`);
  assert.equal(status, 204);
  for (const word of words) assert.deepEqual(filesWith(relay.data, word), [], word);
  assert.ok(relay.relay.running);
  // It goes on reading Fleetio, which goes on having her.
  await ask('POST', `/integrations/${id}/refresh`);
  await until('the refresh', async () => (await list('/drivers')).length === 0, 10_000);
  const { stderr, stdout } = await relay.stop();
  for (const word of words) {
    assert.deepEqual(filesWith(relay.data, word), [], word);
    assert.ok(!(stderr + stdout).includes(word), `${word} in the log`);
  }
});

test('a driver who had another name when a sentence was written is in no file either', async t => {
  const relay = await relayFor(t);
  const token = await relay.token('admin');
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await relay.ask(
      method,
      `/api/v1${path}`,
      body === undefined ? { token } : { token, body },
    );
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const box = textOf(await ask('POST', '/boxes', { name: 'Depot A' }), 'id');
  const driver = textOf(
    await ask('POST', '/drivers', { name: 'Philippa Quux', phone: '+31655555509' }),
    'id',
  );
  await ask('POST', `/boxes/${box}/commands`, {
    verb: 'open',
    slot: 1,
    why: 'for Philippa Quux, +31655555509',
  });
  await ask('PATCH', `/drivers/${driver}`, { name: 'Philippa Jansen', phone: '+31655555510' });
  for (const word of ['Quux', '31655555509', 'Jansen'])
    assert.notDeepEqual(filesWith(relay.data, word), [], `${word} was there`);
  await ask('DELETE', `/drivers/${driver}`);
  for (const word of ['Quux', '31655555509', 'Jansen'])
    assert.deepEqual(filesWith(relay.data, word), [], word);
});
