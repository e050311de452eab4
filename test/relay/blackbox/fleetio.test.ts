/** The relay and the sandbox as two programs, connected as an administrator would do it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { programOf, Running } from '../../blackbox/program.ts';
import { until } from '../../blackbox/until.ts';
import { relayFor, textOf } from './relay-rig.ts';

interface SandboxProgram {
  readonly url: string;
  readonly program: Running;
}

async function sandboxFor(t: TestContext): Promise<SandboxProgram> {
  const program = new Running(
    [...programOf('smartbox-relay'), 'fleetio-sandbox', '--listen', '127.0.0.1:0'],
    {},
  );
  t.after(() => program.child.kill('SIGKILL'));
  const said = (): string | undefined => /^fleetio-sandbox: (\S+) /m.exec(program.stdout)?.[1];
  await until('the sandbox', async () => said() !== undefined, 30_000);
  return { url: said() ?? '', program };
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
  const form = new URLSearchParams({ do: 'assign', vehicle: '301', contact: '701' });
  form.set('start', '2030-01-01T08:00');
  await fetch(`${sandbox.url}/`, { method: 'POST', body: form, redirect: 'manual' });
  await until('the event', async () => (await list('events')).length === 1, 20_000);
  assert.equal((await list('events'))[0]?.event, 'vehicle_assignment_created');
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
