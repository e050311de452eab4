/** `cabinet:` of box.yaml: a page on which a simulated box is played with, by ptys and line files alone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { millis } from '../base/brand.ts';
import { every } from '../base/every.ts';
import { codeOf, reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { systemTime } from '../base/system-time.ts';
import { Beliefs } from './belief.ts';
import { ByteLog } from './byte-log.ts';
import { cabinetPage, darkPage, refusalPage, textsOf } from './cabinet-page.ts';
import { Cable } from './cable.ts';
import { Deeds } from './deeds.ts';
import { Doors } from './doors.ts';
import { isSo } from './line-files.ts';
import { hasOtherEnd, listenTo, makePair } from './other-end.ts';
import { isOwnForm, isOwnHost } from './own-request.ts';
import { ShownText } from './shown-text.ts';
import type { CabinetSpec } from './spec.ts';
import type { Said } from './texts.ts';
import type { View } from './view.ts';

interface CabinetDeps {
  readonly log: Log;
  /** As a fuse does it: nothing of the process is left. */
  readonly cutPower: () => void;
}

const style = readFileSync(new URL('./assets/cabinet.css', import.meta.url), 'utf8');
const script = readFileSync(new URL('./assets/cabinet.js', import.meta.url), 'utf8');

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const;

/** Shorter than any pulse of a lock is by default, so that each is seen. */
const lookMs = millis(50);
const formMaxBytes = 2_048;
/** Makes ports that are not there yet: before the box opens them. Returns what ends them. */
export async function makePorts(spec: CabinetSpec, log: Log): Promise<() => void> {
  const paths = [spec.keypad, ...spec.readers, ...(spec.display === null ? [] : [spec.display])];
  const ends = await Promise.all(paths.map(({ path }) => makePair(path, log)));
  return () => {
    for (const end of ends) end();
  };
}

/** Serves the page; resolves to what ends it. A port that is taken is said, and the box goes on without its page. */
export async function openFront(spec: CabinetSpec, deps: CabinetDeps): Promise<() => Promise<void>> {
  const front = new Front(spec, deps);
  await front.open();
  return () => front.close();
}

class Front {
  readonly #spec: CabinetSpec;
  readonly #deps: CabinetDeps;
  readonly #doors: Doors;
  readonly #bytes = new ByteLog();
  readonly #shown: ShownText | null;
  readonly #beliefs: Beliefs;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  readonly #ends: (() => void)[] = [];
  #cable: Cable | null = null;
  #deeds: Deeds | null = null;
  #said: Said | null = null;

  constructor(spec: CabinetSpec, deps: CabinetDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#doors = new Doors(spec);
    this.#shown = spec.display === null ? null : new ShownText(spec.display);
    this.#beliefs = new Beliefs(spec.relay);
  }

  async open(): Promise<void> {
    const { display, cable, host, port } = this.#spec;
    this.#ends.push(every(systemTime, lookMs, () => this.#doors.look()));
    if (display !== null) this.#ends.push(listenTo(display.path, bytes => this.#hear(bytes)));
    await this.#tried('cabinet: the cable cannot be laid', cable?.port ?? 0, async () => {
      if (cable !== null) this.#cable = await Cable.open(cable, this.#doors.cable.isIn);
    });
    const [spec, doors] = [this.#spec, this.#doors];
    this.#deeds = new Deeds({ spec, doors, cable: this.#cable, log: this.#bytes });
    await this.#tried('cabinet: its page is not served', port, () => this.#listen(host, port));
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    this.#server.closeAllConnections();
    await Promise.all([
      this.#cable?.close(),
      new Promise<void>(resolve => this.#server.close(() => resolve())),
    ]);
  }

  async #tried(what: string, port: number, open: () => Promise<void>): Promise<void> {
    try {
      await open();
    } catch (error) {
      this.#deps.log.warn({ port, reason: codeOf(error) || reasonOf(error) }, what);
    }
  }

  #listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
  }

  #hear(bytes: Uint8Array): void {
    this.#shown?.push(bytes);
    this.#bytes.add('display', 'out', bytes);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/' } = request;
    const { refusedHost, refusedForm } = textsOf(this.#spec);
    if (!isOwnHost(request)) this.#refuse(response, 421, refusedHost);
    else if (method === 'POST' && url === '/') {
      if (isOwnForm(request)) await this.#act(request, response);
      else this.#refuse(response, 403, refusedForm);
    } else if (method !== 'GET' && method !== 'HEAD') send(response, 405, 'text/plain', '');
    else if (url === '/') await this.#show(request, response);
    else if (url === '/cabinet.css') send(response, 200, 'text/css', style);
    else if (url === '/cabinet.js') send(response, 200, 'text/javascript', script);
    else this.#refuse(response, 404, '404');
  }

  async #show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = cabinetPage(await this.#view());
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { ...headers, etag }).end();
    else send(response, 200, 'text/html', text, { etag });
  }

  async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await formOf(request);
    if (form?.get('do') === 'power') {
      response.once('close', this.#deps.cutPower);
      const page = darkPage({ spec: this.#spec, texts: textsOf(this.#spec) });
      send(response, 200, 'text/html', page, { connection: 'close' });
      return;
    }
    const said = form === null ? null : (this.#deeds?.do(form) ?? null);
    if (said === null) {
      send(response, 400, 'text/plain', '');
      return;
    }
    this.#said = said;
    send(response, 303, 'text/plain', '', { location: '/' });
  }

  async #view(): Promise<View> {
    const spec = this.#spec;
    this.#doors.look();
    return {
      ...{ spec, texts: textsOf(spec), said: this.#said, doors: this.#doors.all, hand: this.#doors.hand },
      rows: this.#shown?.rows ?? null,
      lamps: spec.lamps.map(({ lamp, line }) => ({ lamp, isOn: isSo(line) === true })),
      alarms: spec.alarms.map(({ alarm, line }) => ({ alarm, isOn: isSo(line) === true })),
      canType: hasOtherEnd(spec.keypad.path),
      readers: spec.readers.filter(({ path }) => hasOtherEnd(path)),
      cable: this.#cable?.isIn ?? null,
      belief: await this.#beliefs.now(),
      bytes: this.#bytes.lines,
      now: Date.now(),
    };
  }

  #refuse(response: ServerResponse, status: number, said: string): void {
    send(response, status, 'text/html', refusalPage(this.#spec.language, said));
  }
}

/** Null: too long, or no form. */
async function formOf(request: IncomingMessage): Promise<URLSearchParams | null> {
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= formMaxBytes) chunks.push(chunk);
  }
  return bytes > formMaxBytes ? null : new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  more: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8`, ...more });
  response.end(text);
}
