/** The client against answers taken by hand from the pages: so that the sandbox is not its own oracle. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { wall } from '../../../../src/base/brand.ts';
import { Fault } from '../../../../src/base/fault.ts';
import type { Client } from '../../../../src/relay/fleetio/client/client.ts';
import { FleetioError } from '../../../../src/relay/fleetio/client/errors.ts';
import { FakeTime } from '../../../fake-time.ts';
import {
  type Asked,
  clientOf,
  fixture,
  type HandServer,
  handServer,
  Impatient,
  type Told,
  turn,
} from '../fixture.ts';

let hand: HandServer;
let client: Client;

before(async () => {
  hand = await handServer();
});
beforeEach(() => {
  hand.asked.length = 0;
  client?.close();
  client = clientOf(hand);
});
after(async () => {
  client.close();
  await hand.close();
});

const tells = (...answers: readonly Told[]): void => {
  const left = [...answers];
  hand.tell = () => (left.length > 1 ? (left.shift() ?? {}) : (left[0] ?? {}));
};
const lastAsked = (): Asked => {
  const last = hand.asked.at(-1);
  assert.ok(last !== undefined);
  return last;
};
async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}
const errors = fixture('errors');

describe('records', () => {
  it('an assignment, with the offsets of its instants', async () => {
    tells({ body: fixture('assignment') });
    const read = await client.assignment('5001', turn);
    assert.deepEqual(read, {
      id: '5001',
      vehicle: '301',
      contact: '701',
      started: Date.parse('2026-03-02T15:00:00Z'),
      ended: Date.parse('2026-03-02T23:00:00Z'),
      updated: Date.parse('2026-03-02T14:15:03.412Z'),
      deleted: false,
      contactName: 'Ada Moreno',
      fields: new Map(),
    });
    assert.equal(lastAsked().path, '/api/vehicle_assignments/5001');
  });

  it('an assignment of a vehicle’s own list, and one without anything that may be missing', async () => {
    tells({ body: fixture('assignment-of-vehicle') });
    const read = await client.assignment('5001', turn);
    assert.ok(read !== 'gone' && read.ended === null && read.fields.size === 0);
    tells({
      body: {
        id: 'a-1',
        vehicle_id: 301,
        contact_id: '701',
        custom_fields: { a: true, b: 7, c: null, d: {} },
      },
    });
    const bare = await client.assignment('a-1', turn);
    assert.ok(bare !== 'gone');
    assert.deepEqual(
      [bare.started, bare.updated, [...bare.fields]],
      [
        null,
        null,
        [
          ['a', 'true'],
          ['b', '7'],
          ['c', null],
        ],
      ],
    );
  });

  it('a contact: phones as people wrote them, mobile first', async () => {
    tells({ body: fixture('contact') });
    const expected = {
      id: '701',
      name: 'Ada Moreno',
      email: 'ada@example.com',
      phones: ['+1 604 555 0100'],
      archived: false,
    };
    assert.deepEqual(await client.contact('701', turn), expected);
    const more = {
      home_phone_number: '020 1',
      mobile_phone_number: ' 06 2 ',
      email: ' ',
      name: null,
      archived_at: '2026-01-01T00:00:00Z',
    };
    tells({ body: { ...fixture('contact'), ...more } });
    const other = { id: '701', name: 'Ada Moreno', email: null, phones: ['06 2', '020 1'], archived: true };
    assert.deepEqual(await client.contact('701', turn), other);
  });

  it('vehicles, accounts, webhooks', async () => {
    tells({ body: fixture('vehicle') });
    const van = { id: '301', name: 'Van 12', plate: 'KX 204', archived: false, sample: false };
    assert.deepEqual(await client.vehicle('301', turn), van);
    tells({ body: fixture('accounts') });
    assert.deepEqual(await client.accounts(turn), [{ id: '42', name: 'Example Fleet', token: 'abc123' }]);
    tells({ body: fixture('webhook') });
    const hook = await client.webhook('11', turn);
    assert.ok(
      hook !== 'gone' && hook.enabled && hook.sharedKey === 'test-shared-key' && hook.events.size === 3,
    );
  });

  it('custom fields in any likely shape; those of other records are left out', async () => {
    const records = [
      { id: 1, label: 'Keycafe Access Code', key: 'keycafe_access_code', resource_type: 'VehicleAssignment' },
      { id: 2, name: 'Shirt Size', slug: 'shirt_size', record_type: 'Contact' },
      { id: 3, name: 'Keycafe Access Link' },
      { id: 4 },
    ];
    tells({ body: records }, { body: [] });
    assert.deepEqual(await client.customFields(turn), [
      { label: 'Keycafe Access Code', key: 'keycafe_access_code', onAssignments: true },
      { label: 'Keycafe Access Link', key: null, onAssignments: null },
    ]);
  });

  it('of another kind are refused, with the member and never its value', async () => {
    const strange: readonly object[] = [
      { ...fixture('assignment'), vehicle_id: null },
      { ...fixture('assignment'), started_at: '2026-03-02T09:00:00' },
      { ...fixture('assignment'), started_at: 'secret-value' },
      { ...fixture('assignment'), id: '../accounts' },
      {},
    ];
    for (const body of strange) {
      tells({ body });
      await assert.rejects(client.assignment('5001', turn), (error: unknown) => {
        assert.ok(error instanceof FleetioError && error.code === 'fleetio-strange');
        return !error.message.includes('secret-value');
      });
    }
  });
});

describe('every call', () => {
  it('carries both tokens, the pinned version and the kind of path that is set', async () => {
    tells({ body: fixture('contact') });
    await client.contact('701', turn);
    const { headers, path } = lastAsked();
    assert.deepEqual(
      [headers.authorization, headers['account-token'], headers['x-api-version'], path],
      ['Token key-1', 'abc123', '2025-05-05', '/api/contacts/701'],
    );
    const older = clientOf({ url: hand.url, settings: { paths: 'versioned', version: '2024-01-01' } });
    await older.contact('701', turn);
    assert.equal(lastAsked().path, '/api/v2/contacts/701');
    assert.equal(lastAsked().headers['x-api-version'], '2024-01-01');
    tells({ body: fixture('vehicle') });
    await older.vehicle('301', turn);
    assert.equal(lastAsked().path, '/api/v1/vehicles/301');
    older.close();
  });

  it('cannot be led to another path by an id', async () => {
    tells({ status: 404, body: errors['404'] });
    await client.assignment('../accounts?x=', turn);
    assert.equal(lastAsked().path, '/api/vehicle_assignments/..%2Faccounts%3Fx%3D');
  });
});

describe('lists', () => {
  const record = (id: number): object => ({ ...fixture('vehicle'), id });
  it('with cursors, whatever the first one is called', async () => {
    tells(
      { body: { start_cursor: null, next_cursor: 'c2', records: [record(1), record(2)] } },
      { body: { current_cursor: 'c2', records: [record(3)] } },
    );
    assert.deepEqual(
      (await all(client.vehicles(turn))).map(({ id }) => id),
      ['1', '2', '3'],
    );
    assert.deepEqual(
      hand.asked.map(({ query }) => query.toString()),
      ['per_page=100', 'per_page=100&start_cursor=c2'],
    );
  });

  it('as bare arrays: to the page that its headers call the last, or to an empty one', async () => {
    tells({ body: [record(1)] }, { body: [record(2)] }, { body: [] });
    assert.equal((await all(client.vehicles(turn))).length, 2);
    assert.equal(lastAsked().query.get('page'), '3');
    hand.asked.length = 0;
    tells({ body: [record(1)], headers: { 'X-Pagination-Total-Pages': '1' } });
    assert.equal((await all(client.vehicles(turn))).length, 1);
    assert.equal(hand.asked.length, 1);
  });

  it('that are neither are an error, never an empty list', async () => {
    for (const body of [{}, { records: {} }, { records: [], next_cursor: {} }, 'true', null]) {
      tells({ body });
      await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-strange' });
    }
    tells({ status: 404, body: errors['404'] });
    await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-not-found' });
  });

  it('that turn in circles end', async () => {
    tells({ body: { next_cursor: 'c1', records: [record(1)] } });
    assert.equal((await all(client.vehicles(turn))).length, 2);
  });

  it('are filtered and ordered in the style that is set', async () => {
    tells({ body: { records: [] } });
    const since = wall(Date.parse('2026-03-02T14:00:00Z'));
    await all(client.assignments({ updatedSince: since }, turn));
    await all(client.assignments({ vehicle: '301' }, turn));
    const older = clientOf({ url: hand.url, settings: { filters: 'q' } });
    await all(older.assignments({ updatedSince: since }, turn));
    older.close();
    const [first, second, third] = hand.asked.map(({ query }) => query);
    assert.equal(first?.get('filter[updated_at][gte]'), '2026-03-02T14:00:00.000Z');
    assert.equal(first?.get('sort[updated_at]'), 'asc');
    assert.equal(second?.get('filter[vehicle_id][eq]'), '301');
    assert.equal(third?.get('q[updated_at_gteq]'), '2026-03-02T14:00:00.000Z');
    assert.equal(third?.get('q[s]'), 'updated_at asc');
  });
});

describe('refusals', () => {
  const refused = async (told: Told): Promise<FleetioError> => {
    tells(told);
    hand.asked.length = 0;
    try {
      await client.assignment('9', turn);
    } catch (error) {
      assert.ok(error instanceof FleetioError && error instanceof Fault && error.hint.length > 10);
      return error;
    }
    throw new Error('nothing was refused');
  };

  it('each have their code and what to do', async () => {
    const codes: readonly (readonly [Told, string, number])[] = [
      [{ status: 401, body: errors['401'] }, 'fleetio-unauthorized', 1],
      [{ status: 401, body: errors['401-old'] }, 'fleetio-unauthorized', 1],
      [{ status: 403 }, 'fleetio-forbidden', 1],
      [{ status: 404, body: '<html>nothing here' }, 'fleetio-not-found', 1],
      [{ status: 422, body: errors['422'] }, 'fleetio-rejected', 1],
      [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'fleetio-strange', 1],
      [{ status: 400, body: { error: 'filter' } }, 'fleetio-strange', 1],
      [{ status: 200, body: '<html>maintenance' }, 'fleetio-strange', 1],
      [{ status: 200 }, 'fleetio-strange', 1],
      [{ status: 500, body: {} }, 'fleetio-unreachable', 3],
      [{ status: 503, body: {} }, 'fleetio-unreachable', 3],
    ];
    for (const [told, code, calls] of codes) {
      const error = await refused(told);
      assert.deepEqual([error.code, hand.asked.length], [code, calls], JSON.stringify(told));
      assert.doesNotMatch(`${error.message} ${error.hint}`, /key-1|abc123/);
    }
  });

  it('404 in Fleetio’s own words is gone; in a page for people it is not', async () => {
    tells({ status: 404, body: errors['404'] });
    assert.equal(await client.assignment('9', turn), 'gone');
    assert.equal((await refused({ status: 404, body: '<!doctype html><p>lost' })).code, 'fleetio-not-found');
  });

  it('422 names the members', async () => {
    const { fields, message } = await refused({ status: 422, body: errors['422'] });
    assert.deepEqual(fields, (errors['422'] as { errors: object }).errors);
    assert.match(message, /started_at overlaps another assignment/);
    assert.equal((await refused({ status: 422, body: 'nonsense' })).code, 'fleetio-rejected');
  });

  it('429 is waited out as long as Fleetio says, then tried again', async () => {
    const time = new FakeTime();
    const patient = clientOf({ url: hand.url, time });
    tells(
      { status: 429, headers: { 'Retry-After': '22' }, body: errors['429'] },
      { body: fixture('assignment') },
    );
    const call = patient.assignment('5001', turn);
    while (patient.waitMs(turn) === 0) await new Promise(resolve => setImmediate(resolve));
    assert.equal(patient.waitMs(turn), 22_000);
    assert.equal(hand.asked.length, 1);
    await new Promise(resolve => setImmediate(resolve));
    time.advance(22_000);
    assert.ok((await call) !== 'gone');
    patient.close();
    const given = await refused({ status: 429, body: errors['429'], headers: { 'Retry-After': '1' } });
    assert.deepEqual([given.code, given.retryAfterMs], ['fleetio-limited', 1_000]);
  });

  it('nobody keeps a person waiting for a second try', async () => {
    tells({ status: 503 });
    await assert.rejects(client.accounts({ for: 'person' }), { code: 'fleetio-unreachable' });
    assert.equal(hand.asked.length, 1);
  });

  it('back-off grows', async () => {
    const time = new Impatient();
    const other = clientOf({ url: hand.url, time });
    tells({ status: 500 });
    await assert.rejects(other.assignment('1', turn), { code: 'fleetio-unreachable' });
    assert.deepEqual(
      time.waits.map(wait => Math.round(wait / 100) * 100),
      [1_000, 4_000],
    );
    other.close();
  });
});

describe('the way to Fleetio', () => {
  it('silence ends after 20 seconds', async () => {
    const time = new FakeTime();
    const other = clientOf({ url: hand.url, time });
    tells({ silent: true });
    const call = assert.rejects(other.accounts({ for: 'person' }), {
      code: 'fleetio-unreachable',
      message: /20 s/,
    });
    while (hand.asked.length === 0) await new Promise(resolve => setImmediate(resolve));
    time.advance(19_999);
    time.advance(1);
    await call;
    other.close();
  });

  it('an answer without end is cut off', async () => {
    tells({ body: { filler: 'x'.repeat(4 * 1_048_576) } });
    await assert.rejects(client.assignment('1', turn), { code: 'fleetio-strange', message: /4 MiB/ });
  });

  it('nobody there', async () => {
    const other = clientOf({ url: 'http://127.0.0.1:1' });
    await assert.rejects(other.assignment('1', turn), { code: 'fleetio-unreachable', message: /refuses/ });
    other.close();
  });
});

describe('fields are written', () => {
  it('all in one call, and the answer says what was taken', async () => {
    const values = { keycafe_access_code: '1234 5678', keycafe_access_link: null };
    tells({ body: { ...fixture('assignment'), custom_fields: { keycafe_access_code: '1234 5678' } } });
    const read = await client.patchAssignment('5001', { fields: values }, turn);
    assert.ok(read !== 'gone');
    assert.deepEqual([...read.fields], [['keycafe_access_code', '1234 5678']]);
    const { method, body } = lastAsked();
    assert.deepEqual([method, body], ['PATCH', { custom_fields: values }]);
  });

  it('read again where the answer is none, tried again where nobody answers', async () => {
    hand.tell = ({ method }) => (method === 'PATCH' ? { status: 204 } : { body: fixture('assignment') });
    assert.ok((await client.patchAssignment('5001', { fields: {} }, turn)) !== 'gone');
    assert.deepEqual(
      hand.asked.map(({ method }) => method),
      ['PATCH', 'GET'],
    );
    tells({ status: 502 }, { body: fixture('assignment') });
    assert.ok((await client.patchAssignment('5001', { ended: wall(0) }, turn)) !== 'gone');
    assert.deepEqual(lastAsked().body, { ended_at: '1970-01-01T00:00:00.000Z' });
  });
});
