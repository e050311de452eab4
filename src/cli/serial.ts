import { createReadStream, type createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { exits, UsageError } from '../base/command-line/usage.ts';
import { codeOf, Fault, reasonOf } from '../base/fault.ts';
import { parseForeign } from '../base/foreign-json.ts';
import { lookMs } from '../wire/control.ts';
import type { UsedPort } from '../wire/report.ts';
import type { Action, Task, Verb } from './action.ts';
import { durationFlag } from './clock.ts';
import { untilInterrupted } from './interrupt.ts';

/** One chunk of bytes and when it came, in milliseconds since the recording began: a line of the file. */
interface Chunk {
  readonly atMs: number;
  readonly bytes: string;
}

const record: Action = {
  usage: 'serial record DEVICE FILE [--for DURATION] --why TEXT',
  summary: `Writes the raw bytes of the keypad or a reader to FILE, with their timing; Ctrl-C ends it.
A recording of a keypad holds what people type: keep it as you would keep their codes.`,
  positionals: [2, 2],
  flags: ['for', 'why'],
  needsWhy: true,
  async run(task) {
    const [device = '', file = ''] = task.positionals;
    const length = task.text('for');
    const args = {
      device,
      forMs: length === null ? lookMs.most : durationFlag(length, '--for', lookMs.most),
    };
    const target = await create(file);
    let bytes = 0;
    const item = (what: unknown): void => {
      const chunk = what as Partial<Chunk>;
      if (chunk.bytes === undefined) task.out.note(`recording ${device}`);
      else {
        bytes += Buffer.from(chunk.bytes, 'base64').length;
        target.write(`${JSON.stringify(chunk)}\n`);
      }
    };
    try {
      await task.ask('serial.record', { args, item, stop: untilInterrupted() });
    } catch (error) {
      if (bytes === 0) await rm(file, { force: true });
      throw error;
    } finally {
      await new Promise(resolve => target.end(resolve));
    }
    task.out.document({ file, bytes });
    task.out.say(`${bytes} bytes in ${file}`);
    return exits.done;
  },
};

/** Readable by its owner only, and never over something that is there. */
async function create(file: string): Promise<ReturnType<typeof createWriteStream>> {
  try {
    return (await open(file, 'wx', 0o600)).createWriteStream();
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new Fault('exists', `${file} is there already`, 'Choose another name.', error);
    throw new Fault('unwritable', `${file}: ${reasonOf(error)}`, 'Check the path and its rights.', error);
  }
}

const replay: Action = {
  usage: 'serial replay FILE TTY|- [--speed FACTOR]',
  summary: `Writes a recording to a tty or a pty, or to stdout for -, at the pace at which it came.
--speed FACTOR  so many times as fast`,
  positionals: [2, 2],
  flags: ['speed'],
  async run(task) {
    const [file = '', path = '-'] = task.positionals;
    const speed = speedFlag(task);
    const target: Writable = path === '-' ? process.stdout : await tty(path);
    const began = performance.now();
    let bytes = 0;
    for await (const { atMs, bytes: text } of chunks(file)) {
      await sleep(Math.max(0, atMs / speed - (performance.now() - began)));
      const chunk = Buffer.from(text, 'base64');
      bytes += chunk.length;
      if (!target.write(chunk)) await new Promise(resolve => target.once('drain', resolve));
    }
    if (target !== process.stdout) await new Promise<void>(resolve => target.end(() => resolve()));
    if (path !== '-') {
      task.out.document({ bytes });
      task.out.say(`${bytes} bytes`);
    }
    return exits.done;
  },
};

function speedFlag(task: Task): number {
  const text = task.text('speed');
  if (text === null) return 1;
  const speed = Number(text);
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && speed > 0) return speed;
  throw new UsageError(`--speed ${text} is no factor`, 'Such as --speed 2.');
}

async function tty(path: string): Promise<ReturnType<typeof createWriteStream>> {
  try {
    return (await open(path, 'r+')).createWriteStream();
  } catch (error) {
    throw new Fault('unwritable', `${path}: ${reasonOf(error)}`, 'Check the path and its rights.', error);
  }
}

async function* chunks(file: string): AsyncGenerator<Chunk> {
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      number += 1;
      if (line.trim() !== '') yield chunkOf(line, `${file}:${number}`);
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable', `${file}: ${reasonOf(error)}`, 'Check its path.', error);
  }
}

/** A recording lasts a week at most: no timer waits for much longer. */
const recordingMaxMs = 7 * 86_400_000;

function chunkOf(line: string, where: string): Chunk {
  try {
    const { atMs, bytes } = parseForeign(line) as { readonly atMs?: unknown; readonly bytes?: unknown };
    const isTime = typeof atMs === 'number' && atMs >= 0 && atMs <= recordingMaxMs;
    if (isTime && typeof bytes === 'string') return { atMs, bytes };
  } catch {
    // Said below: it is no line of a recording either way.
  }
  throw new Fault(
    'not-a-recording',
    `${where} is no line of a recording`,
    'Make one with smartbox serial record.',
  );
}

const list: Action = {
  usage: 'serial list',
  summary: `Shows the serial ports of this machine: the path to write into the configuration, which stays the same after the next
plug, and as what the box uses it.`,
  positionals: [0, 0],
  flags: [],
  async run(task) {
    const { listOf, listText } = await import('./serial-ports.ts');
    const used = await usedPorts(task);
    const rows = listOf(used ?? []);
    task.out.document(rows);
    task.out.say(listText(rows));
    if (used === null) task.out.note('smartboxd is away: what it uses is not known');
    return exits.done;
  },
};

/** Null: the daemon is away. */
async function usedPorts(task: Task): Promise<readonly UsedPort[] | null> {
  try {
    return (await task.ask('ports')).done as readonly UsedPort[];
  } catch (error) {
    if (error instanceof Fault && error.code === 'daemon-away') return null;
    throw error;
  }
}

export const verb: Verb = { actions: { list, record, replay } };
