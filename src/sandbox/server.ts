/** `smartbox-relay fleetio-sandbox`: the API under `/api`, a page to assign by hand at `/`, the switches under `/switches`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { codeOf, Fault } from '../base/fault.ts';
import { parseForeign } from '../base/foreign-json.ts';
import { type Answer, type Call, refusal, tooMany } from './answer.ts';
import { Hooks, type SandboxClock } from './hooks.ts';
import { page, pageAction } from './page.ts';
import { answer, type Office } from './routes.ts';
import { badSwitch, type Failure, type Switches, turn, wellBehaved } from './switches.ts';
import type { World } from './world.ts';

const bodyMaxBytes = 256 * 1024;
const minuteMs = 60_000;

export interface Sandbox {
  /** `http://127.0.0.1:PORT`; its API is at `/api`. */
  readonly url: string;
  readonly world: World;
  readonly switches: Switches;
  readonly hooks: Hooks;
  /** Calls of the API so far, by `METHOD /path`, newest last; the last thousand. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly world: World;
  readonly clock: SandboxClock;
}

/** @throws Fault `port-taken` */
export async function openSandbox({ host, port, world, clock }: SandboxOptions): Promise<Sandbox> {
  const switches = wellBehaved();
  const hooks = new Hooks(world, switches, clock);
  const office: Office = { world, switches, hooks, now: clock.now };
  const calls: string[] = [];
  const gate = new Gate(switches, clock, calls);
  const server = createServer((request, response) => {
    void serve(request, response, { office, gate, clock }).catch(() => response.destroy());
  });
  await listening(server, host, port);
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host}:${taken}`,
    ...{ world, switches, hooks, calls },
    close: () =>
      new Promise(resolve => {
        hooks.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', error => {
      const said = `${host}:${port} cannot be listened on (${codeOf(error)})`;
      reject(new Fault('port-taken', said, 'Give another --listen.', error));
    });
    server.listen(port, host, resolve);
  });

/** A gate stands before the answers: it counts, limits, and fails on purpose. */
export class Gate {
  readonly #switches: Switches;
  readonly #clock: SandboxClock;
  readonly #calls: string[];
  #recent: number[] = [];

  constructor(switches: Switches, clock: SandboxClock, calls: string[]) {
    this.#switches = switches;
    this.#clock = clock;
    this.#calls = calls;
  }

  /** Null: let it in. */
  refuses(call: Call): Failure | Answer | null {
    this.#calls.push(`${call.method} ${call.path}`);
    if (this.#calls.length > 1_000) this.#calls.shift();
    const { callsPerMin, retryAfterS } = this.#switches;
    const now = this.#clock.now();
    this.#recent = this.#recent.filter(at => at > now - minuteMs);
    if (callsPerMin > 0 && this.#recent.length >= callsPerMin) return tooMany(retryAfterS);
    this.#recent.push(now);
    return this.#failure(call);
  }

  #failure(call: Call): Failure | null {
    const switches = this.#switches;
    const { failure, failOn, failTimes } = switches;
    if (failure === 'none' || failTimes === 0 || !`${call.method} ${call.path}`.includes(failOn)) return null;
    if (failTimes > 0) switches.failTimes -= 1;
    return failure;
  }
}

interface ServerDeps {
  readonly office: Office;
  readonly gate: Gate;
  readonly clock: SandboxClock;
}

async function serve(request: IncomingMessage, response: ServerResponse, inside: ServerDeps): Promise<void> {
  const text = await bodyOf(request);
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (url.pathname.startsWith('/api/')) {
    await serveApi(callOf(request, url, text), response, inside);
    return;
  }
  const { office } = inside;
  if (url.pathname === '/switches') send(response, switched(office.switches, request.method ?? '', text));
  else if (url.pathname === '/' && request.method === 'POST') send(response, pageAction(office, text));
  else if (url.pathname === '/') send(response, page(office, ''));
  else send(response, { status: 404, body: 'There is a page at / and the API at /api.' });
}

async function serveApi(call: Call | null, response: ServerResponse, inside: ServerDeps): Promise<void> {
  const { office, gate, clock } = inside;
  if (call === null) {
    send(response, { status: 400, body: { error: 'the body is no JSON' } });
    return;
  }
  const { delayMs, retryAfterS } = office.switches;
  if (delayMs > 0) await new Promise<void>(resolve => void clock.after(delayMs, resolve));
  const refused = gate.refuses(call);
  if (refused === null || refused === 'none') send(response, answer(office, call));
  else if (typeof refused === 'object') send(response, refused);
  else fail(response, refused, { path: call.path, retryAfterS });
}

function fail(
  response: ServerResponse,
  failure: Exclude<Failure, 'none'>,
  { path, retryAfterS }: { readonly path: string; readonly retryAfterS: number },
): void {
  if (failure === 'hang') return;
  if (failure === 'cut') response.socket?.destroy();
  else if (failure === 'garbage') send(response, { status: 200, body: '<html>maintenance</html>' });
  else if (failure === '403') send(response, { status: 403 });
  else if (failure === '422') send(response, { status: 422, body: { errors: { base: ['is refused'] } } });
  else if (failure === '429') send(response, tooMany(retryAfterS));
  else send(response, refusal(Number(failure), path));
}

function callOf(request: IncomingMessage, url: URL, text: string): Call | null {
  const [, version, path = '/'] = /^\/api(?:\/(v1|v2))?(\/.*)$/.exec(url.pathname) ?? [];
  try {
    return {
      method: request.method ?? 'GET',
      path: path.replace(/\/$/, ''),
      version: version === 'v1' || version === 'v2' ? version : null,
      query: url.searchParams,
      headers: request.headers as Call['headers'],
      body: text === '' ? undefined : parseForeign(text),
    };
  } catch {
    return null;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyMaxBytes) throw new Fault('too-large', 'the body is too large', 'Send less.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function switched(switches: Switches, method: string, text: string): Answer {
  if (method !== 'PATCH') return { status: 200, body: switches };
  try {
    const patch = parseForeign(text) as object;
    const wrong = badSwitch(switches, patch);
    if (wrong !== null) return { status: 422, body: { error: wrong } };
    turn(switches, patch);
    return { status: 200, body: switches };
  } catch {
    return { status: 400, body: { error: 'the body is no JSON' } };
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = typeof body === 'string';
  const html = isText && body.startsWith('<');
  const type = isText
    ? html
      ? 'text/html; charset=utf-8'
      : 'text/plain; charset=utf-8'
    : 'application/json';
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': type }), ...headers });
  response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
}
