/** A client, and a server that answers it what a test tells it to: for each file one server, for each test a client of its own. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { Client } from '../../../../../src/relay/integrations/fleetio/api/client.ts';
import { type Asked, clientOf, type HandServer, handServer, type Told } from '../fixture.ts';

export let hand: HandServer;
export let client: Client;

before(async () => {
  hand = await handServer();
});
beforeEach(() => {
  hand.asked.length = 0;
  renewClient();
});
after(async () => {
  client.close();
  await hand.close();
});

/** Another one, which has not heard how the last one fared. */
export function renewClient(): void {
  client?.close();
  client = clientOf(hand);
}

/** The last answer is that to every later call as well. */
export function tells(...answers: readonly Told[]): void {
  const left = [...answers];
  hand.tell = () => (left.length > 1 ? (left.shift() ?? {}) : (left[0] ?? {}));
}

export function lastAsked(): Asked {
  const last = hand.asked.at(-1);
  assert.ok(last !== undefined);
  return last;
}
