/** Sends what waits: every second, and at once when somebody says that there is something. */
import { after, type Millis, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { isAnyDue, takeMessages } from './outbox-rows.ts';
import { type SendingParts, sendMessage } from './sending.ts';

const everyMs = millis(1_000);
/** Longer than any way takes to give up. */
const leaseMs = 120_000;
/** Messages under way at one time. */
const mostAtOnce = 16;
/** What hangs when the relay stops is left to the next start. */
const closeWithinMs = millis(2_000);

export class Outbox {
  readonly #parts: SendingParts;
  readonly #stop = new AbortController();
  #cancel: () => void = () => {};
  #running: Promise<void> | null = null;
  #again = false;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#arm(everyMs);
  }

  /** Something waits: do not let it wait for the clock. */
  nudge(): void {
    if (this.#running === null) this.#run();
    else this.#again = true;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#cancel();
    const { time, ways } = this.#parts;
    const late = new Promise<void>(resolve => time.at(after(time.mono(), closeWithinMs), resolve));
    await Promise.race([this.#running, late]);
    ways.mail?.close();
    ways.sms?.close();
  }

  #arm(wait: Millis): void {
    if (this.#stop.signal.aborted) return;
    this.#cancel();
    const { time } = this.#parts;
    this.#cancel = time.at(after(time.mono(), wait), () => this.nudge());
  }

  #run(): void {
    this.#running = this.#turns().finally(() => {
      this.#running = null;
      this.#arm(everyMs);
    });
  }

  async #turns(): Promise<void> {
    try {
      do this.#again = false;
      while (!this.#stop.signal.aborted && ((await this.#turn()) || this.#again));
    } catch (error) {
      this.#parts.log.warn({ reason: reasonOf(error) }, 'the outbox could not be read');
    }
  }

  /** True: there may be more. */
  async #turn(): Promise<boolean> {
    const { store, time, copy } = this.#parts;
    const now = time.wall();
    if (!(await isAnyDue(store.db, now))) return false;
    const claim = { copy, now, until: now + leaseMs, most: mostAtOnce };
    const messages = await store.write(tx => takeMessages(tx, claim));
    await Promise.all(messages.map(message => this.#send(message)));
    return messages.length === mostAtOnce;
  }

  async #send(message: MessageTable): Promise<void> {
    try {
      await sendMessage(this.#parts, message, this.#stop.signal);
    } catch (error) {
      // The lease ends by itself, and it is tried again.
      this.#parts.log.error(
        { message: message.id, reason: reasonOf(error) },
        'a message could not be handled',
      );
    }
  }
}
