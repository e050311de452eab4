import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Prng } from '../../../../scripts/rig/prng.ts';
import { crashStates, type Entry } from './crash-states.ts';
import { lineOf, type Told, toldOf } from './told.ts';

const sectorBytes = 512;
const rounds = 40;
const pulse = (at: number): Entry => ({ do: 'told', told: { what: 'powered', slot: 1, at } });

/** The n-th sector is written with n, flushed, and then it is told; one more write comes after each flush, in the sector above. */
const life: readonly Entry[] = [
  { do: 'told', told: { what: 'typed', slot: 1, at: 0, booking: 'b' } },
  ...Array.from({ length: rounds }, (_, n): readonly Entry[] => [
    { do: 'write', at: n * sectorBytes, bytes: Buffer.alloc(sectorBytes, n + 1) },
    { do: 'flush' },
    pulse(n),
    { do: 'write', at: (rounds + n) * sectorBytes, bytes: Buffer.alloc(sectorBytes, 0xff) },
  ]).flat(),
];

/** Of each state: how many pulses were told, how many sectors that were flushed before are not there, and the one that was not flushed. */
function look(
  t: TestContext,
  lateFlushes: number,
): readonly { readonly told: number; readonly lost: number; readonly last: boolean }[] {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-states-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'image');
  const before = Buffer.alloc(rounds * 2 * sectorBytes);
  const states = crashStates(path, { before, entries: life }, { count: 200, prng: new Prng(7), lateFlushes });
  // Each state lies where the one before has lain.
  return Array.from(states, ({ told }) => {
    const image = readFileSync(path);
    const pulses = told.filter(({ what }) => what === 'powered').length;
    const lost = Array.from({ length: pulses }, (_, n) => n).filter(n => image[n * sectorBytes] !== n + 1);
    return { told: pulses, lost: lost.length, last: image[(rounds + pulses - 1) * sectorBytes] === 0xff };
  });
}

test('what was flushed before something was told is there in every state; what was not may be or not', t => {
  const states = look(t, 0);
  assert.equal(states.length, 200);
  assert.ok(new Set(states.map(({ told }) => told)).size > rounds / 2, 'cuts at every instant');
  assert.deepEqual(
    states.filter(({ lost }) => lost > 0),
    [],
  );
  for (const kept of [true, false]) assert.ok(states.some(({ last }) => last === kept));
});

test('a disk that lies about its last flushes has lost what was told', t => {
  const states = look(t, 2);
  assert.ok(states.filter(({ lost }) => lost > 0).length > states.length / 2);
  assert.ok(states.every(({ lost }) => lost <= 2));
});

test('what is told comes out as it went in', () => {
  const told: readonly Told[] = [
    { what: 'typed', slot: 3, at: 1_790_000_000_000, booking: 'p-17' },
    ...(['powered', 'off', 'opened', 'shut', 'out', 'in'] as const).map(what => ({ what, slot: 12, at: 5 })),
    { what: 'event', seq: 4_711, hash: '0123456789ab' },
  ];
  assert.deepEqual(
    told.map(each => toldOf(lineOf(each).trimEnd())),
    told,
  );
  assert.throws(() => toldOf('?'), /the diary says/);
});
