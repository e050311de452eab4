import { readBounded } from '../base/bounded-file.ts';
import { exits, UsageError } from '../base/command-line/usage.ts';
import { Fault, reasonOf } from '../base/fault.ts';
import type { Failure, Intact, Sound } from '../wire/verify.ts';
import type { Action } from './action.ts';
import { plain } from './table.ts';

const keyFileMaxBytes = 1_048_576;
/** Years of a busy box. */
const exportMaxBytes = 1_073_741_824;

export const verify: Action = {
  usage: 'events verify FILE [--key FILE]…',
  summary: `Says whether an export is whole, or what was done to it: cut, edited, re-ordered, truncated. Needs no daemon.
--key FILE  the box's public key (64 hex digits), as smartbox status --json told it before. A box that was replaced has more than
            one: give the flag more than once, or a file with a key a line`,
  positionals: [1, 1],
  flags: ['key'],
  repeats: ['key'],
  async run(task) {
    const [file = ''] = task.positionals;
    const publicKeys = keysOf(task.texts('key'));
    // Loaded here: nothing else that a technician types needs the cryptography.
    const [{ verifyFile }, { chainReady }] = await Promise.all([
      import('../wire/verify.ts'),
      import('../wire/chain.ts'),
    ]);
    await chainReady;
    const verification = verifyFile(bytesOf(file), publicKeys === null ? {} : { publicKeys });
    if (!verification.ok) throw faultOf(file, verification);
    const { parts, keyKnown, missing } = verification;
    const [{ box, from, key }] = parts;
    const to = (parts.at(-1) ?? parts[0]).to;
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    const whole = parts.every(({ leftOut }) => leftOut === null);
    task.out.document({ whole, box, from, to, count, key, keyKnown, missing, parts });
    for (const line of said(verification)) task.out.say(line);
    return exits.done;
  },
};

function said({ parts, keyKnown, missing }: Intact): readonly string[] {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const title = `whole: ${count} events of ${plain(parts[0].box)}, in ${parts.length} parts:`;
  const keys = [...new Set(parts.map(part => part.key))];
  const [one, known] = keys.length === 1 ? ['a key that is', 'the key'] : ['keys that are', 'keys'];
  return [
    ...(parts.length > 1 ? [title] : []),
    ...parts.flatMap(part => partSaid(part, parts.length > 1)),
    ...missing.map(gap => `the box itself had lost events ${gap.from} to ${gap.to}`),
    keyKnown
      ? `signed by ${known} that you gave`
      : `signed by ${one} not known to you: ${keys.join(', ')}\nCompare it with the one that you noted (smartbox status --json), or give --key FILE.`,
  ];
}

/** Of a range its end and all that follows its beginning is proven; where it begins is what whoever made the copy says. */
function partSaid(
  { box, from, to, count, range, leftOut, behind }: Sound,
  isOneOfMany: boolean,
): readonly string[] {
  const events =
    count === 0
      ? `no events; the journal of ${plain(box)} ended with event ${to} when it was signed`
      : `${count} events of ${plain(box)}, ${from} to ${to}`;
  const first = isOneOfMany ? `  ${events}` : `${range ? `whole from event ${from} on` : 'whole'}: ${events}`;
  if (!range && behind === null) return [first];
  const until =
    behind === null
      ? []
      : [
          `It ends at ${to} because whoever made this copy wanted no more: events ${behind.from} to ${behind.to} stand behind it to prove that none is missing there.`,
        ];
  if (!range) return [first, ...until];
  return [
    first,
    ...until,
    'a range: proven is that none of these events was changed or moved, and that none is missing between them or up to that end.',
    `Not proven is that it was meant to begin at ${from}: no signature stands under that. ${
      leftOut === null
        ? 'Events of before may be missing, too.'
        : `Events ${leftOut.from} to ${leftOut.to}, which the box has signed, are not in this file.`
    }`,
  ];
}

function faultOf(file: string, { word, line, message, unsigned }: Failure): Fault {
  if (word === 'not-a-journal')
    return new Fault(word, `${plain(file)} is not a journal: ${plain(message)}`, jsonlOnly);
  const hint = unsigned === true ? unsignedHint : 'Do not rely on this file; export it anew.';
  return new Fault(word, `${word}: line ${line}: ${plain(message)}`, hint);
}

const unsignedHint =
  'Nothing says that anybody has cut it: the box has a program that gives relays no checkpoint. Update the box and export it anew, or use smartbox events export at the box.';
const jsonlOnly =
  'Give what smartbox events export wrote: --format jsonl, for csv is for spreadsheets and has no signature.';

/** Null: none was given. @throws UsageError */
function keysOf(files: readonly string[]): readonly string[] | null {
  return files.length === 0 ? null : files.flatMap(keysIn);
}

/** @throws UsageError */
function keysIn(file: string): readonly string[] {
  let text: string;
  try {
    text = readBounded(file, { maxBytes: keyFileMaxBytes, pipes: true }).toString('utf8');
  } catch (error) {
    throw new UsageError(`--key ${file}: ${reasonOf(error)}`, 'Give a file that holds the key.');
  }
  const keys = text
    .toLowerCase()
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  if (keys.length > 0 && keys.every(key => /^[0-9a-f]{64}$/.test(key))) return keys;
  throw new UsageError(
    `--key ${file} holds no public key`,
    'It is 64 hexadecimal digits; of several, one a line.',
  );
}

function bytesOf(file: string): Uint8Array {
  try {
    return readBounded(file, { maxBytes: exportMaxBytes, pipes: true });
  } catch (error) {
    throw new Fault('unreadable', `${file}: ${reasonOf(error)}`, 'Check its path.', error);
  }
}
