/** After all faults: nothing is lost and nothing doubled, on either side. */
import assert from 'node:assert/strict';
import type { Ask, DrivenBox } from '../../scripts/rig/driven-box.ts';
import type { RelayRig } from '../../scripts/rig/relay-rig.ts';
import { until } from '../../scripts/rig/until.ts';

interface Line {
  readonly seq: number;
}

const seqOf = (line: string): number => (JSON.parse(line) as Line).seq;

/** What the relay has of a box, line by line; what the box has signed of them is none. */
async function linesAtRelay(relay: RelayRig, token: string, box: string): Promise<readonly string[]> {
  const headers = { accept: 'application/x-ndjson' };
  const { text } = await relay.ask('GET', `/api/v1/events?box=${box}`, { token, headers });
  return text.split('\n').filter(line => line.startsWith('{"at":'));
}

/** What the box has, in its own words; the checkpoint at the end of an export is none. */
async function linesAtBox({ rig }: DrivenBox): Promise<readonly string[]> {
  const text = await rig.must(['events', 'export', '--format', 'jsonl']);
  return text.trimEnd().split('\n').slice(0, -1);
}

/** Both journals are the same, byte for byte, from the event on with which the box was enrolled. Gives how many there are. */
export async function sameJournal(relay: RelayRig, token: string, box: DrivenBox): Promise<number> {
  let here: readonly string[] = [];
  let there: readonly string[] = [];
  const complete = async (): Promise<boolean> => {
    here = await linesAtBox(box);
    there = await linesAtRelay(relay, token, box.id);
    return there.length > 0 && there.at(-1) === here.at(-1);
  };
  await until(`all events of ${box.id}`, complete, 240_000);
  const [first] = there;
  assert.ok(first !== undefined);
  const from = here.findIndex(line => seqOf(line) === seqOf(first));
  assert.ok(from <= 3, `the relay has nothing before event ${seqOf(first)}`);
  assert.deepEqual(there, here.slice(from), `the journal of ${box.id}`);
  return there.length;
}

/** Each booking ends at the box when the last change says so, and the relay knows that it does. */
export async function sameBookings(
  ask: Ask,
  box: DrivenBox,
  ends: ReadonlyMap<string, string>,
): Promise<void> {
  const { id } = box;
  const known = async (): Promise<boolean> => {
    const { items } = (await ask('GET', `/bookings?box=${id}&limit=500`)) as {
      items: readonly { id: string; onBox: string | null }[];
    };
    const its = items.filter(each => box.bookings.includes(each.id));
    return its.length === box.bookings.length && its.every(({ onBox }) => onBox !== null);
  };
  await until(`all bookings to be on ${id}`, known, 240_000);
  const text = await box.rig.must(['bookings', 'list', '--json']);
  const found = JSON.parse(text) as readonly { id: string; end: string }[];
  const shown = new Map(found.map(each => [each.id, Date.parse(each.end)]));
  for (const booking of box.bookings) {
    const end = ends.get(booking);
    assert.ok(shown.has(booking), `${id} has lost ${booking}`);
    if (end !== undefined) assert.equal(shown.get(booking), Date.parse(end), `${booking} of ${id}`);
  }
}

/** What drivers were refused for, and how often: for whoever reads the test's output. */
export async function denialsOf({ rig }: DrivenBox): Promise<string> {
  const counts = new Map<string, number>();
  for (const { type, reason } of await rig.events())
    if (type === 'denied') counts.set(reason ?? '', (counts.get(reason ?? '') ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${reason} ${count}`).join(', ') || 'none';
}
