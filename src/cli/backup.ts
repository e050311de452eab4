import { type FileHandle, rename, rm } from 'node:fs/promises';
import { mustBeFree, openAside } from '../base/aside.ts';
import { exits } from '../base/command-line/usage.ts';
import { Fault, reasonOf } from '../base/fault.ts';
import type { Action, Task, Verb } from './action.ts';

const backup: Action = {
  usage: 'backup FILE [--replace] [--why TEXT]',
  summary: `Copies the live database to FILE (0600): bookings, custody and events; it holds no code, PIN or phone number in clear. Over a file that is there only with --replace.`,
  positionals: [1, 1],
  flags: ['replace', 'why'],
  async run(task) {
    const [file = ''] = task.positionals;
    const replaces = task.given('replace');
    let part: string | null = null;
    try {
      if (!replaces) mustBeFree(file);
      const aside = await openAside(file);
      part = aside.path;
      const bytes = await copy(task, aside.handle);
      // It may have come while the copy was made.
      if (!replaces) mustBeFree(file);
      await rename(part, file);
      task.out.document({ file, bytes });
      task.out.say(`${bytes} bytes in ${file}`);
      return exits.done;
    } catch (error) {
      if (part !== null) await rm(part, { force: true });
      if (error instanceof Fault) throw error;
      throw new Fault(
        'unwritable',
        `${file}: ${reasonOf(error)}`,
        'Check the path, its rights and the space.',
        error,
      );
    }
  },
};

/** Whole and on the disk before it gets its name. */
async function copy(task: Task, target: FileHandle): Promise<number> {
  try {
    let bytes = 0;
    const item = async (chunk: unknown): Promise<void> => {
      const buffer = Buffer.from(String(chunk), 'base64');
      bytes += buffer.length;
      await target.write(buffer);
    };
    const { done } = await task.ask('backup', { item });
    if ((done as { bytes: number }).bytes !== bytes) throw new Error('the copy is not whole');
    await target.sync();
    return bytes;
  } finally {
    await target.close();
  }
}

export const verb: Verb = { actions: { '': backup } };
