/** Records, against answers taken by hand from the pages: so that the sandbox is not its own oracle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FleetioError } from '../../../../../src/relay/integrations/fleetio/api/errors.ts';
import { fixture, turn } from '../fixture.ts';
import { client, lastAsked, tells } from './by-hand.ts';

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
        assert.ok(error instanceof FleetioError && error.code === 'fleetio-record');
        return !error.message.includes('secret-value');
      });
    }
  });
});
