/** Sends what waits: every second, and at once when somebody says that there is something. */
import { after, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import { Poll } from '../../base/poll.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { isAnyDue, takeMessages } from './outbox-rows.ts';
import { type SendingDeps, sendMessage } from './sending.ts';

const everyMs = millis(1_000);
/** Longer than any way takes to give up. */
const leaseMs = 120_000;
/** Messages under way at one time. */
const mostAtOnce = 16;
/** A try that hangs when the relay stops is left to the next start after this time. */
const closeWithinMs = millis(2_000);

export class Outbox {
  readonly #deps: SendingDeps;
  readonly #stop = new AbortController();
  readonly #poll: Poll;

  constructor(deps: SendingDeps) {
    this.#deps = deps;
    this.#poll = new Poll({
      time: deps.time,
      everyMs,
      look: () => this.#look(),
      failed: reason => deps.log.warn({ reason }, 'the outbox could not be read'),
    });
  }

  start(): void {
    this.#poll.start();
  }

  /** Something waits: do not let it wait for the clock. */
  nudge(): void {
    this.#poll.nudge();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const { time, channels } = this.#deps;
    const late = new Promise<void>(resolve => time.at(after(time.mono(), closeWithinMs), resolve));
    await Promise.race([this.#poll.stop(), late]);
    channels.mail?.close();
    channels.sms?.close();
  }

  /** True: there may be more. */
  async #look(): Promise<boolean> {
    const { store, time, copy } = this.#deps;
    const now = time.wall();
    if (!(await isAnyDue(store.db, now))) return false;
    const claim = { copy, now, until: now + leaseMs, most: mostAtOnce };
    const messages = await store.write(tx => takeMessages(tx, claim));
    await Promise.all(messages.map(message => this.#send(message)));
    return messages.length === mostAtOnce;
  }

  async #send(message: MessageTable): Promise<void> {
    try {
      await sendMessage(this.#deps, message, this.#stop.signal);
    } catch (error) {
      // The lease ends by itself, and it is tried again.
      this.#deps.log.error(
        { message: message.id, reason: reasonOf(error) },
        'a message could not be handled',
      );
    }
  }
}
