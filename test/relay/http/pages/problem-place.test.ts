/** The page to which a Problem leads: what a box says of its keys is looked at at the box, since it knows them by name only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemPlace } from '../../../../src/relay/http/pages/problem-place.ts';

for (const [kind, subject, box, href] of [
  ['key-missing', 'depot-a/key/Van 3', 'depot-a', '/admin/boxes/depot-a'],
  ['overdue', 'depot-a/key/Van 3', 'depot-a', '/admin/boxes/depot-a'],
  ['overdue', 'b_1', 'depot-a', '/admin/bookings/b_1'],
  ['bookings-overlap', 'b_2', null, '/admin/bookings/b_2'],
  ['key-never-stocked', 'k_1', null, '/admin/keys/k_1'],
  ['contact-archived', 'int_1/77', null, '/admin/integrations/int_1/about'],
  ['booking-to-confirm', 'int_1/88', null, '/admin/integrations/int_1/assignments/88'],
] as const)
  test(`${kind} of ${subject}`, () => {
    assert.equal(problemPlace({ kind, subject, box })?.href, href);
  });
