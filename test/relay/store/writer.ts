/** A process that writes events and says on stdout which are durable, until it is killed. */

import { storeEvents } from '../../../scripts/rig/store-events.ts';
import { silent } from '../../../src/base/log.ts';
import { openPostgresStore } from '../../../src/relay/store/postgres.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';

const [engine = '', place = '', from = ''] = process.argv.slice(2);
/** Jobs that wait at one time, so that several share a commit. */
const lanes = 8;

const store =
  engine === 'sqlite'
    ? await openSqliteStore({ file: place, log: silent })
    : await openPostgresStore({ url: place, log: silent });

async function lane(box: string): Promise<void> {
  for (let seq = Number(from); ; seq += 1) {
    const event = { epoch: 1, seq, at: seq, type: 'pulsed', booking: null, line: '{}', stored: seq };
    await store.write(tx => storeEvents(tx, { account: 'a', box, enrolment: 1 }, [event]));
    process.stdout.write(`${box} ${seq}\n`);
  }
}

await Promise.all(Array.from({ length: lanes }, (_, at) => lane(`box-${at}`)));
