/**
 * A box's storage at work, to be traced: `worker.ts FOLDER FULL|NORMAL GRANTS`. Each grant that was acknowledged is said in
 * the file `acks` after its commit has returned, as the lock would move then.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bookingId } from '../../src/base/brand.ts';
import { silent } from '../../src/base/log.ts';
import { openStore } from '../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../src/box/adapters/vault/vault.ts';
import { at, commitOf, entry, rowOf, useOf } from '../box/adapters/sqlite/rig.ts';

const [folder = '', synchronous = 'FULL', count = '0'] = process.argv.slice(2);
const vault = await openVault({ folder, box: 'box-1' });
const store = openStore({
  folder,
  box: 'box-1',
  vault,
  log: silent,
  machine: 'machine-1',
  synchronous: synchronous === 'NORMAL' ? 'NORMAL' : 'FULL',
});
const acks = openSync(join(folder, 'acks'), 'a');
const grants = Number(count);

store.commit(commitOf({ entries: [entry({ type: 'booted' })] }), () => {
  for (let n = 0; n < grants; n += 1) store.bookings.put(rowOf(`b${n}`, vault.fingerprint('code', `b${n}`)));
});
writeSync(acks, 'begin\n');

for (let n = 0; n < grants; n += 1) {
  const booking = bookingId(`b${n}`);
  const slot = { name: `slot/${(n % 8) + 1}`, body: JSON.stringify({ opening: booking, n }) };
  store.commit(commitOf({ entries: [entry({ booking })], uses: [useOf(booking)], parts: [slot] }, at(n)));
  writeSync(acks, `${booking}\n`);
  store.commit(
    commitOf(
      { entries: [entry({ type: 'key-taken', booking })], uses: [useOf(booking, { life: 'out' })] },
      at(n),
    ),
  );
  if (n % 3 === 0) {
    const returned = { life: 'used', codeUsed: true } as const;
    store.commit(
      commitOf(
        { entries: [entry({ type: 'key-returned', booking })], uses: [useOf(booking, returned)] },
        at(n),
      ),
    );
  }
  store.checkpointIfIdle();
}
writeSync(acks, 'end\n');
