/** Webhooks of the sandbox: signed, delivered later, tried again, and disabled when nobody answers 200. */
import { createHmac } from 'node:crypto';
import { seconds } from '../base/brand.ts';
import { callHttp } from '../base/http-call.ts';
import { assignmentRecord, stamp } from './records.ts';
import type { Switches } from './switches.ts';
import type { Assignment, Change, World } from './world.ts';

/** Time as the sandbox knows it; tests bring their own. */
export interface SandboxClock {
  now(): number;
  /** Runs once, after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Webhook {
  readonly id: number;
  url: string;
  description: string;
  enabled: boolean;
  authorization: string | null;
  sharedKey: string;
  allEvents: boolean;
  /** Names of events that it wants. */
  events: Set<string>;
  failedAttempts: number;
  disabledAt: number | null;
  disabledReason: string | null;
  readonly createdAt: number;
}

interface Delivery {
  readonly id: number;
  readonly event: string;
  readonly body: string;
  readonly webhook: number;
  attempts: number;
  status: 'waiting' | 'sent' | 'failed' | 'lost';
  code: number | null;
}

/** Sends one post; the status of its answer, or null where there is none. */
type Post = (webhook: Webhook, body: string, signature: string) => Promise<number | null>;

/** Deliveries that are remembered; older ones are forgotten. */
const deliveriesMax = 10_000;

export class Hooks {
  readonly webhooks = new Map<number, Webhook>();
  readonly deliveries: Delivery[] = [];
  readonly #world: World;
  readonly #switches: Switches;
  readonly #clock: SandboxClock;
  readonly #pending = new Set<() => void>();
  /** An update that waits for another like it, by assignment. */
  readonly #updates = new Map<number, () => void>();
  #queue: Delivery[] = [];
  #lastId = 90_000_000;
  #lastHook = 10;
  #closed = false;

  readonly #post: Post;

  constructor(world: World, switches: Switches, clock: SandboxClock, post: Post = overHttp) {
    this.#post = post;
    this.#world = world;
    this.#switches = switches;
    this.#clock = clock;
    world.onChange((change, assignment) => this.#changed(change, assignment));
  }

  add(
    given: Pick<Webhook, 'url' | 'description' | 'authorization' | 'sharedKey' | 'allEvents' | 'events'>,
  ): Webhook {
    this.#lastHook += 1;
    const fresh = { enabled: true, failedAttempts: 0, disabledAt: null, disabledReason: null };
    const webhook = { id: this.#lastHook, ...given, ...fresh, createdAt: this.#clock.now() };
    this.webhooks.set(webhook.id, webhook);
    return webhook;
  }

  enable(webhook: Webhook): void {
    Object.assign(webhook, { enabled: true, failedAttempts: 0, disabledAt: null, disabledReason: null });
  }

  eventName(change: Change): string {
    return this.#switches.eventName.replace('%', change);
  }

  #changed(change: Change, assignment: Assignment): void {
    const { coalesceMs } = this.#switches.hooks;
    if (change !== 'updated' || coalesceMs === 0) {
      this.#send(change, assignment);
      return;
    }
    // Created and deleted go out at once and may overtake an update that still waits.
    if (this.#updates.has(assignment.id)) return;
    const cancel = this.#later(coalesceMs, () => {
      this.#updates.delete(assignment.id);
      this.#send('updated', this.#world.assignments.get(assignment.id) ?? assignment);
    });
    this.#updates.set(assignment.id, cancel);
  }

  #send(change: Change, assignment: Assignment): void {
    const event = this.eventName(change);
    for (const webhook of this.webhooks.values()) {
      if (!webhook.allEvents && !webhook.events.has(event)) continue;
      this.#lastId += 1;
      const body = JSON.stringify({
        id: this.#lastId,
        event,
        timestamp: stamp(this.#clock.now()),
        triggered_by: 'dispatch@example.com',
        payload: this.#payload(change, assignment),
      });
      const delivery: Delivery = {
        ...{ id: this.#lastId, event, body, webhook: webhook.id },
        ...{ attempts: 0, status: 'waiting', code: null },
      };
      this.deliveries.push(delivery);
      if (this.deliveries.length > deliveriesMax) this.deliveries.shift();
      if (!webhook.enabled || this.#switches.hooks.silent) delivery.status = 'lost';
      else this.#enqueue(delivery);
    }
  }

  #payload(change: Change, assignment: Assignment): object {
    if (change === 'deleted' && this.#switches.deletedPayload === 'id') return { id: assignment.id };
    const record = assignmentRecord(assignment, this.#world, this.#switches, this.#clock.now());
    return change === 'deleted' ? { ...record, deleted_at: stamp(this.#clock.now()) } : record;
  }

  #enqueue(delivery: Delivery): void {
    const { lateMs, swapped, doubled } = this.#switches.hooks;
    this.#queue.push(...(doubled ? [delivery, delivery] : [delivery]));
    if (swapped && this.#queue.length < 2) {
      // Waits for a second one to change places with; alone it goes out after a while.
      this.#later(lateMs + 1_000, () => this.#flush());
      return;
    }
    if (swapped) this.#queue.reverse();
    this.#later(lateMs, () => this.#flush());
  }

  #flush(): void {
    const due = this.#queue;
    this.#queue = [];
    for (const delivery of due) void this.#deliver(delivery);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const webhook = this.webhooks.get(delivery.webhook);
    if (webhook === undefined || !webhook.enabled || this.#closed) return;
    delivery.attempts += 1;
    const signature = createHmac('sha256', webhook.sharedKey).update(delivery.body).digest('hex');
    delivery.code = await this.#post(webhook, delivery.body, signature);
    if (delivery.code === 200) {
      delivery.status = 'sent';
      webhook.failedAttempts = 0;
      return;
    }
    delivery.status = 'failed';
    webhook.failedAttempts += 1;
    const { disableAfter, retryMs } = this.#switches.hooks;
    if (disableAfter > 0 && webhook.failedAttempts >= disableAfter) {
      const at = this.#clock.now();
      Object.assign(webhook, { enabled: false, disabledAt: at, disabledReason: 'too many failed attempts' });
      return;
    }
    const waitMs = retryMs[Math.min(delivery.attempts, retryMs.length) - 1] ?? 3_600_000;
    if (delivery.attempts < 29) this.#later(waitMs, () => void this.#deliver(delivery));
  }

  #later(ms: number, run: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#pending.delete(cancel);
      run();
    });
    this.#pending.add(cancel);
    return cancel;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#pending) cancel();
  }
}

/** Fleetio waits 30 s for a 200, and does not look at what comes with it. */
const overHttp: Post = async ({ url, authorization }, body, signature) => {
  const headers = {
    'content-type': 'application/json',
    'x-fleetio-webhook-signature': signature,
    ...(authorization === null ? {} : { authorization }),
  };
  try {
    const bounds = { withinMs: seconds(30), answerMaxBytes: 0, longer: 'cut' } as const;
    const { status } = await callHttp({ method: 'POST', url: new URL(url), headers, body, ...bounds });
    return status;
  } catch {
    return null;
  }
};
