/** Vehicles read, read again, and linked to keys. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { deleteKey } from '../../../../src/relay/domain/keys.ts';
import { listProblems } from '../../../../src/relay/domain/problem-list.ts';
import { turn, wellBehaved } from '../../../../src/sandbox/switches.ts';
import { boxWithKeys } from '../../domain/house.ts';
import { onSqliteOrBoth } from '../../stores.ts';
import { items, type Rig, rigOn, type Said } from './rig.ts';

onSqliteOrBoth('vehicles', source => {
  let rig: Rig;
  let id: string;
  let keys: readonly string[];
  let box: string;

  before(async () => {
    rig = await rigOn(await source.fresh());
    ({ keys, box } = await boxWithKeys(rig.house, 12));
  });
  beforeEach(async () => {
    const { hooks, ...rest } = wellBehaved();
    turn(rig.sandbox.switches, { ...rest, hooks });
    for (const one of items(await rig.api('GET', '/integrations')))
      await rig.api('DELETE', `/integrations/${one.id}`);
    id = await rig.connected();
  });
  after(() => rig.close());

  const list = async (query = ''): Promise<readonly Record<string, unknown>[]> =>
    items(await rig.api('GET', `/integrations/${id}/vehicles${query}`));
  const names = async (query = ''): Promise<readonly unknown[]> =>
    (await list(query)).map(({ name }) => name);
  const link = (vehicle: number, body: object): Promise<Said> =>
    rig.api('PATCH', `/integrations/${id}/vehicles/${vehicle}`, body);
  const refresh = (): Promise<Said> => rig.api('POST', `/integrations/${id}/refresh`);
  const problems = async (): Promise<readonly string[]> => {
    const open = await rig.house.act(c => listProblems(c, { open: true }, { after: null, limit: 50 }));
    return open.map(({ kind }) => kind);
  };
  const timers = async (): Promise<readonly string[]> => {
    const found = await rig.house.store.db
      .selectFrom('work')
      .select('subject')
      .where('kind', '=', 'fleetio-vehicle')
      .execute();
    return found.map(({ subject }) => subject);
  };

  test('are read without samples, by name, and found by part of name or plate', async () => {
    assert.deepEqual(await names(), ['Pool car 1', 'Pool car 2', 'Truck 3', 'Van 12', 'Van 14']);
    assert.deepEqual(await names('?match=VAN'), ['Van 12', 'Van 14']);
    assert.deepEqual(await names('?match=rs%20018'), ['Pool car 1']);
    assert.deepEqual(await names('?match=%25'), []);
    const first = await rig.api('GET', `/integrations/${id}/vehicles?limit=2`);
    assert.deepEqual(await names(`?limit=2&after=${first.body.next}`), ['Truck 3', 'Van 12']);
    assert.equal((await rig.api('GET', `/integrations/${id}/vehicles?after=nonsense`)).status, 400);
  });

  test('a key is linked by name or id, a mode set, both changed at any time', async () => {
    const linked = await link(301, { key: 'van 1', mode: 'prompt' });
    assert.deepEqual(linked.body, {
      ...{ id: '301', name: 'Van 12', plate: 'KX 204', archived: false, gone: false },
      key: { id: keys[0], name: 'van 1', place: 'never-stocked', box: { id: box, name: 'Depot A' }, slot: 1 },
      ...{ mode: 'prompt', asks: 0 },
    });
    assert.deepEqual([await names('?mode=prompt'), await names('?mode=automatic')], [['Van 12'], []]);
    assert.ok((await timers()).includes(`${id}/301`));
    assert.equal((await link(301, { key: keys[1] })).body.mode, 'prompt');
    assert.equal((await link(301, { mode: 'automatic' })).body.mode, 'automatic');
    assert.deepEqual(await names('?linked=yes'), ['Van 12']);
    assert.equal((await names('?linked=no')).length, 4);
    assert.equal((await link(301, { key: null })).body.key, null);
    assert.deepEqual(await names('?linked=yes'), []);
  });

  test('one key, one vehicle; and only what is there', async () => {
    await link(301, { key: 'van 1' });
    assert.equal((await link(302, { key: 'van 1' })).status, 409);
    assert.equal((await link(301, { key: 'van 1' })).status, 200);
    assert.equal((await link(302, { key: 'nobody' })).status, 404);
    assert.equal((await link(999, { key: 'van 2' })).status, 404);
    assert.equal((await link(399, { key: 'van 2' })).status, 409);
    assert.equal((await link(302, { mode: 'sometimes' })).status, 400);
  });

  test('renamed, archived, back, deleted: each is noticed, and told where a key hangs on it', async () => {
    const { world } = rig.sandbox;
    await link(301, { key: 'van 1' });
    world.changeVehicle(301, { name: 'Van 12 b' });
    world.changeVehicle(302, { archivedAt: 1 });
    await refresh();
    assert.deepEqual(await names(), ['Pool car 1', 'Pool car 2', 'Truck 3', 'Van 12 b']);
    assert.deepEqual(await problems(), []);
    world.changeVehicle(301, { archivedAt: 1 });
    await refresh();
    const [shown] = await list('?linked=yes');
    assert.deepEqual([shown?.archived, shown?.gone, await problems()], [true, false, ['vehicle-unused']]);
    world.changeVehicle(301, { archivedAt: null });
    world.changeVehicle(302, { archivedAt: null });
    await refresh();
    assert.deepEqual([(await names()).length, await problems()], [5, []]);
    const van = world.vehicles.get(301);
    world.vehicles.delete(301);
    await refresh();
    assert.deepEqual([(await list('?linked=yes'))[0]?.gone, await problems()], [true, ['vehicle-unused']]);
    await link(301, { key: null });
    assert.deepEqual([await problems(), (await names()).length], [[], 4]);
    world.addVehicle('Van 12', van?.plate ?? '', { id: 301 });
    await refresh();
    assert.equal((await names()).length, 5);
  });

  test('a reading that fails half-way takes nothing away, says why, and is told once', async () => {
    turn(rig.sandbox.switches, { failure: '403', failOn: '/vehicles', failTimes: -1 });
    const { status, body } = await refresh();
    assert.deepEqual([status, body.known, body.reading], [202, 5, false]);
    assert.match(String(body.said), /may not use vehicles.*Manage vehicle assignments/);
    await refresh();
    assert.deepEqual(await problems(), ['fleetio-vehicles-unread']);
    turn(rig.sandbox.switches, { failure: 'none' });
    assert.equal((await refresh()).body.said, null);
    assert.deepEqual(await problems(), []);
  });

  test('more than a page, twice the same list', async () => {
    const { world } = rig.sandbox;
    for (let number = 1; number <= 250; number += 1)
      world.addVehicle(`Fleet ${number}`, `F ${number}`, { id: 1_000 + number });
    for (const lists of ['records', 'array'] as const) {
      turn(rig.sandbox.switches, { lists });
      assert.equal((await refresh()).body.known, 255, lists);
    }
    for (let number = 1; number <= 250; number += 1) world.vehicles.delete(1_000 + number);
    assert.equal((await refresh()).body.known, 5);
  });

  test('a key that is deleted leaves its vehicle without one', async () => {
    await link(303, { key: 'van 12' });
    await rig.house.act(c => deleteKey(c, 'van 12'));
    assert.deepEqual(await names('?linked=yes'), []);
  });

  test('keys are found by how their words begin, in any case and without accents', async () => {
    const { box } = await boxWithKeys(rig.house, 0, { id: 'second' });
    const ids: string[] = [];
    for (const [slot, name] of ['Citroën Jumpy 12-KX', 'Élan vital', 'van 1 spare'].entries())
      ids.push(String((await rig.api('POST', '/keys', { name, box, slot: slot + 1 })).body.id));
    const match = async (typed: string): Promise<readonly unknown[]> =>
      items(await rig.api('GET', `/keys?match=${encodeURIComponent(typed)}`)).map(({ name }) => name);
    assert.deepEqual(await match('citroe'), ['Citroën Jumpy 12-KX']);
    assert.deepEqual(await match('kx CIT'), ['Citroën Jumpy 12-KX']);
    assert.deepEqual(await match('elan'), ['Élan vital']);
    assert.deepEqual(await match('itro'), []);
    assert.deepEqual(await match('van 1'), ['van 1', 'van 1 spare', 'van 10', 'van 11']);
    assert.deepEqual(await match('_%'), []);
    await rig.api('PATCH', `/keys/${ids[1]}`, { name: 'Renamed' });
    assert.deepEqual([await match('elan'), await match('rena')], [[], ['Renamed']]);
    await rig.api('DELETE', `/keys/${ids[1]}`);
    assert.deepEqual(await match('rena'), []);
    const elsewhere = items(await rig.other('GET', '/keys?match=van'));
    assert.deepEqual(elsewhere, []);
  });
});
