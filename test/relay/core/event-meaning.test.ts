import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { type Books, type KeyPlace, meaningOf, type Use } from '../../../src/relay/core/event-meaning.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';

const at0 = Date.UTC(2026, 1, 28, 23, 59, 59, 999);
const said = (type: string, more: Readonly<Record<string, unknown>> = {}): JournalEvent =>
  ({ type, at: new Date(at0).toISOString(), ...more }) as unknown as JournalEvent;
const use = (id: string, more: Partial<Use> = {}): Use => ({
  id,
  key: 'k',
  taken: null,
  returned: null,
  overdue: null,
  ...more,
});
const key: KeyPlace = { name: 'k', place: 'in', slot: 1, since: 1 };
const books = (...uses: readonly Use[]): Books => ({
  keys: new Map([['k', key]]),
  uses: new Map(uses.map(each => [each.id, each])),
});

const out = { ...key, place: 'out', slot: null, since: at0 };

const meanings: readonly (readonly [string, Books, readonly JournalEvent[], unknown, unknown])[] = [
  [
    'taken',
    books(use('a')),
    [said('key-taken', { key: 'k', booking: 'a' })],
    [out],
    [use('a', { taken: at0 })],
  ],
  ['taken locally', books(), [said('key-taken', { key: 'k', booking: 'local' })], [out], []],
  ['unknown key', books(), [said('key-taken', { key: 'x' })], [], []],
  [
    'back, whoever had it',
    books(use('a', { taken: 5 }), use('b', { taken: 4, returned: 4 })),
    [said('key-returned', { key: 'k', slot: 2 })],
    [{ ...key, place: 'in', slot: 2, since: at0 }],
    [use('a', { taken: 5, returned: at0 })],
  ],
  [
    'again, of a reusable booking',
    books(use('a', { taken: 5, returned: 6, overdue: 5 })),
    [said('key-taken', { key: 'k', booking: 'a' })],
    [out],
    [use('a', { taken: at0 })],
  ],
  [
    'handed over',
    books(use('a', { taken: 5 }), use('b')),
    [said('key-transferred', { key: 'k', booking: 'b' })],
    [out],
    [use('a', { taken: 5, returned: at0 }), use('b', { taken: at0 })],
  ],
  [
    'found empty',
    books(use('a', { taken: 5, returned: 6 }), use('z', { taken: 1, returned: 2 }), use('b', { taken: 7 })),
    [said('custody-mismatch', { key: 'k', booking: 'b', reason: 'found-empty' })],
    [out],
    [use('b'), use('a', { taken: 5 })],
  ],
  [
    'late',
    books(use('a', { taken: 5 })),
    [said('overdue', { key: 'k', booking: 'a' })],
    [],
    [use('a', { taken: 5, overdue: at0 })],
  ],
  ['late, but back', books(use('a', { taken: 5, returned: 6 })), [said('overdue', { booking: 'a' })], [], []],
  [
    'gone',
    books(),
    [said('custody-mismatch', { key: 'k', reason: 'gone' })],
    [{ ...key, place: 'missing', slot: null, since: at0 }],
    [],
  ],
  [
    'not taken',
    books(use('a')),
    [said('granted', { booking: 'a' }), said('not-taken', { booking: 'a' })],
    [],
    [],
  ],
];

test('each event that means something', () => {
  for (const [name, before, events, keys, uses] of meanings)
    assert.deepEqual(meaningOf(before, events), { keys, uses }, name);
});

test('a batch means what its events mean one by one', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const prng = new Prng(seed);
    const events = Array.from({ length: 12 }, (_, n) =>
      said(
        prng.pick(['key-taken', 'key-returned', 'key-transferred', 'overdue', 'custody-mismatch', 'pulsed']),
        {
          ...{ at: new Date(at0 + n).toISOString(), key: 'k', booking: prng.pick(['a', 'b', 'c']), slot: n },
          ...(prng.chance(0.5) ? { reason: prng.pick(['found-empty', 'gone', 'unexpected']) } : {}),
        },
      ),
    );
    const start = books(use('a'), use('b'), use('c'));
    let one = start;
    for (const event of events) {
      const { keys, uses } = meaningOf(one, [event]);
      one = {
        keys: new Map([...one.keys, ...keys.map(each => [each.name, each] as const)]),
        uses: new Map([...one.uses, ...uses.map(each => [each.id, each] as const)]),
      };
    }
    const { keys, uses } = meaningOf(start, events);
    for (const each of keys) assert.deepEqual(one.keys.get(each.name), each, `seed ${seed}`);
    for (const each of uses) assert.deepEqual(one.uses.get(each.id), each, `seed ${seed}`);
    const out = [...one.uses.values()].filter(each => each.taken !== null && each.returned === null);
    const place = one.keys.get('k')?.place;
    if (place === 'in') assert.equal(out.length, 0, `seed ${seed}`);
  }
});

test('instants of events are read as a calendar reads them', () => {
  const prng = new Prng(9);
  for (let round = 0; round < 2_000; round += 1) {
    const at = prng.int(0, 4_102_444_800_000);
    const events = [said('key-taken', { key: 'k', at: new Date(at).toISOString() })];
    assert.equal(meaningOf(books(), events).keys[0]?.since, at);
  }
  for (const at of ['1969-12-31T23:59:59.999Z', 'yesterday'])
    assert.equal(meaningOf(books(), [said('key-taken', { key: 'k', at })]).keys[0]?.since, 0);
});
