import type { Socket } from 'node:net';
import { Bug } from '../../base/assert.ts';
import { after, type Millis, millis, seconds } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import {
  type ControlError,
  type ControlReply,
  type ControlRequest,
  controlVersion,
  requestMaxBytes,
  rowsMaxBytes,
} from '../../wire/control.ts';
import type { BoxHandle } from '../ports.ts';
import type { Call, Operation } from './call.ts';
import { LineSource } from './line-source.ts';
import { parseLine, readRequest } from './request.ts';

/** How long a client may take for its request, for each chunk of rows, and to read what it asked for. */
const patience = {
  request: seconds(5),
  rows: seconds(10),
  allRows: seconds(120),
  drain: seconds(10),
  farewell: seconds(5),
} as const;

export type Operations = ReadonlyMap<string, Operation>;

const gone = (): Fault => new Fault('gone', 'the client has hung up', 'Nothing is needed.');

/** One client, from its greeting to its farewell. Whatever it sends, the daemon goes on. */
export class Connection {
  readonly #socket: Socket;
  readonly #box: BoxHandle;
  readonly #lines: LineSource;
  readonly #gone = new AbortController();

  constructor(socket: Socket, box: BoxHandle) {
    this.#socket = socket;
    this.#box = box;
    this.#lines = new LineSource(socket, requestMaxBytes, box.time);
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#gone.abort());
    socket.on('close', () => this.#gone.abort());
  }

  /** Never rejects, except for a bug of ours. */
  async serve(operations: () => Promise<Operations>): Promise<void> {
    try {
      const { program, site } = this.#box;
      const { id, timezone } = site;
      await this.#send({ hello: { version: controlVersion, program, box: id, timezone } });
      const request = await this.#request();
      await this.#send({ done: await this.#answer(request, await operations()) });
    } catch (error) {
      await this.#refuse(error);
      if (error instanceof Bug) throw error;
    } finally {
      this.#hangUp();
    }
  }

  async #request(): Promise<ControlRequest> {
    const line = await this.#lines.next(patience.request);
    if (line === null) throw gone();
    const request = readRequest(line);
    // From here on an end of the stream is the client leaving; it still gets its answer if it reads.
    if ((request.rows ?? 0) === 0) this.#lines.discard();
    return request;
  }

  async #answer(request: ControlRequest, operations: Operations): Promise<Json> {
    const operation = operations.get(request.op);
    if (operation === undefined) {
      throw new Fault(
        'unknown-operation',
        `the daemon knows no operation ${request.op}`,
        'Restart smartboxd after an upgrade, and use the smartbox of the same release.',
      );
    }
    const call: Call = {
      args: request.args,
      who: request.who,
      why: request.why,
      rowCount: request.rows ?? 0,
      rows: () => this.#rows(request.rows ?? 0),
      gone: this.#gone.signal,
      item: value => this.#send({ item: value }),
    };
    return operation(call, this.#box);
  }

  async *#rows(count: number): AsyncGenerator<Json> {
    const { time } = this.#box;
    const until = after(time.mono(), patience.allRows);
    let bytes = 0;
    for (let row = 0; row < count; row += 1) {
      const left = Math.max(0, until - time.mono());
      const line = await this.#lines.next(millis(Math.min(left, patience.rows)));
      if (line === null) throw gone();
      bytes += line.length + 1;
      if (bytes > rowsMaxBytes) {
        throw new Fault('too-large', `the rows are larger than ${rowsMaxBytes} bytes`, 'Split the file.');
      }
      yield parseLine(line, `row ${row}`);
    }
    this.#lines.discard();
  }

  async #send(reply: ControlReply): Promise<void> {
    if (!this.#socket.writable) throw gone();
    if (this.#socket.write(`${JSON.stringify(reply)}\n`)) return;
    await this.#drained(patience.drain);
  }

  /** A client that does not read is let go: nothing may pile up for it. */
  #drained(within: Millis): Promise<void> {
    const socket = this.#socket;
    const { time } = this.#box;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        cancel();
        socket.off('drain', drained);
        socket.off('close', closed);
        act();
      };
      const drained = (): void => settle(resolve);
      const closed = (): void => settle(() => reject(gone()));
      const cancel = time.at(after(time.mono(), within), () => socket.destroy());
      socket.on('drain', drained);
      socket.on('close', closed);
    });
  }

  async #refuse(error: unknown): Promise<void> {
    if (!this.#socket.writable) return;
    if (!(error instanceof Fault))
      this.#box.log.error({ reason: reasonOf(error) }, 'control operation failed');
    try {
      await this.#send({ error: describe(error) });
    } catch {
      this.#socket.destroy();
    }
  }

  #hangUp(): void {
    const { time } = this.#box;
    if (this.#socket.destroyed) return;
    this.#lines.discard();
    const cancel = time.at(after(time.mono(), patience.farewell), () => this.#socket.destroy());
    this.#socket.once('close', cancel);
    this.#socket.end();
  }
}

const describe = (error: unknown): ControlError => {
  if (error instanceof Fault) return error.toJSON() as ControlError;
  return {
    code: 'internal',
    message: 'the daemon could not do it',
    hint: 'Its log says why: journalctl -u smartboxd.',
  };
};
