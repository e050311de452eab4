/** Commands inside the virtual machine, and their answers. */
import type { Socket } from 'node:net';

export interface Ran {
  readonly code: number;
  /** What it printed, to stdout and stderr. */
  readonly said: string;
}

/** Longer scripts would wait in buffers that a serial port does not have. */
const scriptMaxBytes = 6_000;

export class Guest {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { done: (ran: Ran) => void; fail: (error: Error) => void }>();
  #rest = '';
  #last = 0;
  #up: (() => void) | null = null;
  readonly #isUp: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#isUp = new Promise(resolve => {
      this.#up = resolve;
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(line);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const { fail } of this.#waiting.values()) fail(new Error('the virtual machine has ended'));
      this.#waiting.clear();
    });
  }

  #hear(line: string): void {
    const [number = '', code = '', said = ''] = line.split(' ');
    if (number === '0') this.#up?.();
    const waiting = this.#waiting.get(Number(number));
    this.#waiting.delete(Number(number));
    waiting?.done({ code: Number(code), said: Buffer.from(said, 'base64').toString() });
  }

  /** Resolves when a machine that was switched on takes commands. @throws Error when it does not within this time */
  async up(withinMs: number): Promise<void> {
    await within(withinMs, 'the virtual machine takes no commands', this.#isUp);
  }

  /** Runs a script of bash to its end. @throws Error when it lasts longer than `withinMs` */
  async run(script: string, withinMs = 120_000): Promise<Ran> {
    if (Buffer.byteLength(script) > scriptMaxBytes) throw new Error(`a script of ${script.length} bytes`);
    this.#last += 1;
    const number = this.#last;
    const answer = new Promise<Ran>((done, fail) => {
      this.#waiting.set(number, { done, fail });
    });
    this.#socket.write(`${number} ${Buffer.from(script).toString('base64')}\n`);
    return await within(withinMs, `no answer to: ${script}`, answer);
  }
}

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}, for ${ms} ms`)), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
