/** The HTTP side of the relay: one server, with limits on everything that comes in and one way to say no. */
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { securityHeaders } from './headers.ts';
import { style } from './html.ts';
import { type ProblemDocument, problem, problemOf, problemType } from './problem.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly trustProxy: boolean;
  /** Whether browsers reach it by https. */
  readonly isHttps: boolean;
  readonly log: Log;
  /** Adds the routes. */
  readonly routes: (app: FastifyInstance) => void;
}

export interface Server {
  readonly port: number;
  close(): Promise<void>;
}

/** A list of some thousands of keys; one booking is a thousandth of it. */
const bodyMaxBytes = 1_048_576;
const requestTimeoutMs = 30_000;
const idleTimeoutMs = 65_000;
const headerMaxBytes = 16_384;
const connectionsMax = 2_000;
const closeWithinMs = 3_000;

/** @throws Fault `port-taken` naming the key of the configuration */
export async function startServer(options: ServerOptions): Promise<Server> {
  const app = serverOf(options);
  options.routes(app);
  await app.ready();
  app.server.maxConnections = connectionsMax;
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw listenFault(error, 'http.listen', `${options.host}:${options.port}`);
  }
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      // What is under way may end; what only lingers may not hold up a restart.
      const late = setTimeout(() => app.server.closeAllConnections(), closeWithinMs);
      await app.close();
      clearTimeout(late);
    },
  };
}

/** `key`: where in relay.yaml the address comes from. */
export function listenFault(error: unknown, key: string, address: string): Fault {
  const code = codeOf(error);
  if (code === 'EADDRINUSE')
    return new Fault(
      'port-taken',
      `${key}: ${address} is taken`,
      `Stop what listens there, or set ${key}.`,
      error,
    );
  if (code === 'EACCES')
    return new Fault(
      'port-refused',
      `${key}: ${address} is not allowed`,
      `Set ${key} to a port above 1023.`,
      error,
    );
  return new Fault(
    'port-refused',
    `${key}: ${address}: ${reasonOf(error)}`,
    `Set ${key} to an address of this machine.`,
    error,
  );
}

function serverOf({ trustProxy, isHttps, log }: ServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    trustProxy: trustProxy ? 'loopback' : false,
    bodyLimit: bodyMaxBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: idleTimeoutMs,
    keepAliveTimeout: idleTimeoutMs,
    http: { maxHeaderSize: headerMaxBytes },
    routerOptions: { maxParamLength: 300 },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, _request, reply) => {
      void refuse(reply, problem(400, 'bad-request', 'the address cannot be read'));
    },
  });
  const headers = securityHeaders(style, isHttps);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, never the address: that may hold a one-time link.
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    log.debug({ method, route: routeOptions.url ?? 'none', status: reply.statusCode, ms }, 'request');
  });
  addJson(app);
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply, log }));
  app.setNotFoundHandler((request, reply) => notFound(app, request, reply));
  return app;
}

/** An empty body is none, whatever type it is said to have: programs name one by habit. */
function addJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, String(body), done);
  });
}

function answerError(
  error: unknown,
  {
    request,
    reply,
    log,
  }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly log: Log },
): FastifyReply {
  const known = problemOf(error);
  if (known !== null) return refuse(reply, known, error);
  const route = request.routeOptions.url ?? 'none';
  log.error({ route, code: codeOf(error), reason: reasonOf(error), stack: stackOf(error) }, 'request failed');
  return refuse(reply, problem(500, 'internal', 'the relay failed; nothing was changed'));
}

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);

function refuse(reply: FastifyReply, document: ProblemDocument, error?: unknown): FastifyReply {
  if (document.status === 401) reply.header('www-authenticate', 'Bearer realm="smartbox"');
  const waitMs = error instanceof TooMany ? error.waitMs : null;
  if (waitMs !== null) reply.header('retry-after', String(Math.ceil(waitMs / 1_000)));
  return reply.status(document.status).type(problemType).send(JSON.stringify(document));
}

/** Somebody asks too often. */
export class TooMany extends Fault {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('too-many', 'too many requests', `Wait ${Math.ceil(waitMs / 1_000)} s.`);
    this.waitMs = waitMs;
  }
}

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;

function notFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?');
  const known = methods.filter(method => app.findRoute({ method, url: path }) !== null);
  if (known.length === 0 || known.some(method => method === request.method))
    return refuse(reply, problem(404, 'not-found', 'there is nothing at this address'));
  reply.header('allow', known.join(', '));
  return refuse(reply, problem(405, 'method-not-allowed', `${request.method} does nothing here`));
}
