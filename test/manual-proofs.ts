/** Which tests hold each row of the table of docs/failures.md. */

/** A file of tests, and what the name of one in it begins with or holds. */
export type Proof = readonly [file: string, name: string];

export const proofs: Readonly<Record<string, readonly Proof[]>> = {
  'relay or network away, any length': [
    ['test/relay/blackbox/whole.test.ts', 'while the relay is away the box goes on'],
    ['test/box/core/staleness.test.ts', '25. staleness'],
    ['test/scripts/demo.test.ts', 'the tour tells its story to the end'],
    ['test/relay/domain/box-faults.test.ts', 'a box that is away for a quarter of an hour is a Problem'],
    [
      'test/relay/blackbox/more-faults.all.test.ts',
      'what is wrong with doors, keys, codes, words, the link and the clock',
    ],
  ],
  'broker restarts, half-open TCP, duplicate or reordered messages': [
    ['test/wire/mqtt/faults.test.ts', 'a half-open link is found within 65 s'],
    ['test/relay/broker/mosquitto.test.ts', 'a broker that is killed and comes back is found again'],
    ['test/relay/core/session/walk.test.ts', 'nothing was lost or doubled'],
    ['test/box/relay-client/walk.test.ts', 'seed '],
    ['test/relay/blackbox/mosquitto.all.test.ts', 'boxes come over TLS to a Mosquitto'],
  ],
  'power cut at any instant': [
    ['test/torture/kill.all.test.ts', 'no kill makes the box forget, invent or repeat'],
    ['test/box/core/boot.test.ts', '7. after a restart'],
    ['test/relay/blackbox/faults.all.test.ts', 'what is wrong at a box is seen by its administrators'],
  ],
  'process killed or frozen during a pulse': [
    ['test/blackbox/process.test.ts', 'a killed daemon leaves no lock powered'],
    ['test/blackbox/process.test.ts', 'a frozen daemon leaves no lock powered'],
    ['test/box/adapters/gpio/guard.test.ts', 'frozen, not dead: the lock is off at the hard limit'],
    ['test/relay/blackbox/faults.all.test.ts', 'what is wrong at a box is seen by its administrators'],
  ],
  'disk or process stands still for seconds': [
    ['test/blackbox/stalls.test.ts', 'the process stands still while the door is pulled'],
    ['test/blackbox/stalls.test.ts', 'a code that the disk kept waiting too long powers no lock'],
    ['test/blackbox/outdated.all.test.ts', 'a code of too long ago opens for nobody'],
    ['test/blackbox/frozen-guard.test.ts', 'a code is served under the next one'],
    ['test/blackbox/frozen-disk.all.test.ts', 'a disk that stands still stops no driver'],
  ],
  'clock wrong, backwards, 1970, a year ahead': [
    ['test/box/core/clock.test.ts', '23. behind and ahead'],
    ['test/box/core/clock.test.ts', 'a restart with the clock in 1970'],
    ['test/box/relay-client/talk.test.ts', 'the sync age 0 and the clock synced'],
    ['test/relay/domain/box-faults.test.ts', 'each names the box and what has it'],
    [
      'test/relay/blackbox/more-faults.all.test.ts',
      'what is wrong with doors, keys, codes, words, the link and the clock',
    ],
    ['test/wire/tls/dated-trust.test.ts', 'a server that was let in on trust goes when the time is known'],
    ['test/relay/blackbox/clock-behind.all.test.ts', 'a box 60 days back is enrolled and hears the time'],
  ],
  'keypad or reader unplugged and back': [
    ['test/blackbox/inputs.test.ts', 'a keypad that is unplugged and back is lost, back, and works'],
    ['test/box/adapters/serial/supervisor.test.ts', 'unplugged it is down, plugged in again it is up'],
    ['test/relay/blackbox/faults.all.test.ts', 'what is wrong at a box is seen by its administrators'],
  ],
  'garbage, flooding or hostile bytes on serial': [
    ['test/box/adapters/serial/fuzz.test.ts', 'any bytes (SEED='],
    ['test/box/adapters/serial/supervisor.test.ts', 'a MB of garbage'],
    ['test/blackbox/keypads.test.ts', 'bytes that are no keys, a flood of them'],
  ],
  'door sensor stuck': [
    ['test/box/core/sensors.test.ts', 'a door sensor stuck open, with presence'],
    ['test/box/core/sensors.test.ts', 'a door sensor stuck open, without presence'],
    ['test/relay/blackbox/faults.all.test.ts', 'what is wrong at a box is seen by its administrators'],
  ],
  'lock jammed': [
    ['test/box/core/life.test.ts', '3 pulses in all, then jammed'],
    ['test/box/core/return.test.ts', 'jammed, and the next asking opens elsewhere'],
    ['test/relay/blackbox/faults.all.test.ts', 'what is wrong at a box is seen by its administrators'],
  ],
  'disk full or read-only': [
    ['test/blackbox/bad-disk.test.ts', 'a full disk stops takes, lets returns in'],
    ['test/blackbox/bad-disk.test.ts', 'a box starts on a read-only disk'],
    ['test/relay/core/box-faults.test.ts', 'a disk that refuses'],
    [
      'test/relay/blackbox/more-faults.all.test.ts',
      'a disk that takes no writes is a Problem while it takes none',
    ],
  ],
  'database damaged': [
    ['test/box/adapters/sqlite/recovery.test.ts', 'store: damage'],
    ['test/box/core/unknown-places.test.ts', 'phone + PIN takes a key that presence sees in'],
    ['test/box/core/unknown-places.test.ts', 'a void code brings back a key whose slot is empty'],
    [
      'test/box/relay-client/enrol.test.ts',
      'a new database takes the enrolment from the file, and asks for all',
    ],
    ['test/relay/core/box-faults.test.ts', 'a database that was lost'],
    [
      'test/relay/blackbox/more-faults.all.test.ts',
      'a disk that takes no writes is a Problem while it takes none',
    ],
  ],
  'relay restored from an old copy': [
    ['test/relay/blackbox/whole.test.ts', 'yesterday’s copy under a box that went on'],
    ['test/relay/boxes/whole.test.ts', 'yesterday’s copy under a running fleet'],
  ],
  'the broker’s certificate ends, or boxes would not believe it': [
    ['test/relay/blackbox/certificates.all.test.ts', 'certificates and authorities change under a box'],
    ['test/relay/broker/certificates/broker-certificates.test.ts', 'the end is a Problem 14 days ahead'],
    [
      'test/relay/broker/certificates/outside-certificate.test.ts',
      'its end is told two weeks and two days ahead',
    ],
  ],
  'hostile broker, or another box’s credentials': [
    ['test/box/relay-client/command-handler.test.ts', 'what is not the relay’s word'],
    ['test/relay/boxes/hostile.test.ts', 'garbage, other keys, other boxes and huge messages on every topic'],
    ['test/relay/broker/mosquitto.test.ts', 'a box neither hears nor says anything outside its own topics'],
    ['test/relay/broker/embedded.test.ts', 'a box that publishes on'],
    ['test/relay/core/box-faults.test.ts', 'words that are not the relay’s'],
    [
      'test/relay/blackbox/more-faults.all.test.ts',
      'what is wrong with doors, keys, codes, words, the link and the clock',
    ],
  ],
};

export interface Ran {
  /** Files that were run. */
  readonly asked: ReadonlySet<string>;
  /** By file, the names of the tests that passed; what was skipped has not. */
  readonly passed: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Proofs of which no test passed. One in a file that this run does not take (`*.all.test.ts`) is left to the long run. */
export function unproven(
  named: Readonly<Record<string, readonly Proof[]>>,
  { asked, passed }: Ran,
): readonly { readonly row: string; readonly proof: Proof }[] {
  return Object.entries(named).flatMap(([row, all]) =>
    all
      .filter(([file]) => asked.has(file))
      .filter(([file, name]) => ![...(passed.get(file) ?? [])].some(each => each.includes(name)))
      .map(proof => ({ row, proof })),
  );
}
