import type { Log } from '../../../base/log.ts';
import type { DisplayPort, PortStatus, Time } from '../../ports.ts';
import { sum } from './decoder.ts';
import { Link } from './link.ts';
import { plainText } from './plain-text.ts';

/** Clears the display and puts the cursor at its first place. */
const formFeed = '\x0c';
const nextRow = '\r\n';

interface DisplayOptions {
  readonly path: string;
  readonly baud: number;
  readonly columns: number;
  readonly rows: number;
  readonly time: Time;
  readonly log: Log;
}

/**
 * A display that takes plain ASCII: form feed clears, CR LF begins the next row. What it shows is sent once when it changes,
 * and again when the display is back. Nothing waits for it: of pictures that it was too slow for, only the newest is sent.
 */
export const openDisplay = (options: DisplayOptions): DisplayPort & { readonly settled: Promise<void> } =>
  new Display(options);

class Display implements DisplayPort {
  readonly #options: DisplayOptions;
  readonly #link: Link;
  #picture: string | null = null;
  #sent = 0;
  #pictures = 0;

  constructor(options: DisplayOptions) {
    this.#options = options;
    const { path, baud, time, log } = options;
    this.#link = new Link({
      ...{ device: 'display', path, baud, time, log },
      use: 'write',
      opened: () => this.#send(),
      changed: () => {},
    });
  }

  get settled(): Promise<void> {
    return this.#link.settled;
  }

  show(rows: readonly string[]): void {
    const fitted = rows
      .slice(0, this.#options.rows)
      .map(row => plainText(row).slice(0, this.#options.columns));
    const picture = formFeed + fitted.join(nextRow);
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.#send();
  }

  status(): PortStatus {
    const { trouble } = this.#link;
    // The other way round from a keypad: bytes and pictures that were handed to the port.
    const counters = { bytes: this.#sent, decoded: this.#pictures, passed: {}, highBits: 0, rejected: {} };
    return { device: 'display', path: this.#options.path, up: trouble === null, counters, trouble };
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #send(): void {
    const { tty } = this.#link;
    if (tty === null || this.#picture === null) return;
    const bytes = Buffer.from(this.#picture, 'latin1');
    this.#sent = sum(this.#sent, bytes.length);
    this.#pictures = sum(this.#pictures, 1);
    tty.write(bytes);
  }
}
