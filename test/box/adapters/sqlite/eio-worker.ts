/** Forty grants on a disk whose syncs fail now and then; prints which were acknowledged. `eio-worker.ts FOLDER` */
import { bookingId } from '../../../../src/base/brand.ts';
import { codeOf } from '../../../../src/base/fault.ts';
import { silent } from '../../../../src/base/log.ts';
import { openStore } from '../../../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../../../src/box/adapters/vault/vault.ts';
import { commitOf, entry, rowOf, useOf } from './rig.ts';

const [folder = ''] = process.argv.slice(2);
const vault = await openVault({ folder, box: 'box-1' });
const store = openStore({ folder, box: 'box-1', vault, log: silent, machine: 'machine-1' });
const ids = Array.from({ length: 40 }, (_, n) => `b${n}`);
store.commit(commitOf(), () => {
  for (const id of ids) store.bookings.put(rowOf(id, vault.fingerprint('code', id)));
});
const acked: string[] = [];
const refused: string[] = [];
for (const id of ids) {
  const booking = bookingId(id);
  try {
    store.commit(commitOf({ entries: [entry({ booking })], uses: [useOf(booking)] }));
    acked.push(id);
  } catch (error) {
    refused.push(`${id} ${codeOf(error)}`);
  }
}
store.close();
console.log(JSON.stringify({ acked, refused }));
