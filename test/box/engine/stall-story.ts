import assert from 'node:assert/strict';
import { Prng } from '../../../scripts/rig/prng.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { type Stall, StallRig } from './stall-rig.ts';

/** What a stall must never be taken for. */
const blames: readonly Entry['type'][] = [
  'jammed',
  'door-forced',
  'custody-mismatch',
  'sensor-suspect',
  'door-held',
  'box-full',
  'denied',
];

const drawStall = (random: Prng): Stall => ({
  what: random.pick(['disk', 'process', 'guard']),
  ms: random.pick([500, 1_600, 2_500, 6_000, 12_000, 25_000, 30_000]) - random.int(0, 400),
  after: random.int(0, 5) * random.pick([1, 1, 7]),
});

/**
 * A driver takes a key, brings it back, the next one takes it: each over a stall of its own. Throws where the record is not
 * what happened, or somebody is stopped.
 */
export function stallStory(seed: number): void {
  const random = new Prng(seed);
  const sensed = random.chance(0.6);
  const rig = new StallRig(random, sensed);
  const visits = [
    ['a', 'take'],
    ['a', 'return'],
    ['b', 'take'],
    ['b', 'return'],
  ] as const;
  const stalls = visits.map(() => drawStall(random));
  try {
    for (const [at, [name, purpose]] of visits.entries()) visit(rig, name, purpose, stalls[at] ?? null);
  } catch (error) {
    const story = rig.events.map(({ type, for: purpose, reason }) => [type, purpose, reason].filter(Boolean));
    const text = `seed ${seed}, ${sensed ? 'sensed' : 'unsensed'}, ${JSON.stringify(stalls)}\n${story.join('\n')}`;
    throw new Error(text, { cause: error });
  } finally {
    void rig.close();
  }
}

/** What became of those of these stories that broke. */
export function brokenStories(seeds: readonly number[]): readonly string[] {
  return seeds.flatMap(seed => {
    try {
      stallStory(seed);
      return [];
    } catch (error) {
      const { message, cause } = error as Error;
      return [`${(cause as Error | undefined)?.message}\n${message}`];
    }
  });
}

function visit(rig: StallRig, name: string, purpose: 'take' | 'return', stall: Stall | null): void {
  const before = rig.events.length;
  const tries = rig.visit(name, purpose, stall);
  const events = rig.events.slice(before);
  const count = (type: Entry['type']): number => events.filter(event => event.type === type).length;
  assert.deepEqual(
    events.filter(({ type }) => blames.includes(type)),
    [],
    'nothing is blamed',
  );
  const [moved, other] =
    purpose === 'take' ? (['key-taken', 'key-returned'] as const) : (['key-returned', 'key-taken'] as const);
  assert.deepEqual([count(moved), count(other)], [1, 0], 'the key moved once');
  assert.deepEqual([count('door-opened'), count('door-closed')], [1, 1], 'one opening');
  assert.equal(count('granted'), tries, 'a grant for each entry');
  assert.equal(rig.place, purpose === 'take' ? 'out' : 'slot');
  assert.equal(rig.keyIn, purpose === 'return');
  const { opening, jammed, lineFaulted, doorSuspect, door } = rig.slot;
  assert.deepEqual(
    { opening, jammed, lineFaulted, doorSuspect, door },
    {
      opening: null,
      jammed: false,
      lineFaulted: false,
      doorSuspect: false,
      door: 'shut',
    },
  );
  assert.equal(rig.lock, 0);
  assert.ok(
    rig.pulses.every(age => age <= 20_000),
    `a lock moved ${Math.max(...rig.pulses)} ms after its code`,
  );
}
