/** A whole fleet linked in a few clicks: vehicles and keys of the same name, looked through and linked together. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createKey } from '../../../../src/relay/domain/keys.ts';
import { boxWithKeys } from '../../domain/house.ts';
import { onSqliteOrBoth } from '../../stores.ts';
import { items, type Rig, rigOn, type Said } from './rig.ts';

onSqliteOrBoth('same names', source => {
  let rig: Rig;
  let id: string;
  const boxes: string[] = [];

  before(async () => {
    rig = await rigOn(await source.fresh());
    for (const name of ['one', 'two']) boxes.push((await boxWithKeys(rig.house, 0, { id: name })).box);
  });
  beforeEach(async () => {
    for (const one of items(await rig.api('GET', '/integrations')))
      await rig.api('DELETE', `/integrations/${one.id}`);
    for (const { id: key } of items(await rig.api('GET', '/keys'))) await rig.api('DELETE', `/keys/${key}`);
    id = await rig.connected();
  });
  after(() => rig.close());

  const key = async (name: string, at: readonly [box: number, slot: number]): Promise<string> =>
    String((await rig.api('POST', '/keys', { name, box: boxes[at[0]], slot: at[1] })).body.id);
  const same = async (query = ''): Promise<readonly unknown[]> =>
    items(await rig.api('GET', `/integrations/${id}/same-names${query}`)).map(
      one => (one.vehicle as { readonly name: string }).name,
    );
  const link = (links: readonly object[], more: object = {}): Promise<Said> =>
    rig.api('POST', `/integrations/${id}/links`, { links, ...more });
  const linked = async (): Promise<readonly unknown[]> =>
    items(await rig.api('GET', `/integrations/${id}/vehicles?linked=yes`)).map(
      one => `${one.name} ${(one.key as { readonly id: string }).id} ${one.mode}`,
    );

  test('only exactly the same, and only where one of each is meant', async () => {
    await key('Van 12', [0, 1]);
    await key('van 14', [0, 2]);
    await key('Truck 3', [0, 3]);
    await key('Truck 3', [1, 3]);
    await key('Pool car 1', [1, 1]);
    assert.deepEqual(await same(), ['Pool car 1', 'Van 12']);
    rig.sandbox.world.addVehicle('Van 12', 'twin', { id: 900 });
    await rig.api('POST', `/integrations/${id}/refresh`);
    assert.deepEqual(await same(), ['Pool car 1'], 'two vehicles of one name');
    rig.sandbox.world.vehicles.delete(900);
    await rig.api('POST', `/integrations/${id}/refresh`);
    const { body } = await rig.api('GET', `/integrations/${id}/same-names?limit=1`);
    assert.deepEqual(await same(`?limit=1&after=${body.next}`), ['Van 12']);
    assert.equal((await rig.other('GET', `/integrations/${id}/same-names`)).status, 404);
  });

  test('each is linked as if alone, or named with why not; the others stand', async () => {
    const van = await key('Van 12', [0, 1]);
    const other = await key('Van 14', [0, 2]);
    const spare = await key('spare', [0, 3]);
    const { status, body } = await link(
      [
        ...[{ vehicle: '301', key: van }],
        ...[{ vehicle: '302', key: van }],
        ...[{ vehicle: '303', key: 'nobody' }],
        ...[{ vehicle: '999', key: other }],
      ],
      { mode: 'prompt' },
    );
    assert.deepEqual([status, body.linked], [200, ['301']]);
    const refused = body.refused as readonly { readonly vehicle: string; readonly why: string }[];
    assert.deepEqual(
      refused.map(({ vehicle }) => vehicle),
      ['302', '303', '999'],
    );
    assert.match(refused[0]?.why ?? '', /is linked to Van 12 already/);
    assert.deepEqual(await linked(), [`Van 12 ${van} prompt`]);
    const taken = await link([{ vehicle: '301', key: spare }]);
    assert.match(
      JSON.stringify(taken.body.refused),
      /Van 12 is linked to Van 12 already/,
      'not taken from it',
    );
    assert.deepEqual((await link([{ vehicle: '301', key: van }])).body.linked, ['301'], 'sent twice');
    assert.deepEqual(await linked(), [`Van 12 ${van} prompt`], 'and nothing changed');
    const audit = items(await rig.api('GET', '/audit?limit=500')).filter(
      ({ what }) => what === 'vehicles-linked',
    );
    assert.deepEqual(audit.map(({ detail }) => detail).sort(), ['0 of 1', '1 of 1', '1 of 4']);
  });

  test('bounded; and of nobody else', async () => {
    const van = await key('Van 12', [0, 1]);
    const one = { vehicle: '301', key: van };
    assert.equal((await link([])).status, 400);
    assert.equal((await link(Array.from({ length: 251 }, () => one))).status, 400);
    assert.equal((await rig.other('POST', `/integrations/${id}/links`, { links: [one] })).status, 404);
    assert.deepEqual(await linked(), []);
  });

  test('212 vehicles are found and linked in three requests', async () => {
    const { world } = rig.sandbox;
    const numbers = Array.from({ length: 212 }, (_, at) => at + 1);
    for (const number of numbers) world.addVehicle(`Fleet ${number}`, `F ${number}`, { id: 2_000 + number });
    await rig.house.act(async context => {
      for (const number of numbers)
        await createKey(context, { name: `Fleet ${number}`, box: boxes[0] ?? '', slot: number + 100 });
    });
    await rig.api('POST', `/integrations/${id}/refresh`);
    const found = items(
      await rig.api('GET', `/integrations/${id}/same-names?limit=250`),
    ) as unknown as readonly {
      readonly vehicle: { readonly id: string };
      readonly key: { readonly id: string };
    }[];
    assert.equal(found.length, 212);
    const { body } = await link(
      found.map(({ vehicle, key: { id: named } }) => ({ vehicle: vehicle.id, key: named })),
    );
    assert.deepEqual([(body.linked as readonly unknown[]).length, body.refused], [212, []]);
    assert.deepEqual(await same(), []);
    const { vehicles } = (await rig.api('GET', `/integrations/${id}`)).body as {
      readonly vehicles: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual([vehicles.linked, vehicles.unlinked, vehicles.prompt], [212, 5, 0]);
  });
});
