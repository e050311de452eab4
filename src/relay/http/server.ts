/** The HTTP side of the relay: one server, with limits on everything that comes in and one way to say no. */
import { isUtf8 } from 'node:buffer';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import { mustBeShallow } from '../../base/foreign-json.ts';
import { html } from '../../base/html.ts';
import type { Log } from '../../base/log.ts';
import { type ProblemDocument, problem, problemOf, problemType } from './api/api-error.ts';
import { shareConnections } from './connections.ts';
import { securityHeaders } from './headers.ts';
import { page, style } from './pages/page.ts';
import { proxiesOf, watchProxies } from './request-origin.ts';

interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Networks whose `X-Forwarded-For` is believed (CIDR). */
  readonly trustedProxies: readonly string[];
  /** An address that sends `X-Forwarded-For` and is not in one of these networks. */
  readonly untrustedProxy?: (address: string) => void;
  readonly connectionsMax?: number;
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
/** From its first byte to the end of its headers, a request may take so long. */
const headersTimeoutMs = 10_000;
const closeWithinMs = 3_000;

/** @throws Fault `port-taken` naming the key of the configuration */
export async function startServer(options: ServerOptions): Promise<Server> {
  const app = serverOf(options);
  options.routes(app);
  await app.ready();
  app.server.headersTimeout = headersTimeoutMs;
  shareConnections(app.server, options.connectionsMax ?? connectionsMax);
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
function listenFault(error: unknown, key: string, address: string): Fault {
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

function serverOf({ trustedProxies, untrustedProxy, isHttps, log }: ServerOptions): FastifyInstance {
  const isTrusted = proxiesOf(trustedProxies);
  const app = fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? isTrusted : false,
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
  if (untrustedProxy !== undefined) watchProxies(app, isTrusted, untrustedProxy);
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, never the address: that may hold a one-time link.
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    log.debug({ method, route: routeOptions.url ?? 'none', status: reply.statusCode, ms }, 'request');
  });
  addJson(app);
  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => {
    const text = utf8In(body);
    if (text === null) done(notUtf8());
    else done(null, text);
  });
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply, log }));
  app.setNotFoundHandler((request, reply) => notFound(app, request, reply));
  return app;
}

/** An empty body is none, whatever type it is said to have: programs name one by habit. */
function addJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = utf8In(body);
    if (text === null) done(notUtf8());
    else if (text === '') done(null, undefined);
    else if (isTooDeep(text)) done(tooDeep());
    else void parse(request, text, done);
  });
}

function isTooDeep(text: string): boolean {
  try {
    mustBeShallow(text);
    return false;
  } catch {
    return true;
  }
}

const tooDeep = (): Fault =>
  new Fault('bad-json', 'the body is nested too deep', 'No request needs more than 64 levels.');

const utf8In = (body: string | Buffer): string | null => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
};

/** Bytes of another alphabet would become other letters without a word, as in names of a file that an old spreadsheet has saved. */
const notUtf8 = (): Fault =>
  new Fault('bad-encoding', 'the body is not UTF-8 text', 'Save it as UTF-8: a spreadsheet as “CSV UTF-8”.');

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
  reply.status(document.status);
  if (isPageOfOurs(reply.request)) return reply.type('text/html; charset=utf-8').send(refusedPage(document));
  return reply.type(problemType).send(JSON.stringify(document));
}

/** Somebody in a browser, who can do nothing with a document for programs. */
const isPageOfOurs = (request: FastifyRequest): boolean =>
  acceptsPages(request) && /^\/admin(?:[/?]|$)/.test(request.url);

const refusedPage = ({ title, detail, hint }: ProblemDocument): string =>
  page(
    'That did not work',
    html`<h1>That did not work</h1><p>${detail ?? title}.</p>${hint === undefined ? null : html`<p>${hint}</p>`}
<p><a href="/admin">To the first page</a></p>`,
  );

/** Somebody asks too often. */
export class TooMany extends Fault {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('too-many', 'too many requests', `Wait ${Math.ceil(waitMs / 1_000)} s.`);
    this.waitMs = waitMs;
  }
}

/** Browsers name it first in what they accept; programs that take anything do not. */
export const acceptsPages = ({ headers }: FastifyRequest): boolean =>
  (headers.accept ?? '').toLowerCase().includes('text/html');

const nothingHere = page(
  'Not found',
  html`<h1>There is nothing at this address</h1><p>The relay’s own pages begin at <a href="/admin">/admin</a>.</p>`,
);

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;

function notFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?');
  const known = methods.filter(method => app.findRoute({ method, url: path }) !== null);
  // Whoever mistypes an address in a browser is to read a page, as everywhere.
  if (known.length === 0 && acceptsPages(request) && !path.startsWith('/api/'))
    return reply.status(404).type('text/html; charset=utf-8').send(nothingHere);
  if (known.length === 0 || known.some(method => method === request.method))
    return refuse(reply, problem(404, 'not-found', 'there is nothing at this address'));
  reply.header('allow', known.join(', '));
  return refuse(reply, problem(405, 'method-not-allowed', `${request.method} does nothing here`));
}
