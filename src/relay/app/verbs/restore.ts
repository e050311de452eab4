import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { wall } from '../../../base/brand.ts';
import { exits } from '../../../base/command-line/usage.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import { linesOf } from '../../backup/lines.ts';
import { type Loaded, load } from '../../backup/load.ts';
import { type OpenIdentity, openedIdentities } from '../../backup/newer-keys.ts';
import { open as openSealed } from '../../backup/sealed-file.ts';
import { ensureFirstAccount, firstAccount } from '../../domain/accounts.ts';
import { audit } from '../../domain/audit.ts';
import { openAtRest } from '../../secrets/at-rest.ts';
import { atRestKey, keyVariable } from '../../secrets/key-source.ts';
import type { RelayStore } from '../../store/store.ts';
import { lockData, ownFolder } from '../data-lock.ts';
import { openStore } from '../open-store.ts';
import { passphraseOf } from './passphrase.ts';
import type { Task, Verb } from './verb.ts';

export const restore: Verb = {
  usage: 'restore FILE --passphrase-file FILE|- [--replace]',
  summary:
    'puts a backup in place, with every relay stopped; all boxes then take their sets anew; --replace: in place of the boxes that are there',
  flags: ['passphrase-file', 'replace'],
  positionals: [1, 1],
  async run(task) {
    const [file = ''] = task.positionals;
    if (!existsSync(file)) throw new Fault('backup-unknown', `there is no file ${file}`, 'Name the backup.');
    const passphrase = passphraseOf(task, process.env).reveal();
    ownFolder(task.config.data);
    const unlock = lockData(task.config.data);
    try {
      const done = await putBack(task, () => linesOf(openSealed(bytesIn(file), passphrase)));
      const when = new Date(done.at).toISOString();
      task.say(`${done.rows} rows of ${when} are restored; the relay epoch is ${done.epoch} now`);
      if (done.keysKept > 0)
        task.say(
          `${done.keysKept} signing keys that were made since then are kept: boxes that know them are heard`,
        );
      task.say(
        'if “key rotate” ran since then elsewhere, boxes do not hear this relay: see smartbox-relay doctor',
      );
      task.say('tokens that were revoked since then are good again: smartbox-relay token list');
      task.say(
        'so are people who were disabled, and passwords and recovery codes of then: smartbox-relay person list',
      );
    } finally {
      unlock();
    }
    return exits.done;
  },
};

/** @throws Fault `backup-unknown` where it is a folder, or somebody else's */
async function* bytesIn(file: string): AsyncIterable<Buffer> {
  try {
    for await (const part of createReadStream(file)) yield part as Buffer;
  } catch (error) {
    throw new Fault('backup-unknown', `cannot read ${file}: ${reasonOf(error)}`, 'Name the backup.', error);
  }
}

async function putBack(task: Task, lines: () => AsyncIterable<string>): Promise<Loaded> {
  const { config, log } = task;
  const store = await openStore(config, log);
  try {
    await mustBeStopped(store);
    const replace = task.given('replace');
    const nowMs = Date.now();
    const identities = await keysOfBefore(store, task);
    const key = (atRest: Uint8Array): Promise<void> => keepKey(atRest, task);
    const done = await load(store, lines(), { replace, nowMs, identities, key });
    await noteRestore(store, done);
    return done;
  } finally {
    await store.close();
  }
}

/** Of what was done since the backup nothing is in the audit any more: that says where it went. */
const noteRestore = (store: RelayStore, { epoch }: Loaded): Promise<void> =>
  store.write(async tx => {
    const now = wall(Date.now());
    await ensureFirstAccount(tx, now);
    const by = { tx, account: firstAccount, who: 'command line', random: randomBytes, now };
    await audit(by, 'backup-restored', 'relay', `relay epoch ${epoch}`);
  });

/** None where there is no database yet, or its key at rest is not here: then it says nothing to us. */
async function keysOfBefore(store: RelayStore, { config, say }: Task): Promise<readonly OpenIdentity[]> {
  const rows = await store.db.selectFrom('identity').selectAll().orderBy('number').execute();
  if (rows.length === 0) return [];
  try {
    const key = atRestKey({ file: config.secrets.keyFile, env: process.env });
    return openedIdentities(rows, await openAtRest(key));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    say(`the signing keys that were here cannot be kept: ${error.message}`);
    return [];
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
