import { Fault } from '../../base/fault.ts';
import { payloadMaxBytes } from '../topics.ts';

/** One link has sent these and not seen them acknowledged: at most so many messages and so many bytes of payload. */
export const pendingMaxMessages = 4_096;
export const pendingMaxBytes = 8 * 1024 * 1024;

export const linkDown = (why: string): Fault =>
  new Fault(
    'link-down',
    `no link to the broker: ${why}`,
    'It reconnects by itself; send again when it is up.',
  );

/** Null: may be sent, as far as the message and the link go. */
export function refusal(up: boolean, payload: Uint8Array): Fault | null {
  if (payload.length > payloadMaxBytes)
    return new Fault(
      'too-large',
      `a payload of ${payload.length} bytes; ${payloadMaxBytes} is the most`,
      'Send it in parts.',
    );
  return up ? null : linkDown('not connected');
}

/** Null: one more of so many bytes may be sent. */
export function overload({ count, bytes }: Pending, more: number): Fault | null {
  if (count < pendingMaxMessages && bytes + more <= pendingMaxBytes) return null;
  return new Fault(
    'link-busy',
    `${count} messages of ${bytes} bytes wait for the broker already`,
    'Send again when some of them are acknowledged.',
  );
}

/** Promises of publications that are on their way; each is settled once, all of them when the link breaks. */
export class Pending {
  readonly #open = new Set<(error: Fault | null) => void>();
  #bytes = 0;

  get count(): number {
    return this.#open.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** `send` hands the message over, with what is to be called when it is acknowledged or has failed. */
  add(bytes: number, send: (settle: (error: Fault | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: Fault | null): void => {
        if (!this.#open.delete(settle)) return;
        this.#bytes -= bytes;
        if (error === null) resolve();
        else reject(error);
      };
      this.#open.add(settle);
      this.#bytes += bytes;
      send(settle);
    });
  }

  fail(error: Fault): void {
    for (const settle of [...this.#open]) settle(error);
  }
}
