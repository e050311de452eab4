/** Lists, against answers taken by hand from the pages: so that the sandbox is not its own oracle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wall } from '../../../../../src/base/brand.ts';
import type { Contact, ListPage } from '../../../../../src/relay/integrations/fleetio/api/port.ts';
import { clientOf, fixture, turn } from '../fixture.ts';
import { client, hand, lastAsked, tells } from './by-hand.ts';

async function all<T>(pages: AsyncIterable<ListPage<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const { records } of pages) found.push(...records);
  return found;
}
const errors = fixture('errors');

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

  it('as bare arrays of a server that knows no pages: once, and an error where it says that there are more', async () => {
    tells({ body: [record(1), record(2)] });
    assert.equal((await all(client.vehicles(turn))).length, 2);
    assert.equal(hand.asked.length, 2);
    tells({ body: [record(1)], headers: { 'X-Pagination-Total-Pages': '2' } });
    await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-strange', message: /shown already/ });
  });

  it('that are neither are an error, never an empty list', async () => {
    for (const body of [{}, { records: {} }, { records: [], next_cursor: {} }, 'true', null]) {
      tells({ body });
      await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-strange' });
    }
    tells({ status: 404, body: errors['404'] });
    await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-not-found' });
  });

  it('that come back to a page already shown are never complete', async () => {
    tells({ body: { next_cursor: 'c1', records: [record(1)] } });
    await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-strange', message: /shown already/ });
    const cursors = ['c1', 'c2', 'c1'];
    hand.tell = ({ query }) => {
      const next =
        query.get('start_cursor') === null ? cursors[0] : query.get('start_cursor') === 'c1' ? 'c2' : 'c1';
      return { body: { next_cursor: next, records: [record(1)] } };
    };
    await assert.rejects(all(client.vehicles(turn)), { code: 'fleetio-strange' });
  });

  it('that are too large are asked for in smaller pages, and none is left out', async () => {
    const filler = 'x'.repeat(900_000);
    const heavy = new Set([3, 4, 5, 60, 61, 130]);
    const known = Array.from({ length: 130 }, (_, at) =>
      heavy.has(at + 1) ? { ...record(at + 1), comments: [filler, filler] } : record(at + 1),
    );
    const ids = known.map((_, at) => String(at + 1));
    hand.tell = ({ query }) => {
      const from = Number(query.get('start_cursor') ?? 0);
      const to = from + Number(query.get('per_page'));
      return { body: { records: known.slice(from, to), next_cursor: to < known.length ? String(to) : null } };
    };
    assert.deepEqual(
      (await all(client.vehicles(turn))).map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      hand.asked.slice(0, 3).map(({ query }) => query.get('per_page')),
      ['100', '50', '10'],
    );
    hand.tell = ({ query }) => {
      const size = Number(query.get('per_page'));
      const from = (Number(query.get('page') ?? 1) - 1) * size;
      return { body: known.slice(from, from + size) };
    };
    assert.deepEqual(
      (await all(client.vehicles(turn))).map(({ id }) => id),
      ids,
    );
  });

  it('name the records that cannot be used, and give all others', async () => {
    const good = fixture('assignment');
    const bad: readonly (readonly [unknown, string | null, string])[] = [
      [{ ...good, id: 1, contact_id: null }, '1', 'contact_id is null'],
      [{ ...good, id: 2, vehicle_id: undefined }, '2', 'vehicle_id is missing'],
      [{ ...good, id: 3, vehicle_id: { id: 7 } }, '3', 'vehicle_id is an object'],
      [{ ...good, id: 4, started_at: '2026-03-02T09:00:00' }, '4', 'started_at is no instant with an offset'],
      [{ ...good, id: 5, ended_at: '9999-12-31T00:00:00Z' }, '5', 'ended_at lies after the year 2199'],
      [{ ...good, id: 6, started_at: 1_772_463_600 }, '6', 'started_at is not as it should be (a number)'],
      [{ ...good, id: 7, ended_at: good.started_at }, '7', 'ended_at is not after started_at'],
      [
        { ...good, id: 8, updated_at: '1899-01-01T00:00:00Z' },
        '8',
        'updated_at is no instant with an offset',
      ],
      [{ ...good, id: 1.5 }, null, 'id is not as it should be (a number)'],
      [{ ...good, id: '\u0000' }, null, 'id is not as it should be (a string)'],
      [null, null, 'it is null, not a record'],
      ['5001', null, 'it is not as it should be (a string), not a record'],
      [[good], null, 'id is missing'],
    ];
    const records = [good, ...bad.map(([record]) => record), { ...good, id: 99 }];
    tells({ body: { records, next_cursor: null } });
    const pages: ListPage<{ readonly id: string }>[] = [];
    for await (const page of client.assignments({ vehicle: '301' }, turn)) pages.push(page);
    const [page] = pages;
    assert.deepEqual(
      page?.records.map(({ id }) => id),
      ['5001', '99'],
    );
    assert.deepEqual(
      page?.malformed.map(({ kind, id, why }) => [kind, id, why]),
      bad.map(([, id, why]) => ['assignment', id, why]),
    );
  });

  it('texts are such as a database, a mail and a page can hold', async () => {
    const odd = {
      ...{
        id: '8',
        name: `Ada\u0000\ud800 \u2028\u202eMor\u200beno${'x'.repeat(3_000)}`,
        email: 'ada@example.com',
      },
      ...{ mobile_phone_number: 31_612_345_678, archived_at: false },
    };
    const endless = { id: 10, name: 'x'.repeat(3_000_000) };
    tells({ body: { records: [odd, { id: 9, name: '\u0000', email: 7, home_phone_number: {} }, endless] } });
    const pages: ListPage<Contact>[] = [];
    for await (const each of client.contacts(turn)) pages.push(each);
    const [page] = pages;
    const [ada] = page?.records ?? [];
    assert.match(ada?.name ?? '', /^Ada \ufffd {2}Morenox+$/);
    assert.ok((ada?.name.length ?? 999) <= 300);
    assert.deepEqual([ada?.phones, ada?.archived], [['31612345678'], false]);
    assert.deepEqual(page?.malformed, [
      { kind: 'contact', id: '9', why: 'home_phone_number is an object' },
      { kind: 'contact', id: '10', why: 'name is too long' },
    ]);
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
