import { createReadStream, existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { Fault } from '../../base/fault.ts';
import { linesOf } from '../backup/lines.ts';
import { type Loaded, load } from '../backup/load.ts';
import { open as openSealed } from '../backup/sealed-file.ts';
import { lockData, ownFolder } from '../data-lock.ts';
import { openStore } from '../opened.ts';
import { atRestKey, keyVariable } from '../secrets/key-source.ts';
import type { RelayStore } from '../store/store.ts';
import { passphraseOf } from './passphrase.ts';
import { exits, type Task, type Verb } from './verb.ts';

export const restore: Verb = {
  usage: 'restore FILE --passphrase-file FILE|- [--replace]',
  summary: 'puts a backup in place, with every relay stopped; all boxes then take their sets anew',
  flags: ['passphrase-file', 'replace'],
  places: [1, 1],
  async run(task) {
    const [file = ''] = task.places;
    if (!existsSync(file)) throw new Fault('backup-unknown', `there is no file ${file}`, 'Name the backup.');
    const passphrase = passphraseOf(task, process.env).reveal();
    ownFolder(task.config.data);
    const unlock = lockData(task.config.data);
    try {
      const done = await putBack(task, () => linesOf(openSealed(createReadStream(file), passphrase)));
      const when = new Date(done.at).toISOString();
      task.say(`${done.rows} rows of ${when} are restored; the relay epoch is ${done.epoch} now`);
      task.say('tokens that were revoked since then are good again: smartbox-relay token list');
    } finally {
      unlock();
    }
    return exits.done;
  },
};

async function putBack(task: Task, lines: () => AsyncIterable<string>): Promise<Loaded> {
  const { config, log } = task;
  const store = await openStore(config, log);
  try {
    await mustBeStopped(store);
    const replace = task.given('replace');
    const nowMs = Date.now();
    return await load(store, lines(), { replace, nowMs, key: atRest => keepKey(atRest, task) });
  } finally {
    await store.close();
  }
}

/** On PostgreSQL a copy may run on another machine. */
async function mustBeStopped(store: RelayStore): Promise<void> {
  const held = await store.db
    .selectFrom('share')
    .select('copy')
    .where('copy', 'is not', null)
    .where('until', '>', Date.now())
    .limit(1)
    .executeTakeFirst();
  if (held !== undefined)
    throw new Fault(
      'relay-running',
      'a relay runs on this database',
      'Stop every copy, and wait ten seconds.',
    );
}

/**
 * In the transaction, before it is committed: a database without its key is worth nothing, a key without its database does
 * no harm. A key that is given from outside must be the right one already.
 */
async function keepKey(atRest: Uint8Array, { config, say }: Task): Promise<void> {
  const { keyFile } = config.secrets;
  const fromOutside =
    process.env[keyVariable] !== undefined || process.env.CREDENTIALS_DIRECTORY !== undefined;
  if (fromOutside || existsSync(keyFile)) {
    const mine = atRestKey({ file: keyFile, env: process.env }).reveal();
    if (Buffer.from(mine, 'hex').equals(Buffer.from(atRest))) return;
    if (fromOutside)
      throw new Fault(
        'secret-key',
        'the key from the environment is not the one of this backup',
        `Start without it (${keyVariable}, credential), and the key comes from the backup.`,
      );
    await rename(keyFile, `${keyFile}.before-restore`);
    say(`the key that was there is kept as ${keyFile}.before-restore`);
  }
  const target = await open(keyFile, 'wx', 0o600);
  await target.writeFile(atRest);
  await target.sync();
  await target.close();
}
