/** The client against answers taken by hand from the pages: so that the sandbox is not its own oracle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wall } from '../../../../../src/base/brand.ts';
import { Fault } from '../../../../../src/base/fault.ts';
import { FleetioError } from '../../../../../src/relay/integrations/fleetio/api/errors.ts';
import { FakeTime } from '../../../../fake-time.ts';
import { clientOf, fixture, Impatient, type Told, turn } from '../fixture.ts';
import { client, hand, lastAsked, renewClient, tells } from './by-hand.ts';

const errors = fixture('errors');

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
    assert.equal(await client.vehicle('../accounts?x=', turn), 'gone');
    assert.equal(lastAsked().path, '/api/vehicles/..%2Faccounts%3Fx%3D');
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
    const gone = { status: 404, body: errors['404'] };
    const list = { body: { records: [] } };
    tells(gone, list, gone);
    assert.equal(await client.assignment('9', turn), 'gone');
    tells(gone, gone, list, gone);
    assert.equal(await client.patchAssignment('10', { fields: {} }, turn), 'gone');
    tells(gone, list, gone);
    assert.equal(await client.contact('9', turn), 'gone');
    assert.equal((await refused({ status: 404, body: '<!doctype html><p>lost' })).code, 'fleetio-not-found');
  });

  it('404 that is not said again was a mistake', async () => {
    const gone = { status: 404, body: errors['404'] };
    const there = { body: fixture('assignment') };
    tells(gone, { body: { records: [] } }, there);
    assert.ok((await client.assignment('5001', turn)) !== 'gone');
    tells(gone, there);
    await assert.rejects(client.patchAssignment('5001', { fields: {} }, turn), {
      code: 'fleetio-unreachable',
    });
  });

  it('no assignment is gone only because the path is', async () => {
    tells({ status: 404, body: errors['404'] });
    await assert.rejects(client.assignment('9', turn), { code: 'fleetio-not-found' });
    await assert.rejects(client.patchAssignment('9', { fields: {} }, turn), { code: 'fleetio-not-found' });
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

  it('429 may say a date: by the clock that the answer itself shows', async () => {
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
    const waits: readonly (readonly [string, number])[] = [
      ['Sun, 06 Nov 1994 08:50:00 GMT', 23_000],
      ['Sunday, 06-Nov-94 08:49:59 GMT', 22_000],
      ['Sun Nov  6 08:49:40 1994', 3_000],
      ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
      ['Mon, 07 Nov 1999 08:49:00 GMT', 3_600_000],
      ['999999', 3_600_000],
      ['1e3', 30_000],
      ['soon', 30_000],
      ['', 30_000],
    ];
    for (const [text, ms] of waits) {
      tells({ status: 429, headers: { 'Retry-After': text, date }, body: errors['429'] });
      await assert.rejects(client.accounts({ for: 'person' }), (error: unknown) => {
        assert.ok(error instanceof FleetioError);
        assert.equal(error.retryAfterMs, ms, text);
        return true;
      });
      renewClient();
    }
  });

  it('503 may say how long it lasts, and is not asked sooner', async () => {
    const headers = { 'Retry-After': 'Sun, 06 Nov 1994 08:52:00 GMT', date: 'Sun, 06 Nov 1994 08:50:00 GMT' };
    tells({ status: 503, headers });
    await assert.rejects(client.accounts({ for: 'person' }), {
      code: 'fleetio-unreachable',
      retryAfterMs: 120_000,
    });
    assert.ok(client.waitMs(turn) > 110_000);
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
    await assert.rejects(client.assignment('1', turn), {
      code: 'fleetio-record',
      message: /assignment 1 .*4 MiB/,
    });
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
