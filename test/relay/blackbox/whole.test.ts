/** A relay and a real box, each a process: enrolled, booked by the API, taken and returned at the keypad, read from the API. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Rig } from '../../blackbox/rig.ts';
import { until } from '../../blackbox/until.ts';
import { freePort } from '../broker/mosquitto-server.ts';
import { noPostgres, startPostgres } from '../postgres.ts';
import { type RelayRig, relayFor, type Sections, textOf } from './relay-rig.ts';

interface Whole {
  readonly relay: RelayRig;
  readonly box: Rig;
  readonly token: string;
  /** Id of the box at the relay. */
  readonly id: string;
}

async function enrolled(t: TestContext, sections: Sections = {}): Promise<Whole> {
  const relay = await relayFor(t, sections);
  const token = await relay.token('admin');
  const box = await Rig.make();
  t.after(() => box.dispose());
  await box.start();
  const made = await relay.ask('POST', '/api/v1/boxes', { token, body: { name: 'Depot A' } });
  await box.must(['enroll', '--relay', relay.url, '--claim', '-'], textOf(made, 'claim'));
  return { relay, box, token, id: textOf(made, 'id') };
}

async function booked({ relay, token, id }: Whole, slot: number): Promise<string> {
  const key = { name: `Van ${slot}`, box: id, slot };
  const made = await relay.ask('POST', '/api/v1/keys', { token, body: key });
  const hour = 3_600_000;
  const window = {
    start: new Date(Date.now()).toISOString(),
    end: new Date(Date.now() + hour).toISOString(),
  };
  const contact = { name: 'Ann', email: 'ann@example.org' };
  const body = { key: textOf(made, 'id'), contact, ...window };
  return textOf(await relay.ask('POST', '/api/v1/bookings', { token, body }), 'id');
}

const stateOf = async ({ relay, token }: Whole, booking: string): Promise<string> =>
  textOf(await relay.ask('GET', `/api/v1/bookings/${booking}`, { token }), 'state');

const becomes = (whole: Whole, booking: string, state: string): Promise<void> =>
  until(`the booking to be ${state}`, async () => (await stateOf(whole, booking)) === state, 30_000);

const codeOf = async ({ relay, token }: Whole, booking: string): Promise<string> =>
  textOf(await relay.ask('GET', `/api/v1/bookings/${booking}/code`, { token }), 'code');

/** Types the code, opens the door, moves the key, shuts the door. */
async function through({ box }: Whole, code: string, slot: number, key: 'out' | 'in'): Promise<void> {
  box.type(`${code}#`);
  await box.sees('pulsed', slot);
  box.lines.door(slot, 'open');
  await box.sees('door-opened', slot);
  box.lines.key(slot, key);
  await box.sees(key === 'out' ? 'key-taken' : 'key-returned', slot);
  box.lines.door(slot, 'shut');
  await box.sees('door-closed', slot);
}

async function tour(whole: Whole): Promise<void> {
  const { relay, token, id } = whole;
  const booking = await booked(whole, 1);
  await becomes(whole, booking, 'on-box');
  const code = await codeOf(whole, booking);
  await through(whole, code, 1, 'out');
  await becomes(whole, booking, 'taken');
  await through(whole, code, 1, 'in');
  await becomes(whole, booking, 'returned');
  assert.equal((await relay.ask('GET', `/api/v1/bookings/${booking}/code`, { token })).status, 409, 'wiped');
  const { text } = await relay.ask('GET', `/api/v1/events?box=${id}`, {
    token,
    headers: { accept: 'application/x-ndjson' },
  });
  const types = text
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { type: string }).type);
  for (const type of ['granted', 'pulsed', 'key-taken', 'key-returned'])
    assert.ok(types.includes(type), type);
}

test('a booking goes from the API to the keypad and back, and its events with it', async t => {
  await tour(await enrolled(t));
});

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
