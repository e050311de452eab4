import type { Socket } from 'node:net';
import { after, type Millis } from '../../base/brand.ts';
import { Fault } from '../../base/fault.ts';
import { LineCutter } from '../../wire/lines.ts';
import type { Time } from '../ports.ts';

/** Lines of one client, with back-pressure: never more is held than one line and one chunk of the socket. */
export class LineSource {
  readonly #socket: Socket;
  readonly #cutter: LineCutter;
  readonly #time: Time;
  #ready: readonly string[] = [];
  #taken = 0;
  #ended = false;
  #failure: unknown = null;
  #wake: () => void = () => {};

  constructor(socket: Socket, maxBytes: number, time: Time) {
    this.#socket = socket;
    this.#cutter = new LineCutter(maxBytes);
    this.#time = time;
    socket.on('data', this.#take);
    socket.on('end', this.#end);
    socket.on('close', this.#end);
  }

  /**
   * The next line, or null when the client has ended its side.
   * @throws Fault `too-slow`, `line-too-long`
   */
  async next(within: Millis): Promise<string | null> {
    if (this.#taken >= this.#ready.length) await this.#refill(within);
    const line = this.#ready[this.#taken];
    if (line !== undefined) {
      this.#taken += 1;
      return line;
    }
    if (this.#failure !== null) throw this.#failure;
    return null;
  }

  /** From here on whatever comes is thrown away, and the end of the stream hangs up. */
  discard(): void {
    this.#socket.off('data', this.#take);
    this.#ready = [];
    this.#socket.resume();
  }

  async #refill(within: Millis): Promise<void> {
    this.#ready = [];
    this.#taken = 0;
    const until = after(this.#time.mono(), within);
    while (this.#ready.length === 0 && !this.#ended && this.#failure === null) {
      if (this.#time.mono() >= until) {
        throw new Fault('too-slow', 'the client stopped in the middle of its request', 'Ask again.');
      }
      await this.#more(until);
    }
  }

  #more(until: Parameters<Time['at']>[0]): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#time.at(until, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
      this.#socket.resume();
    });
  }

  readonly #take = (chunk: Buffer): void => {
    try {
      this.#ready = [...this.#ready.slice(this.#taken), ...this.#cutter.push(chunk)];
      this.#taken = 0;
    } catch (error) {
      this.#failure = error;
    }
    if (this.#ready.length > 0 || this.#failure !== null) this.#socket.pause();
    this.#wake();
  };

  readonly #end = (): void => {
    this.#ended = true;
    this.#wake();
  };
}
