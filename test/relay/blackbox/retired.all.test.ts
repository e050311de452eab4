/** A box that was stolen, days after a driver's last booking there: the card still gives them away, and nothing of it opens elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { textOf } from '../../../scripts/rig/relay-rig.ts';
import { becomes, enrolled } from './stage.ts';

const badge = '01068A4B2C';

test('a badge that the stolen box knew lately opens nothing at a box that asks for no PIN', async t => {
  const first = await enrolled(t);
  const { relay, token, id } = first;
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await relay.ask(
      method,
      `/api/v1${path}`,
      body === undefined ? { token } : { token, body },
    );
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const other = await Rig.make({ rules: { badgeNeedsPin: false } });
  t.after(() => other.dispose());
  await other.start();
  const made = await ask('POST', '/boxes', { name: 'Depot B' });
  await other.must(['enroll', '--relay', relay.url, '--claim', '-'], textOf(made, 'claim'));
  const there = textOf(made, 'id');
  await ask('POST', '/keys', { name: 'Van 1', box: id, slot: 1 });
  for (const slot of [1, 2]) await ask('POST', '/keys', { name: `Bus ${slot}`, box: there, slot });

  const person = { name: 'Ann', phone: '+31612345678', phoneOpens: true, pin: '271828', badge: `0x${badge}` };
  const driver = textOf(await ask('POST', '/drivers', person), 'id');
  const book = async (key: string, more: object): Promise<string> => {
    const [start, end] = [0, 3_600_000].map(ms => new Date(Date.now() + ms).toISOString());
    const booking = textOf(await ask('POST', '/bookings', { key, start, end, ...more }), 'id');
    await becomes(first, booking, 'on-box');
    return booking;
  };
  await ask('DELETE', `/bookings/${await book('Van 1', { driver })}`);
  // It greets the relay without the driver.
  await book('Van 1', { contact: { name: 'Bo', email: 'bo@example.org' } });
  await first.box.stop();
  await first.box.start();
  await book('Van 1', { contact: { name: 'Cy', email: 'cy@example.org' } });
  await book('Bus 1', { driver });

  const { body } = await ask('POST', `/boxes/${id}/retire`, { why: 'stolen' });
  const { drivers } = body as { readonly drivers: readonly { readonly name: string }[] };
  assert.deepEqual(
    drivers.map(({ name }) => name),
    ['Ann'],
  );
  await book('Bus 2', { contact: { name: 'Di', email: 'di@example.org' } });
  other.tap(badge);
  other.tap(badge);
  assert.equal((await other.sees('denied')).reason, 'unknown');
  assert.ok(!(await other.events()).some(({ type }) => type === 'granted'));
});
