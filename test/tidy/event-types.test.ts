/** The closed set of types of events that docs/contracts.md promises is the one of the code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { eventTypes } from '../../src/wire/journal.ts';

const contracts = readFileSync(resolve(import.meta.dirname, '../../docs/contracts.md'), 'utf8');

test('docs/contracts.md §3 names every type of event, and no other', () => {
  const [, list = ''] = /Closed set of `type`:\s*`([^`]+)`/.exec(contracts) ?? [];
  const named = list
    .replaceAll(/\{[^}]*\}/g, '')
    .split(/\s+/)
    .filter(word => word !== '');
  assert.deepEqual(named.toSorted(), [...eventTypes].toSorted());
});
