/** No record of Fleetio's costs more than its length; one that is too long is odd: named, and left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as v from 'valibot';
import { Fault } from '../../../../../src/base/fault.ts';
import * as records from '../../../../../src/relay/integrations/fleetio/api/records.ts';
import {
  assignmentOfEvent,
  readEnvelope,
} from '../../../../../src/relay/integrations/fleetio/webhook/envelope.ts';
import {
  longestTurn,
  longTexts,
  mustBeCheap,
  mustKeepPace,
  withOneReplaced,
} from '../../../../long-texts.ts';

const time = '2026-03-02T15:00:00Z';
const assignment = {
  ...{ id: '1', vehicle_id: '2', contact_id: '3', started_at: time, ended_at: '2026-03-02T16:00:00Z' },
  ...{ updated_at: time, deleted_at: null, contact_full_name: 'Ada', custom_fields: { code: '1234' } },
};

/** Every member that is read, of every kind of record. */
const kinds: readonly (readonly [kind: string, schema: v.GenericSchema, good: object])[] = [
  ['assignment', records.assignmentRecord, assignment],
  [
    'contact',
    records.contactRecord,
    {
      ...{ id: '1', name: 'Ada', first_name: 'A', middle_name: 'B', last_name: 'C', email: 'a@b.example' },
      ...{ archived_at: null, mobile_phone_number: '1', work_phone_number: '2', home_phone_number: '3' },
      other_phone_number: '4',
    },
  ],
  [
    'vehicle',
    records.vehicleRecord,
    { id: '1', name: 'Van', license_plate: 'KX', archived_at: null, is_sample: false },
  ],
  ['account', records.accountRecord, { id: '1', name: 'Fleet', token: 'abc' }],
  [
    'custom field',
    records.customFieldRecord,
    {
      ...{ label: 'L', title: 'L', display_name: 'L', name: 'L', key: 'k', slug: 'k', api_name: 'k' },
      ...{ api_key: 'k', field_name: 'k', resource_type: 'vehicle', record_type: 'r', resource: 'r' },
      ...{ customizable_type: 'r', model: 'r', applies_to: 'r' },
    },
  ],
  [
    'webhook',
    records.webhookRecord,
    {
      ...{ id: '1', url: 'https://a.example', enabled: true, all_events: false, shared_key: 'k' },
      ...{ authorization: 'a', disabled_reason: 'r', subscribed_events: { created: true } },
    },
  ],
];

const length = 300_000;

for (const [kind, schema, good] of kinds)
  test(`every member of ${kind} may be long, and costs less than 100 ms`, async () => {
    const read = (value: unknown) => records.parseRecord(schema, value, kind);
    assert.ok('record' in read(good));
    for (const [shape, long] of Object.entries(longTexts(length)))
      for (const [path, value] of withOneReplaced(good, long))
        await mustBeCheap(`${path}, ${shape}`, () => {
          const parsed = read(value);
          const said = JSON.stringify(parsed, (_, each: unknown) => (each instanceof Map ? [...each] : each));
          assert.ok(said.length < 10_000, `${path}, ${shape}: ${said.length} characters are kept or said`);
          if ('malformed' in parsed && path !== '.id')
            assert.equal(parsed.malformed.id, 'id' in good ? '1' : null);
        });
  });

test('so may every member of a webhook’s body, which is taken all the same', async () => {
  const good = { id: 'e1', event: 'vehicle_assignment_updated', timestamp: time, payload: assignment };
  for (const [shape, long] of Object.entries(longTexts(60_000)))
    for (const [path, value] of withOneReplaced(good, long)) {
      const raw = Buffer.from(JSON.stringify(value));
      await mustBeCheap(`${path}, ${shape}`, () => {
        if (path === '.event') {
          assert.throws(
            () => readEnvelope(raw),
            (error: unknown) => error instanceof Fault && error.message.length < 300,
          );
          return;
        }
        const { payload, subject, id } = readEnvelope(raw);
        assert.ok(payload.length < 2_000 && (subject ?? '').length <= 64 && id.length <= 64);
        assignmentOfEvent(payload);
      });
    }
});

const tooLong: readonly (readonly [schema: v.GenericSchema, value: object, why: string])[] = [
  [records.contactRecord, { id: 7, name: 'n'.repeat(4_001) }, 'name is too long'],
  [records.contactRecord, { id: 7, home_phone_number: '0'.repeat(5_000) }, 'home_phone_number is too long'],
  [records.vehicleRecord, { id: 7, license_plate: ' '.repeat(9_000) }, 'license_plate is too long'],
  [
    records.assignmentRecord,
    { ...assignment, id: 7, contact_full_name: 'n'.repeat(4_001) },
    'contact_full_name is too long',
  ],
  [
    records.webhookRecord,
    { id: 7, enabled: true, url: `https://a.example/${'/'.repeat(64_000)}` },
    'url is too long',
  ],
];

for (const [schema, value, why] of tooLong)
  test(`a record whose ${why} is named and skipped`, () => {
    assert.deepEqual(records.parseRecord(schema, value, 'record'), {
      malformed: { kind: 'record', id: '7', why },
    });
  });

test('a long essay in a field of the fleet’s own, and a long name, leave the assignment as it is', () => {
  const essay = { code: '1234', essay: 'a '.repeat(50_000), ['k'.repeat(500)]: 'x' };
  const parsed = records.parseRecord(
    records.assignmentRecord,
    { ...assignment, custom_fields: essay },
    'assignment',
  );
  assert.ok('record' in parsed);
  assert.deepEqual(
    [...(parsed.record as { fields: ReadonlyMap<string, string> }).fields],
    [['code', '1234']],
  );
  const named = records.parseRecord(records.contactRecord, { id: 1, name: 'n'.repeat(4_000) }, 'contact');
  assert.ok('record' in named && (named.record as { name: string }).name.length === 300, 'cut, as before');
});

test('a list of long records makes no turn of the loop longer than its length', async () => {
  const pages = (texts: readonly string[]) => async (): Promise<void> => {
    for (const long of texts)
      for (const [kind, schema, good] of kinds)
        for (const [, value] of withOneReplaced(good, long)) {
          records.parseRecord(schema, value, kind);
          await new Promise(setImmediate);
        }
  };
  const rest = await longestTurn(pages(Object.values(longTexts(10))));
  mustKeepPace('records', await longestTurn(pages(Object.values(longTexts(length)))), rest);
});
