/** Opens the store of FOLDER and stays: `holding-worker.ts FOLDER` */
import { silent } from '../../../../src/base/log.ts';
import { openStore } from '../../../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../../../src/box/adapters/vault/vault.ts';

const [folder = ''] = process.argv.slice(2);
const vault = await openVault({ folder, box: 'box-1' });
const store = openStore({ folder, box: 'box-1', vault, log: silent, machine: 'machine-1' });
console.log(store.load().lastSeq);
// Something must hold the store: one that nobody can reach is collected, and its locks with it.
setInterval(() => store.load(), 60_000);
