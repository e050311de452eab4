import { writeSync } from 'node:fs';
import type { Log } from '../../../base/log.ts';

type Level = keyof Log;

const stderr = 2;
/** Lines that wait for pino; a start that says more than this has its first lines only. */
const waitingMax = 200;

/**
 * The daemon's log on stderr. pino takes 10–30 ms to load and opens no door, so it comes after READY (`usePino`); until then
 * lines wait, and a process that ends before prints them as they are (`flush`).
 */
export class DaemonLog implements Log {
  #target: Log | null = null;
  #waiting: { readonly level: Level; readonly fields: object; readonly message: string }[] = [];

  debug(fields: object, message: string): void {
    this.#write('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.#write('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#write('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#write('error', fields, message);
  }

  #write(level: Level, fields: object, message: string): void {
    if (this.#target !== null) this.#target[level](fields, message);
    else if (this.#waiting.length < waitingMax) this.#waiting.push({ level, fields, message });
  }

  /** From here on lines go through pino, synchronously: the last line before a crash is the one that counts. */
  async usePino(level: string): Promise<void> {
    const { jsonLog } = await import('../../../base/json-log.ts');
    this.#target = jsonLog(level);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const line of waiting) this.#target[line.level](line.fields, line.message);
  }

  /** Prints what still waits as pino would have, for a start that failed. */
  flush(): void {
    const time = Date.now();
    for (const { level, fields, message } of this.#waiting) {
      if (level !== 'debug')
        writeSync(stderr, `${JSON.stringify({ level, time, ...fields, msg: message })}\n`);
    }
    this.#waiting = [];
  }
}
