import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsFor } from '../../seeds.ts';
import { walk } from './walk.ts';

const seeds = seedsFor(100, 250);
const events = 500;
/** What lives of boxes must be full of, else nothing was proved. */
const everywhere = [
  ...[
    'granted take',
    'granted return',
    'granted technician',
    'pulsed',
    'door-opened',
    'door-closed',
    'not-opened',
  ],
  ...[
    'key-taken sensor',
    'key-taken presumed',
    'not-taken',
    'jammed',
    'door-forced',
    'door-held',
    'box-full',
  ],
  ...[
    'key-returned sensor',
    'key-returned presumed',
    'key-returned tag',
    'key-transferred',
    'custody-mismatch',
  ],
  ...[
    'denied stale',
    'granted remote',
    'message-rejected',
    'denied unknown',
    'denied pin-wrong',
    'denied used',
    'denied too-early',
    'denied too-late',
    'lockout',
  ],
  ...[
    'denied cancelled',
    'denied locked-out',
    'denied out-of-service',
    'denied clock-untrusted',
    'denied key-absent',
  ],
  ...[
    'denied slot-faulted',
    'storage-degraded',
    'storage-good',
    'sensor-suspect',
    'overdue',
    'due-soon',
    'booted',
  ],
];

test(`${seeds.length} random lives of a box, ${events} events each, keep the rules`, () => {
  const tally = new Map<string, number>();
  const broken: string[] = [];
  for (const seed of seeds) {
    try {
      for (const [name, count] of walk(seed, events)) tally.set(name, (tally.get(name) ?? 0) + count);
    } catch (error) {
      broken.push(error instanceof Error ? error.message : String(error));
      if (process.env.BAIL !== undefined) break;
    }
  }
  if (process.env.TALLY !== undefined) console.log([...tally].sort((a, b) => b[1] - a[1]));
  assert.equal(
    broken.length,
    0,
    `${broken.length} broken:\n${sorted(broken)}\n${broken.slice(0, 3).join('\n\n')}`,
  );
  if (seeds.length < 200) return;
  const unseen = everywhere.filter(name => (tally.get(name) ?? 0) < 10);
  assert.deepEqual(unseen, [], 'the walks must go everywhere often enough to mean something');
});

/** How often each rule was broken, whatever slot or key it was about. */
function sorted(broken: readonly string[]): string {
  const counts = new Map<string, string[]>();
  for (const text of broken) {
    const [first = ''] = text.split('\n');
    const [, seed = '', rules = first] = /^seed (\d+), event \d+: (.*)$/.exec(first) ?? [];
    const kind = rules.replace(/slot-?\s?\d+/g, 'slot n');
    counts.set(kind, [...(counts.get(kind) ?? []), seed]);
  }
  const lines = [...counts].sort((a, b) => b[1].length - a[1].length);
  return lines.map(([kind, seeds]) => `${seeds.length} × ${kind} (seeds ${seeds.slice(0, 6)})`).join('\n');
}
