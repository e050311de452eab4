/** A relay and a real box, each a process: enrolled, booked by the API, taken and returned at the keypad, read from the API. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import { noPostgres, startPostgres } from '../../../scripts/rig/postgres-server.ts';
import type { Sections } from '../../../scripts/rig/relay-rig.ts';
import { becomes, booked, codeOf, enrolled, through, tour, type Whole } from './stage.ts';

test('a booking goes from the API to the keypad and back, and its events with it', async t => {
  const whole = await enrolled(t);
  await tour(whole);
  const { relay, token } = whole;
  await tellsItsPlace(whole);
  const other = await relay.must(['account', 'create', 'Another']);
  const stranger = await relay.must(['token', 'create', '--scope', 'admin', '--account', other]);
  const count = async (asker: string): Promise<number> => {
    const { body } = await relay.ask('GET', '/api/v1/events', { token: asker });
    return (body as { readonly items: readonly unknown[] }).items.length;
  };
  assert.ok((await count(token)) > 5);
  assert.equal(await count(stranger), 0, 'another account sees none of it');
});

/** The box stands in no site: numbers and times go by its own configuration, so that nothing is a guess. */
async function tellsItsPlace({ relay, token, id }: Whole): Promise<void> {
  const ask = (path: string, body: object) => relay.ask('POST', `/api/v1/${path}`, { token, body });
  const contact = { name: "Tom O'Brien", email: "t.o'brien+keys@fleet.example", phone: '06 12 34 56 78' };
  const made = await ask('drivers', { ...contact, badge: '0012345678 188,24910' });
  assert.deepEqual([made.status, Object.keys(made.body as object)], [201, ['id']]);
  const doubtful = await ask('keys', { name: 'Van 9', box: id, slot: 3, tag: '0087654321' });
  assert.match(JSON.stringify(doubtful.body), /warnings.*keys learn/);
  for (const email of ['a..b@fleet.example', 'a@fleet.example\nBcc: b@fleet.example'])
    assert.equal((await ask('drivers', { name: 'X', email })).status, 400);
  const { body } = await relay.ask('GET', '/api/v1/problems', { token });
  assert.doesNotMatch(JSON.stringify(body), /phone-region|place-unknown/);
}

/** So that a box finds the relay again after it was away. */
const fixed = async (): Promise<Sections> => ({
  http: { listen: `127.0.0.1:${await freePort()}` },
  mqtt: { listen: `127.0.0.1:${await freePort()}` },
});

test('while the relay is away the box goes on, and tells it all when it is back', async t => {
  const whole = await enrolled(t, await fixed());
  const booking = await booked(whole, 2);
  await becomes(whole, booking, 'on-box');
  const code = await codeOf(whole, booking);
  await whole.relay.stop('SIGKILL');
  await through(whole, code, 2, 'out');
  await whole.relay.start();
  await becomes(whole, booking, 'taken');
  await through(whole, code, 2, 'in');
  await becomes(whole, booking, 'returned');
});

test('yesterday’s copy under a box that went on: it converges, and no used code lives again', async t => {
  const whole = await enrolled(t, await fixed());
  const { relay, box, token } = whole;
  const used = await booked(whole, 1);
  await becomes(whole, used, 'on-box');
  const code = await codeOf(whole, used);
  const file = join(relay.dir, 'backup');
  const passphrase = join(relay.dir, 'passphrase');
  writeFileSync(passphrase, 'made up for tests\n');
  await relay.must(['backup', file, '--passphrase-file', passphrase]);
  await through(whole, code, 1, 'out');
  await through(whole, code, 1, 'in');
  await becomes(whole, used, 'returned');
  const restore = ['restore', file, '--passphrase-file', passphrase, '--replace'];
  const refused = await relay.verb(restore);
  assert.deepEqual([refused.code, /data-in-use/.test(refused.stderr)], [1, true], 'a relay runs');
  await relay.stop();
  const wrong = await relay.verb(
    ['restore', file, '--passphrase-file', '-', '--replace'],
    'another passphrase',
  );
  assert.deepEqual([wrong.code, /backup-passphrase/.test(wrong.stderr)], [1, true]);
  await relay.must(restore);
  await relay.start();
  await becomes(whole, used, 'returned');
  const later = await booked(whole, 2);
  await becomes(whole, later, 'on-box');
  box.type(`${code}#`);
  const denied = await box.sees('denied');
  assert.equal(denied.reason === 'used' || denied.reason === 'unknown', true, denied.reason);
  const { body } = await relay.ask('GET', `/api/v1/events?box=${whole.id}&limit=500`, { token });
  const seqs = (body as { items: readonly { seq: number }[] }).items.map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    [...seqs.keys()].map(at => at + (seqs[0] ?? 0)),
    'no event is lost or doubled',
  );
});

test('on PostgreSQL too', { skip: noPostgres }, async t => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  await tour(await enrolled(t, { store: { url: await postgres.database() } }));
});
