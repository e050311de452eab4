/** Everything that answers HTTP, put on the server. */
import type { FastifyInstance } from 'fastify';
import { asyncApi } from './api/async-api.ts';
import { routeCalls } from './api/call-route.ts';
import { type ApiDeps, admissionOf, handlerOf } from './api/dispatch.ts';
import { openApi } from './api/open-api.ts';
import type { Route } from './api/route.ts';
import { type EnrolDeps, enrolOperation, enrolRoute } from './enrol.ts';
import { type Pulse, ReadinessProbe } from './health.ts';
import { Limits, type Rate } from './limits.ts';
import { metricsText } from './metrics.ts';
import { adminPages } from './pages/admin.ts';
import type { PageDeps } from './pages/page-deps.ts';
import { signedIn } from './pages/session.ts';
import { acceptsPages, TooMany } from './server.ts';

/** Also asked with HEAD, as load balancers and whoever checks a link do. */
const heads = { exposeHeadRoute: true };

/** Tokens whose requests are counted at one time. */
const tokensMax = 10_000;

interface AppDeps extends Omit<ApiDeps, 'requests'>, Pick<PageDeps, 'passwords' | 'people' | 'links'> {
  readonly routes: readonly Route[];
  readonly enrol: EnrolDeps['enrol'];
  readonly pulse: () => Pulse;
  /** The relay's address for the outside. */
  readonly httpUrl: string;
  readonly brokerUrl: string;
  /** Puts the addresses that other rooms have beside the API: call-backs, and pages of drivers. */
  readonly addRooms: (app: FastifyInstance) => void;
  /** As other rooms post them: for the document. */
  readonly webhookMessages: Parameters<typeof asyncApi>[1];
  /** Requests of one token, or of one person who is signed in. */
  readonly requestRate: Rate;
}

/** Whoever is signed in has the requests that a token has, and those of a token are the same ones: a page is no way round its limit. */
function limitPages(
  app: FastifyInstance,
  { requests, ...deps }: Pick<ApiDeps, 'store' | 'time' | 'requests'>,
): void {
  app.addHook('onRequest', async request => {
    if (!/^\/admin(?:[/?]|$)/.test(request.url) || request.url.startsWith('/admin/assets/')) return;
    const found = await signedIn(request, deps);
    const waitMs = found === null ? 0 : requests.take(found.caller.who);
    if (waitMs > 0) throw new TooMany(waitMs);
  });
}

export function addRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { routes, time, store, pulse, httpUrl } = deps;
  const requests = new Limits(deps.requestRate, tokensMax, () => Number(time.mono()));
  const api = { ...deps, requests };
  for (const route of routes)
    app.route({
      method: route.method,
      url: `/api/v1${route.path}`,
      onRequest: admissionOf(route, api),
      handler: handlerOf(route, api),
    });
  limitPages(app, { store, time, requests });
  enrolRoute(app, { enrol: deps.enrol, nowMs: () => Number(time.mono()) });
  // Made once: they do not change while a program runs.
  const open = JSON.stringify(openApi(routes, enrolOperation, httpUrl));
  const wire = JSON.stringify(asyncApi(deps.brokerUrl, deps.webhookMessages));
  app.get('/api/v1/openapi.json', (_request, reply) => reply.type('application/json').send(open));
  app.get('/api/v1/asyncapi.json', (_request, reply) => reply.type('application/json').send(wire));
  const probe = new ReadinessProbe(store, () => Number(time.mono()));
  // That it answers is the answer: whoever restarts a relay because of its database or its broker mends nothing.
  app.get('/healthz', heads, (_request, reply) => reply.type('application/json').send('{"status":"ok"}'));
  app.get('/readyz', heads, async (_request, reply) => {
    const readiness = await probe.readiness(pulse());
    return await reply
      .status(readiness.status === 'ready' ? 200 : 503)
      .type('application/json')
      .send(JSON.stringify(readiness));
  });
  app.get('/metrics', heads, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await metricsText(store, pulse(), Number(time.wall()))),
  );
  // Whoever types the address of the relay wants its pages; a program that asks for the root is told that nothing is there.
  app.get('/', heads, (request, reply) =>
    acceptsPages(request) ? reply.redirect('/admin', 303) : reply.callNotFound(),
  );
  adminPages(app, { ...deps, callRoute: routeCalls(deps) });
  deps.addRooms(app);
}
