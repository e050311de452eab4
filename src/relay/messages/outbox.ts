/** Sends what waits: every second, and at once when somebody says that there is something. */
import { after, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import { Poll } from '../../base/poll.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { isAnyDue, takeMessages } from './outbox-rows.ts';
import type { Channel } from './queue.ts';
import { type SendingDeps, sendMessage } from './sending.ts';

const ways: readonly Channel[] = ['mail', 'sms'];
const everyMs = millis(1_000);
/** Longer than any way takes to give up. */
const leaseMs = 120_000;
/** Messages under way at one time, by each way: a mail server that hangs keeps back no SMS, nor the other way round. */
const mostAtOnce = 16;
/** A try that hangs when the relay stops is left to the next start after this time. */
const closeWithinMs = millis(2_000);

export class Outbox {
  readonly #deps: SendingDeps;
  readonly #stop = new AbortController();
  readonly #poll: Poll;
  readonly #underWay: Readonly<Record<Channel, Set<Promise<void>>>> = { mail: new Set(), sms: new Set() };

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
    await Promise.race([this.#ended(), late]);
    channels.mail?.close();
    channels.sms?.close();
  }

  async #ended(): Promise<void> {
    await this.#poll.stop();
    await Promise.all(ways.flatMap(way => [...this.#underWay[way]]));
  }

  /** Begins what there is room for, and waits for none of it: each that ends makes room for the next. */
  async #look(): Promise<boolean> {
    const { store, time, copy } = this.#deps;
    const now = time.wall();
    if (!(await isAnyDue(store.db, now))) return false;
    for (const channel of ways) {
      const most = mostAtOnce - this.#underWay[channel].size;
      if (most <= 0) continue;
      const claim = { copy, now, until: now + leaseMs, most, channel };
      for (const message of await store.write(tx => takeMessages(tx, claim))) this.#begin(message);
    }
    return false;
  }

  #begin(message: MessageTable): void {
    const sending = this.#send(message);
    const underWay = this.#underWay[message.channel].add(sending);
    void sending.then(() => {
      underWay.delete(sending);
      this.nudge();
    });
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
