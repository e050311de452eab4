import { readFileSync } from 'node:fs';
import { Fault, reasonOf } from '../base/fault.ts';
import type { Action, Task } from './action.ts';
import { exits, UsageError } from './exit.ts';
import { plain } from './table.ts';

export const verify: Action = {
  usage: 'events verify FILE [--key FILE]',
  summary: `Says whether an export is whole, or what was done to it: cut, edited, re-ordered, truncated. Needs no daemon.
--key FILE  the box's public key (64 hex digits), as smartbox status --json told it before`,
  places: [1, 1],
  flags: ['key'],
  async run(task) {
    const [file = ''] = task.places;
    const publicKey = keyOf(task);
    // Loaded here: nothing else that a technician types needs the cryptography.
    const [{ verifyFile }, { chainReady }] = await Promise.all([
      import('../wire/verify.ts'),
      import('../wire/chain.ts'),
    ]);
    await chainReady;
    const verdict = verifyFile(bytesOf(file), publicKey === null ? {} : { publicKey });
    if (!verdict.ok) {
      const { word, line, message } = verdict;
      throw new Fault(
        word,
        `${word}: line ${line}: ${plain(message)}`,
        'Do not rely on this file; export it anew.',
      );
    }
    const { checkpoint, keyKnown, missing } = verdict;
    const { box, from, to, count, key } = checkpoint;
    task.out.document({ whole: true, box, from, to, count, key, keyKnown, missing });
    task.out.say(`whole: ${count} events of ${plain(box)}, ${from} to ${to}`);
    for (const gap of missing) task.out.say(`the box itself had lost events ${gap.from} to ${gap.to}`);
    task.out.say(
      keyKnown
        ? 'signed by the key that you gave'
        : `signed by a key that is not known to you: ${key}\nCompare it with the one that you noted (smartbox status --json), or give --key FILE.`,
    );
    return exits.done;
  },
};

/** @throws UsageError */
function keyOf(task: Task): string | null {
  const file = task.text('key');
  if (file === null) return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim().toLowerCase();
  } catch (error) {
    throw new UsageError(`--key ${file}: ${reasonOf(error)}`, 'Give a file that holds the key.');
  }
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new UsageError(`--key ${file} holds no public key`, 'It is 64 hexadecimal digits.');
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Fault('unreadable', `${file}: ${reasonOf(error)}`, 'Check its path.', error);
  }
}
