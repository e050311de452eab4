import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Fault, reasonOf } from '../../base/fault.ts';
import { dump } from '../backup/dump.ts';
import { bytesOf } from '../backup/lines.ts';
import { checkPassphrase, open as openSealed, seal } from '../backup/sealed-file.ts';
import { openRelay } from '../opened.ts';
import { passphraseOf } from './passphrase.ts';
import { exits, type Task, type Verb } from './verb.ts';

const saltBytes = 16;

/** A relay may run meanwhile: what it holds at one instant is what is copied. */
export const backup: Verb = {
  usage: 'backup FILE --passphrase-file FILE|-',
  summary: 'writes database, signing keys and the key at rest into one encrypted file',
  flags: ['passphrase-file'],
  places: [1, 1],
  async run(task) {
    const [file = ''] = task.places;
    const passphrase = passphraseOf(task, process.env).reveal();
    checkPassphrase(passphrase);
    const { store, key } = await openRelay(task.config, task.log);
    try {
      const atRest = Buffer.from(key.reveal(), 'hex');
      const lines = dump(store, { atRest, nowMs: Date.now() });
      await writeWhole(file, seal(bytesOf(lines), passphrase, randomBytes(saltBytes)));
    } finally {
      await store.close();
    }
    await proven(file, passphrase, task);
    return exits.done;
  },
};

/** On the disk before it gets its name. */
async function writeWhole(file: string, parts: AsyncIterable<Buffer>): Promise<void> {
  const aside = `${file}.part`;
  try {
    const target = await open(aside, 'w', 0o600);
    try {
      for await (const part of parts) await target.writeFile(part);
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
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
