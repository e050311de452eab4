import { createReadStream, readFileSync } from 'node:fs';
import { Fault, reasonOf } from '../base/fault.ts';
import { replyMaxBytes } from '../wire/control.ts';
import { LineCutter } from '../wire/lines.ts';
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
    const { verifyLines } = await import('../wire/verify.ts');
    const verdict = await verifyLines(linesOf(file), { publicKey });
    if (!verdict.whole) {
      const { harm, line, message } = verdict;
      throw new Fault(
        harm,
        `${harm}: line ${line}: ${plain(message)}`,
        'Do not rely on this file; export it anew.',
      );
    }
    const { checkpoint, keyKnown } = verdict;
    const { box, from, to, count, key } = checkpoint;
    task.out.document({ whole: true, box, from, to, count, key, keyKnown });
    task.out.say(`whole: ${count} events of ${plain(box)}, ${from} to ${to}`);
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

async function* linesOf(file: string): AsyncGenerator<string> {
  const cutter = new LineCutter(replyMaxBytes);
  try {
    for await (const chunk of createReadStream(file)) yield* cutter.push(chunk as Buffer);
  } catch (error) {
    if (error instanceof Fault)
      throw new Fault('edited', `edited: ${file}: ${error.message}`, 'Export it anew.');
    throw new Fault('unreadable', `${file}: ${reasonOf(error)}`, 'Check its path.', error);
  }
  const rest = cutter.rest();
  if (rest !== '') yield rest;
}
