import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { mustBeFree, openAside } from '../../../base/aside.ts';
import { exits } from '../../../base/command-line/usage.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import { dump } from '../../backup/dump.ts';
import { bytesOf } from '../../backup/lines.ts';
import { checkPassphrase, open as openSealed, seal } from '../../backup/sealed-file.ts';
import type { RelayConfig } from '../../config/model.ts';
import { openRelay } from '../open-store.ts';
import { noteDeed } from './note-deed.ts';
import { passphraseOf } from './passphrase.ts';
import type { Task, Verb } from './verb.ts';

const saltBytes = 16;

/** A relay may run meanwhile: what it holds at one instant is what is copied. */
export const backup: Verb = {
  usage: 'backup FILE --passphrase-file FILE|- [--replace]',
  summary:
    'writes database, signing keys and the key at rest into one encrypted file; over one that is there only with --replace',
  flags: ['passphrase-file', 'replace'],
  positionals: [1, 1],
  async run(task) {
    const [file = ''] = task.positionals;
    const replaces = task.given('replace');
    if (!replaces) mustBeFree(file);
    const passphrase = passphraseOf(task, process.env).reveal();
    checkPassphrase(passphrase);
    mustBeThere(task.config);
    const { store, key } = await openRelay(task.config, task.log);
    try {
      const atRest = Buffer.from(key.reveal(), 'hex');
      // Whoever has the copy has everything: that it was made is seen, also in the copy itself.
      await noteDeed(store, { what: 'backup-made', subject: 'relay' });
      const lines = dump(store, { atRest, nowMs: Date.now() });
      const parts = seal(bytesOf(lines), passphrase, randomBytes(saltBytes));
      await writeWhole(file, parts, replaces);
    } finally {
      await store.close();
    }
    await proven(file, passphrase, task);
    return exits.done;
  },
};

/** A copy of what opening it has just made would look like one, night after night. @throws Fault `no-database` */
function mustBeThere({ store }: RelayConfig): void {
  if (store.kind !== 'sqlite' || existsSync(store.file)) return;
  const hint = 'Name the configuration of the relay with --config, or its folder with --data.';
  throw new Fault('no-database', `there is no database ${store.file} to copy`, hint);
}

/** On the disk before it gets its name. */
async function writeWhole(file: string, parts: AsyncIterable<Buffer>, replaces: boolean): Promise<void> {
  let aside: string | null = null;
  try {
    const { path, handle } = await openAside(file);
    aside = path;
    try {
      for await (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // It may have come while the copy was made.
    if (!replaces) mustBeFree(file);
    await rename(aside, file);
  } catch (error) {
    if (aside !== null) await rm(aside, { force: true });
    if (error instanceof Fault) throw error;
    throw new Fault(
      'unwritable',
      `${file}: ${reasonOf(error)}`,
      'Check the path, its rights and the space.',
      error,
    );
  }
}

/** A backup that does not open is none: it is read back to its end. */
async function proven(file: string, passphrase: string, task: Task): Promise<void> {
  let bytes = 0;
  for await (const part of openSealed(createReadStream(file), passphrase)) bytes += part.length;
  task.say(`${file} holds ${bytes} bytes, read back to the end; without the passphrase nobody can open it`);
}
