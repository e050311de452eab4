/** The story of one booking, from the webhook to the key that is back, as the API tells it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeEvents } from '../../../../scripts/rig/store-events.ts';
import { apiRoutes } from '../../../../src/relay/app/api-routes.ts';
import { bookingCode } from '../../../../src/relay/domain/booking-views.ts';
import { callOf } from '../../../../src/relay/http/api/route.ts';
import { peopleRoutes } from '../../../../src/relay/http/api/routes/people.ts';
import type { Scope } from '../../../../src/relay/http/api/scopes.ts';
import type { Fleetio } from '../../../../src/relay/integrations/fleetio/fleetio.ts';
import { PinHasher } from '../../../../src/relay/secrets/pins.ts';
import { onSqliteOrBoth, type StoreSource } from '../../stores.ts';
import { EngineRig, hourMs, minuteMs } from './sync/rig.ts';

interface Line {
  readonly at: string;
  readonly heardAt: string;
  readonly late: boolean;
  readonly kind: string;
  readonly what: string;
  readonly proof: string | null;
  readonly detail: string | null;
  readonly behind: Readonly<Record<string, string | number>>;
}

interface Story {
  readonly items: readonly Line[];
  readonly hidden: readonly string[];
}

const route = apiRoutes({
  ...{ pins: new PinHasher(), nudge: () => {}, retired: () => {}, fleetio: {} as Fleetio },
  ceilings: { perDay: 20_000, perPhoneDay: 50 },
  allowLoopback: false,
  people: peopleRoutes({ pagesUrl: () => '', mail: null }),
}).find(({ name }) => name === 'getBookingStory');

const all: readonly Scope[] = [
  ...(['bookings:read', 'audit:read', 'events:read'] as const),
  ...(['messages:read', 'integrations:read'] as const),
];

async function storyOf(rig: EngineRig, id: string, scopes = all, account = 'main'): Promise<Story> {
  assert.ok(route?.read);
  const caller = {
    ...{ account, who: 't', name: 'test', scopes: new Set(scopes) },
    ...{ person: null, provedMs: null },
  };
  const call = callOf(route, caller, { params: { id }, query: {}, body: undefined });
  const { house } = rig;
  const reading = { ...house, tx: house.store.db, account, who: 'test', now: house.nowMs as never };
  return JSON.parse(JSON.stringify(await route.read(reading, call))) as Story;
}

/** Ada's assignment, told, taken, and heard of an hour late. */
async function told(source: StoreSource): Promise<{ rig: EngineRig; booking: string; code: string }> {
  const rig = await EngineRig.make({ store: await source.fresh() });
  const vehicle = await rig.vehicle(1);
  const { id: contact } = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
  rig.start();
  const startedAt = rig.now() + hourMs;
  const { id } = rig.world.assign({ vehicle, contact, startedAt, endedAt: startedAt + 8 * hourMs });
  await rig.pass(5_000);
  const booking = (await rig.booking(id))?.id ?? '';
  const { code } = await rig.house.act(c => bookingCode(c, booking));
  const at = rig.now() + minuteMs;
  const line = (members: object): string => JSON.stringify({ box: 'label', ...members });
  const rows = [
    { type: 'granted', line: line({ slot: 1, by: 'code' }), stored: at + 10 },
    { type: 'key-taken', line: line({ slot: 1, proof: 'sensor' }), stored: at + hourMs },
  ].map((row, seq) => ({ ...row, epoch: 1, seq: seq + 1, at: at + seq, booking }));
  await rig.house.store.write(tx => storeEvents(tx, { account: 'main', box: 'depot-a', enrolment: 1 }, rows));
  return { rig, booking, code };
}

onSqliteOrBoth('the story of a booking', source => {
  test('is one list of what all rooms have, in the order in which it happened', async () => {
    const { rig, booking, code } = await told(source);
    const { items, hidden } = await storyOf(rig, booking);
    assert.deepEqual(hidden, []);
    const said = items.map(({ kind, what }) => `${kind} ${what}`);
    for (const one of [
      ...['fleet vehicle_assignment_created', 'fleet assignment-seen', 'booking booked', 'box on-box'],
      ...['message access', 'fleet fields-written', 'deed booking-created', 'deed code-read'],
      ...['event granted', 'event key-taken'],
    ])
      assert.ok(said.includes(one), `${one} in ${said.join(' · ')}`);
    assert.ok(said.indexOf('booking booked') < said.indexOf('box on-box'));
    assert.ok(said.indexOf('box on-box') < said.indexOf('event granted'));
    const instants = items.map(({ at }) => at);
    assert.deepEqual(instants, instants.toSorted());
    assert.ok(!JSON.stringify(items).includes(code), 'no code');
    const proven = items.find(({ what }) => what === 'on-box');
    assert.equal(proven?.proof, 'receipt');
    assert.equal(proven?.behind.box, 'depot-a');
    assert.ok(Number(proven?.behind.revision) > 0);
    const traces = items.flatMap(({ behind }) => behind.trace ?? []);
    assert.equal(new Set(traces).size, 1, 'one trace');
    await rig.close();
  });

  test('says what came late, and how sure it is', async () => {
    const { rig, booking } = await told(source);
    const { items } = await storyOf(rig, booking);
    const events = items.filter(({ kind }) => kind === 'event');
    assert.deepEqual(
      events.map(({ what, late, proof, detail }) => [what, late, proof, detail]),
      [
        ['granted', false, null, 'door 1'],
        ['key-taken', true, 'sensor', 'door 1'],
      ],
    );
    assert.ok(items.every(({ late, kind }) => !late || kind === 'event'));
    await rig.close();
  });

  test('leaves out what the token may not see, and says so; another account finds nothing', async () => {
    const { rig, booking } = await told(source);
    const { items, hidden } = await storyOf(rig, booking, ['bookings:read', 'events:read']);
    assert.deepEqual(new Set(items.map(({ kind }) => kind)), new Set(['booking', 'box', 'event']));
    assert.deepEqual(hidden, ['audit:read', 'messages:read', 'integrations:read']);
    await assert.rejects(storyOf(rig, booking, all, 'other'), { code: 'not-found' });
    await rig.close();
  });
});
