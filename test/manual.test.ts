/** The manual's table of failures (README, “When things fail”): each row is held by tests, which are named here. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** A file of tests, and the name of one in it (or the part that is written out). */
type Proof = readonly [file: string, name: string];

const proofs: Readonly<Record<string, readonly Proof[]>> = {
  'relay or network away, any length': [
    ['test/relay/blackbox/whole.test.ts', 'while the relay is away the box goes on'],
    ['test/box/core/staleness.test.ts', '25. staleness'],
    ['test/scripts/demo.test.ts', 'the tour tells its story to the end'],
  ],
  'broker restarts, half-open TCP, duplicate or reordered messages': [
    ['test/wire/mqtt/faults.test.ts', 'a half-open link is found within 65 s'],
    ['test/relay/broker/mosquitto.test.ts', 'a broker that is killed and comes back is found again'],
    ['test/relay/core/session/walk.test.ts', 'nothing was lost or doubled'],
    ['test/box/uplink/walk.test.ts', 'seed '],
  ],
  'power cut at any instant': [
    ['test/torture/kill.all.test.ts', 'no kill makes the box forget, invent or repeat'],
    ['test/box/core/boot.test.ts', '7. after a restart'],
  ],
  'process killed or frozen during a pulse': [
    ['test/blackbox/process.test.ts', 'a killed daemon leaves no lock powered'],
    ['test/blackbox/process.test.ts', 'a frozen daemon leaves no lock powered'],
    ['test/box/adapters/gpio/guard.test.ts', 'frozen, not dead: the lock is off at the hard limit'],
  ],
  'clock wrong, backwards, 1970, a year ahead': [
    ['test/box/core/clock.test.ts', '23. behind and ahead'],
    ['test/box/core/clock.test.ts', 'a restart with the clock in 1970'],
    ['test/box/uplink/talk.test.ts', 'the sync age 0 and the clock synced'],
  ],
  'keypad or reader unplugged and back': [
    ['test/blackbox/inputs.test.ts', 'a keypad that is unplugged and back is lost, back, and works'],
    ['test/box/adapters/serial/supervisor.test.ts', 'unplugged it is down, plugged in again it is up'],
  ],
  'garbage, flooding or hostile bytes on serial': [
    ['test/box/adapters/serial/fuzz.test.ts', 'any bytes (SEED='],
    ['test/box/adapters/serial/supervisor.test.ts', 'a MB of garbage'],
  ],
  'door sensor stuck': [
    ['test/box/core/sensors.test.ts', 'a door sensor stuck open, with presence'],
    ['test/box/core/sensors.test.ts', 'a door sensor stuck open, without presence'],
  ],
  'lock jammed': [
    ['test/box/core/life.test.ts', '3 pulses in all, then jammed'],
    ['test/box/core/return.test.ts', 'jammed, and the next asking opens elsewhere'],
  ],
  'disk full or read-only': [
    ['test/blackbox/bad-disk.test.ts', 'a full disk stops takes, lets returns in'],
    ['test/blackbox/bad-disk.test.ts', 'a box starts on a read-only disk'],
  ],
  'database damaged': [
    ['test/box/adapters/sqlite/recovery.test.ts', 'store: damage'],
    ['test/box/core/unknown-places.test.ts', 'phone + PIN takes a key that presence sees in'],
    ['test/box/core/unknown-places.test.ts', 'a void code brings back a key whose slot is empty'],
    ['test/box/uplink/enrol.test.ts', 'a new database takes the enrolment from the file, and asks for all'],
  ],
  'relay restored from an old copy': [
    ['test/relay/blackbox/whole.test.ts', 'yesterday’s copy under a box that went on'],
    ['test/relay/fleet/whole.test.ts', 'yesterday’s copy under a running fleet'],
  ],
  'hostile broker, or another box’s credentials': [
    ['test/box/uplink/orders.test.ts', 'what is not the relay’s word'],
    ['test/relay/fleet/hostile.test.ts', 'garbage, other keys, other boxes and huge messages on every topic'],
    ['test/relay/broker/mosquitto.test.ts', 'a box neither hears nor says anything outside its own topics'],
    ['test/relay/broker/embedded.test.ts', 'a box that publishes on'],
  ],
};

const plainly = (text: string): string => text.trim().replaceAll("'", '’');

/** The first cell of each row below the heading. */
function rowsOf(readme: string): readonly string[] {
  const [, section = ''] = readme.split('## When things fail\n');
  const table = section.split('\n').filter((line, at, all) => line.startsWith('|') && isFirstTable(all, at));
  return table.slice(2).map(line => plainly(line.split('|')[1] ?? ''));
}

const isFirstTable = (lines: readonly string[], at: number): boolean =>
  lines
    .slice(
      lines.findIndex(line => line.startsWith('|')),
      at,
    )
    .every(line => line.startsWith('|'));

test('each row of the table has its tests, and no test stands for a row that is gone', () => {
  const rows = rowsOf(readFileSync(join(root, 'README.md'), 'utf8'));
  assert.deepEqual([...rows].sort(), Object.keys(proofs).sort());
});

for (const [row, named] of Object.entries(proofs))
  test(`${row}: what is said to hold it is there`, () => {
    assert.ok(named.length > 0);
    for (const [file, name] of named)
      assert.ok(readFileSync(join(root, file), 'utf8').includes(name), `${file} has no test “${name}”`);
  });
