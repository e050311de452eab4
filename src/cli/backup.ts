import { open, rename, rm } from 'node:fs/promises';
import { Fault, reasonOf } from '../base/fault.ts';
import type { Action, Task, Verb } from './action.ts';
import { exits } from './exit.ts';

const backup: Action = {
  usage: 'backup FILE',
  summary: `Copies the live database to FILE (0600): bookings, custody and events; it holds no code, PIN or phone number in clear.`,
  places: [1, 1],
  flags: [],
  async run(task) {
    const [file = ''] = task.places;
    const part = `${file}.part`;
    try {
      const bytes = await copy(task, part);
      await rename(part, file);
      task.out.document({ file, bytes });
      task.out.say(`${bytes} bytes in ${file}`);
      return exits.done;
    } catch (error) {
      await rm(part, { force: true });
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
async function copy(task: Task, part: string): Promise<number> {
  const target = await open(part, 'w', 0o600);
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
