/** Webhooks put together: who reads the news of an account, and who sends them. */

import { randomBytes } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { systemTime } from '../../base/system-time.ts';
import type { RelayConfig } from '../config/model.ts';
import { watchWork } from '../integrations/webhooks/watch.ts';
import { WebhookSender } from '../integrations/webhooks/webhook-sender.ts';
import type { WorkHandlers } from '../work/runner.ts';
import type { Opened } from './open-store.ts';

interface WebhookRoom {
  /** It does this later. */
  readonly work: WorkHandlers;
  close(): Promise<void>;
}

const random: Random = bytes => randomBytes(bytes);

export function webhookRoom(
  { webhooks }: Pick<RelayConfig, 'webhooks'>,
  { opened, log, httpUrl }: { readonly opened: Opened; readonly log: Log; readonly httpUrl: () => string },
): WebhookRoom {
  const { store, atRest } = opened;
  const { allowLoopback } = webhooks;
  const sender = new WebhookSender({ store, atRest, random, time: systemTime, log, allowLoopback, httpUrl });
  return { work: { ...watchWork({ atRest, random }), ...sender.work }, close: () => sender.close() };
}
