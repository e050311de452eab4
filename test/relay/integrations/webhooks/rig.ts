/** Webhooks on a store, with the queue that runs them, a clock that a test moves, and a receiver that is really called. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silent } from '../../../../src/base/log.ts';
import type { FollowedContext } from '../../../../src/relay/domain/followers.ts';
import type { WebhookType } from '../../../../src/relay/integrations/webhooks/event-types.ts';
import { watchWork } from '../../../../src/relay/integrations/webhooks/watch.ts';
import { listDeliveries } from '../../../../src/relay/integrations/webhooks/webhook-rows.ts';
import { WebhookSender } from '../../../../src/relay/integrations/webhooks/webhook-sender.ts';
import { createWebhook } from '../../../../src/relay/integrations/webhooks/webhooks.ts';
import type { RelayStore } from '../../../../src/relay/store/store.ts';
import type { WebhookDeliveryTable } from '../../../../src/relay/store/tables-webhooks.ts';
import { WorkRunner } from '../../../../src/relay/work/runner.ts';
import { FakeTime } from '../../../fake-time.ts';
import { type House, houseOn } from '../../domain/house.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly sequence: string;
    readonly subject: string;
    readonly data: Readonly<Record<string, unknown>>;
  } & Readonly<Record<string, unknown>>;
}

/** It answers what a test says. */
export class Receiver {
  readonly got: Received[] = [];
  answer: (received: Received) => number = () => 204;
  headers: Readonly<Record<string, string>> = {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const received = { headers: request.headers, text, event: JSON.parse(text) as Received['event'] };
        this.got.push(received);
        response.writeHead(this.answer(received), this.headers).end();
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

export class WebhookRig {
  readonly time: FakeTime;
  readonly store: RelayStore;
  readonly house: House;
  readonly receiver = new Receiver();
  address = '';
  readonly #runner: WorkRunner;
  readonly #sender: WebhookSender;

  private constructor(store: RelayStore, house: House, allowLoopback: boolean) {
    this.store = store;
    this.house = house;
    this.time = new FakeTime({ wallMs: house.nowMs });
    const { atRest, random } = house;
    const httpUrl = (): string => 'https://relay.example';
    const kit = { store, atRest, random, time: this.time, log: silent };
    this.#sender = new WebhookSender({ ...kit, allowLoopback, httpUrl });
    const handlers = { ...watchWork({ atRest, random }), ...this.#sender.work };
    this.#runner = new WorkRunner({ store, time: this.time, log: silent, copy: 'test', handlers });
  }

  static async start(store: RelayStore, allowLoopback = true): Promise<WebhookRig> {
    const rig = new WebhookRig(store, await houseOn(store), allowLoopback);
    rig.address = await rig.receiver.start();
    rig.#runner.start();
    return rig;
  }

  async stop(): Promise<void> {
    await this.#runner.close();
    await this.#sender.close();
    await this.receiver.stop();
  }

  act<T>(work: (context: FollowedContext) => Promise<T>, account = 'main'): Promise<T> {
    this.house.nowMs = this.time.wall();
    return this.house.act(work, account);
  }

  listen(
    types: readonly WebhookType[],
    more: { readonly names?: boolean; readonly address?: string } = {},
  ): Promise<{ readonly id: string; readonly secret: string }> {
    const wish = { name: 'Ours', address: this.address, types, names: false, ...more };
    return this.act(context => createWebhook(context, wish, true));
  }

  deliveries(webhook: string): Promise<readonly WebhookDeliveryTable[]> {
    return listDeliveries({ tx: this.store.db, account: 'main' }, webhook, { before: null, limit: 500 });
  }

  /** Time passes until it is so. @throws Error where it never is */
  async until(isSo: () => boolean | Promise<boolean>, { steps = 120, stepMs = 1_000 } = {}): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      for (let look = 0; look < 8; look += 1) {
        if (await isSo()) return;
        await new Promise(resolve => setTimeout(resolve, 4));
      }
      this.time.advance(stepMs);
    }
    throw new Error('it is never so');
  }
}
