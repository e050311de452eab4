/** Everything that answers HTTP, put on the server. */
import type { FastifyInstance } from 'fastify';
import type { Secret } from '../../base/secret.ts';
import type { PinHasher } from '../secrets/pins.ts';
import { asyncApi } from './async-api.ts';
import { type Dispatch, handlerOf } from './dispatch.ts';
import { driverPages } from './driver/routes.ts';
import { type EnrolParts, enrolOperation, enrolRoute } from './enrol.ts';
import { fleetioWebhookRoute, type WebhookParts } from './fleetio-webhook.ts';
import { healthOf, type Pulse } from './health.ts';
import { metricsText } from './metrics.ts';
import { openApi } from './open-api.ts';
import { adminPages } from './pages/admin.ts';
import { firstPages } from './pages/first.ts';
import type { Route } from './route.ts';
import { twilioRoute } from './twilio.ts';

export interface AppParts extends Dispatch {
  readonly routes: readonly Route[];
  readonly enrol: EnrolParts['enrol'];
  readonly webhook: WebhookParts['receive'];
  readonly pulse: () => Pulse;
  /** What the relay calls itself outside. */
  readonly httpUrl: string;
  readonly brokerUrl: string;
  readonly messages: Messages;
}

/** What the outbox and its ways are to pages and call-backs. */
export interface Messages {
  readonly pins: PinHasher;
  /** Whether SMS can be sent. */
  readonly texts: boolean;
  /** A message waits. */
  readonly nudge: () => void;
  /** Null: SMS does not go by Twilio. */
  readonly twilioToken: Secret | null;
}

export function addRoutes(app: FastifyInstance, parts: AppParts): void {
  const { routes, time, store, pulse, httpUrl } = parts;
  for (const route of routes)
    app.route({ method: route.method, url: `/api/v1${route.path}`, handler: handlerOf(route, parts) });
  enrolRoute(app, { enrol: parts.enrol, nowMs: () => Number(time.mono()) });
  fleetioWebhookRoute(app, { receive: parts.webhook, nowMs: () => Number(time.mono()) });
  // Made once: they do not change while a program runs.
  const open = JSON.stringify(openApi(routes, enrolOperation, httpUrl));
  const wire = JSON.stringify(asyncApi(parts.brokerUrl));
  app.get('/api/v1/openapi.json', (_request, reply) => reply.type('application/json').send(open));
  app.get('/api/v1/asyncapi.json', (_request, reply) => reply.type('application/json').send(wire));
  app.get('/healthz', async (_request, reply) => {
    const health = await healthOf(store, pulse());
    return await reply
      .status(health.status === 'ok' ? 200 : 503)
      .type('application/json')
      .send(JSON.stringify(health));
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await metricsText(store, pulse(), Number(time.wall()))),
  );
  firstPages(app, parts);
  adminPages(app, parts);
  const { twilioToken, ...page } = parts.messages;
  driverPages(app, { ...parts, ...page });
  if (twilioToken !== null) twilioRoute(app, { ...parts, authToken: twilioToken });
}
