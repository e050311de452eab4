import { connect, type Socket } from 'node:net';
import type { Json } from '../base/canonical.ts';
import { codeOf, Fault, reasonOf } from '../base/fault.ts';
import {
  type ControlError,
  type ControlHello,
  type ControlReply,
  type ControlRequest,
  controlVersion,
  replyMaxBytes,
} from '../wire/control.ts';
import { LineCutter } from '../wire/lines.ts';

/** How long a daemon may take to greet. */
const greetingMs = 5_000;

export interface Asking {
  readonly args?: { readonly [name: string]: Json | undefined };
  /** Lines that follow the request. */
  readonly rows?: readonly Json[];
  /** Called for each line of the answer, in order; the next is not read before this is over. */
  readonly item?: (value: unknown, hello: ControlHello) => Promise<void> | void;
  /** Ends an answer that goes on for ever; what came so far counts. */
  readonly stop?: AbortSignal;
}

export interface Answer {
  readonly hello: ControlHello;
  readonly done: unknown;
}

/** The daemon refused, and this is what it said. */
class Refusal extends Fault {
  readonly problems: readonly Json[] | undefined;

  constructor({ code, message, hint, problems }: ControlError) {
    super(code, message, hint);
    this.problems = problems;
  }

  override toJSON(): ReturnType<Fault['toJSON']> {
    const base = super.toJSON();
    return this.problems === undefined ? base : { ...base, ...{ problems: this.problems } };
  }
}

/**
 * One request over the control socket.
 * @throws Fault `daemon-away`, `no-access`, `version`, or what the daemon refuses with
 */
export async function askDaemon(
  path: string,
  request: Pick<ControlRequest, 'op' | 'who' | 'why'>,
  asking: Asking = {},
): Promise<Answer> {
  const socket = await open(path);
  const stop = (): void => void socket.destroy();
  asking.stop?.addEventListener('abort', stop, { once: true });
  try {
    return await converse(socket, request, asking);
  } finally {
    asking.stop?.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.on('error', () => {});
      resolve(socket);
    });
    const failed = (error: Error): void => reject(away(path, error));
    socket.once('error', failed);
  });
}

function away(path: string, error: Error): Fault {
  if (['EACCES', 'EPERM'].includes(codeOf(error))) {
    return new Fault('no-access', `you may not talk to ${path}`, 'Use sudo, or join group smartbox.', error);
  }
  return new Fault(
    'daemon-away',
    `smartboxd does not answer on ${path} (${codeOf(error) || reasonOf(error)})`,
    'Is it running? systemctl status smartboxd. Another socket: --socket PATH or SMARTBOX_SOCKET.',
    error,
  );
}

async function converse(
  socket: Socket,
  request: Pick<ControlRequest, 'op' | 'who' | 'why'>,
  asking: Asking,
): Promise<Answer> {
  const replies = repliesOf(socket);
  const hello = await greeting(socket, replies);
  const { rows, args = {}, item } = asking;
  const line: ControlRequest = {
    version: controlVersion,
    ...request,
    args,
    ...(rows ? { rows: rows.length } : {}),
  };
  const sent = send(socket, line, rows ?? []);
  for (;;) {
    const next = await replies.next();
    if (next.done === true) break;
    const reply = next.value;
    if ('error' in reply) throw new Refusal(reply.error);
    if ('done' in reply) {
      await sent;
      return { hello, done: reply.done };
    }
    if ('item' in reply) await item?.(reply.item, hello);
  }
  if (asking.stop?.aborted === true) return { hello, done: null };
  throw new Fault(
    'daemon-gone',
    'smartboxd hung up in the middle of its answer',
    'See its log, then ask again.',
  );
}

async function greeting(socket: Socket, replies: AsyncGenerator<ControlReply>): Promise<ControlHello> {
  const late = setTimeout(() => socket.destroy(), greetingMs);
  const first = await replies.next();
  clearTimeout(late);
  if (first.done === true) throw new Fault('daemon-stuck', 'smartboxd does not greet', 'See its log.');
  if ('error' in first.value) throw new Refusal(first.value.error);
  const hello = 'hello' in first.value ? first.value.hello : null;
  if (hello?.version === controlVersion) return hello;
  throw new Fault(
    'version',
    `smartboxd speaks version ${hello?.version ?? '?'} of the control protocol, this program ${controlVersion}`,
    'Restart smartboxd after an upgrade, and use the smartbox of the same release.',
  );
}

/** The lines that the daemon sends, until it hangs up. */
async function* repliesOf(socket: Socket): AsyncGenerator<ControlReply> {
  const cutter = new LineCutter(replyMaxBytes);
  try {
    for await (const chunk of socket) {
      for (const line of cutter.push(chunk as Buffer)) yield JSON.parse(line) as ControlReply;
    }
  } catch (error) {
    // A connection that breaks ends the answer; what it lacks then is noticed by whoever reads it.
    if (error instanceof Fault || error instanceof SyntaxError) throw error;
  }
}

/** Writes at the pace at which the daemon reads; an answer may come before all is written. */
async function send(socket: Socket, request: ControlRequest, rows: readonly Json[]): Promise<void> {
  socket.write(`${JSON.stringify(request)}\n`);
  let batch = '';
  for (const row of rows) {
    batch += `${JSON.stringify(row)}\n`;
    if (batch.length < 64 * 1024) continue;
    if (!socket.writable) return;
    if (!socket.write(batch)) await drained(socket);
    batch = '';
  }
  if (batch !== '' && socket.writable) socket.write(batch);
}

const drained = (socket: Socket): Promise<void> =>
  new Promise(resolve => {
    const go = (): void => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.on('drain', go);
    socket.on('close', go);
  });
