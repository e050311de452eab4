import type { FastifyInstance } from 'fastify';
import { type CallDeps, routeCalls } from '../http/api/call-route.ts';
import { fragments } from '../http/pages/fragments.ts';
import { framedDeeds, framedPages } from '../http/pages/framed.ts';
import type { Fleetio } from '../integrations/fleetio/fleetio.ts';
import { fleetioWebhookRoute } from '../integrations/fleetio/http/fleetio-webhook.ts';
import { pageParts } from '../integrations/fleetio/http/pages/page-parts.ts';
import { integrationPages } from '../integrations/fleetio/http/pages/pages.ts';
import { webhookPages } from '../integrations/webhooks/http/pages/webhook-pages.ts';
import { webhookRoutes } from '../integrations/webhooks/http/webhook-routes.ts';
import { driverPages } from '../messages/http/driver/routes.ts';
import { twilioRoute } from '../messages/http/twilio-webhook.ts';
import type { PinHasher } from '../secrets/pins.ts';
import type { Messaging } from './compose-messages.ts';

interface RoomDeps extends CallDeps {
  readonly httpUrl: string;
  readonly pins: PinHasher;
  readonly fleetio: Fleetio;
  readonly messages: Messaging['web'];
  /** relay.yaml: webhooks may lead to this machine. */
  readonly allowLoopback: boolean;
}

/** Puts the addresses of rooms beside those of the API: Fleetio's webhook, the pages of drivers and the call-backs of Twilio. */
export const roomAddresses =
  ({ fleetio, messages, allowLoopback, ...deps }: RoomDeps) =>
  (app: FastifyInstance): void => {
    const { intake } = fleetio;
    fleetioWebhookRoute(app, {
      receive: (raw, proof, among) => intake.receive(raw, proof, among),
      nowMs: () => Number(deps.time.mono()),
    });
    const callRoute = routeCalls(deps);
    const { pages, deeds, pieces } = integrationPages(pageParts(fleetio, callRoute));
    const webhooks = webhookPages({ callRoute, routes: webhookRoutes(allowLoopback) });
    framedPages(app, deps, [...pages, ...webhooks.pages]);
    framedDeeds(app, deps, [...deeds, ...webhooks.deeds]);
    fragments(app, deps, pieces);
    const { twilioToken, ...page } = messages;
    driverPages(app, { ...deps, ...page });
    if (twilioToken !== null) twilioRoute(app, { ...deps, authToken: twilioToken });
  };
