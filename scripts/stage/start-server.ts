/** The one address of the demo: a checklist that ticks itself, and the mailbox. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { millis } from '../../src/base/brand.ts';
import { repeat } from '../../src/base/every.ts';
import { systemTime } from '../../src/base/system-time.ts';
import { isOwnForm, isOwnHost } from '../../src/cabinet/own-request.ts';
import { verifiedJournal } from './chapters/audit.ts';
import { Checklist } from './checklist.ts';
import type { Feed } from './feed.ts';
import { codeIn } from './mailbox.ts';
import type { Office } from './office.ts';
import type { Stage } from './stage.ts';
import { mailboxPage, mailPage, startPage } from './start-page.ts';

const assets = join(import.meta.dirname, '../../src/cabinet/assets');
const style = `${readFileSync(join(assets, 'cabinet.css'), 'utf8')}
.steps { display: grid; gap: 0.8rem; padding-left: 1.6rem; margin: 0.5rem 0; }
.steps .done::marker { content: "✓ "; color: var(--accent); }
.steps p { margin: 0; } .steps .way form { display: inline; }
.way a, .places a { display: inline-block; min-height: 1.75rem; padding-block: 0.1rem; }
.places { display: grid; gap: 0.5rem; } pre { white-space: pre-wrap; }`;

/** Puts what has changed in its place; a button that somebody is at stays as it is. */
const script = `setInterval(async () => {
  const now = document.getElementById('live');
  if (now === null || document.hidden || now.contains(document.activeElement)) return;
  try {
    const text = await (await fetch(location.pathname)).text();
    const next = new DOMParser().parseFromString(text, 'text/html').getElementById('live');
    if (next !== null && next.innerHTML !== now.innerHTML) now.innerHTML = next.innerHTML;
  } catch {}
}, 1000);`;

const lookMs = millis(500);

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly location?: string;
}

const ok = (type: string, text: string): Answer => ({ status: 200, type, text });
const plain = (status: number, text: string): Answer => ({ status, type: 'text/plain', text });

const exported = ['events', 'export', '--format', 'jsonl'] as const;

/** Serves until the demo is over. */
export async function openStart(stage: Stage, office: Office, feed: Feed): Promise<() => void> {
  const list = await Checklist.begin({ stage, office, feed });
  const start = new StartServer(stage, list);
  await start.listen();
  const stopLooking = repeat(systemTime, async () => {
    // The relay or the sandbox may be away for a while: the next look sees what has happened.
    await list.look().catch(() => {});
    return lookMs;
  });
  return () => {
    stopLooking();
    start.close();
  };
}

class StartServer {
  readonly #stage: Stage;
  readonly #list: Checklist;
  readonly #server = createServer((request, response) => {
    void this.#answer(request)
      .catch((error: unknown) => plain(500, String(error)))
      .then(answer => send(response, answer));
  });
  #verified: string | null = null;
  #isFirst = true;

  constructor(stage: Stage, list: Checklist) {
    this.#stage = stage;
    this.#list = list;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#stage.ports.start.port, '127.0.0.1', resolve);
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method, url = '/' } = request;
    if (!isOwnHost(request)) return plain(421, 'for this machine alone');
    if (method === 'POST' && url === '/verify')
      return isOwnForm(request) ? await this.#verify() : plain(403, 'a form of another site');
    if (method !== 'GET') return plain(405, 'no');
    switch (url) {
      case '/':
        return ok('text/html', await this.#start());
      case '/start.css':
        return ok('text/css', style);
      case '/start.js':
        return ok('text/javascript', script);
      case '/journal.jsonl':
        return ok('application/x-ndjson', await this.#stage.rig.must(exported));
      case '/mail':
        return ok('text/html', mailboxPage(this.#stage.mails.all));
      default:
        return this.#mail(url);
    }
  }

  async #verify(): Promise<Answer> {
    this.#verified = await verifiedJournal(this.#stage);
    this.#list.did('journal');
    return { status: 303, type: 'text/plain', text: '', location: '/' };
  }

  #mail(url: string): Answer {
    const [, number] = /^\/mail\/(\d{1,6})$/.exec(url) ?? [];
    const mail = this.#stage.mails.all.find(each => each.number === Number(number));
    if (mail === undefined) return plain(404, 'there is no such page');
    if (codeIn(mail) !== null) this.#list.did('mail');
    return ok('text/html', mailPage(mail));
  }

  async #start(): Promise<string> {
    const { fleetio, cabinetUrl, relay, firstLink } = this.#stage;
    await this.#list.look().catch(() => {});
    if (this.#isFirst) this.#isFirst = (await fetch(firstLink)).status === 200;
    const admin = this.#isFirst ? firstLink : `${relay.url}/admin`;
    const places = { fleetio: fleetio.url, cabinet: cabinetUrl, admin, isFirst: this.#isFirst };
    return startPage(this.#list, places, this.#verified);
  }
}

function send(response: ServerResponse, { status, type, text, location }: Answer): void {
  response.writeHead(status, {
    ...{
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    'content-type': `${type}; charset=utf-8`,
    ...(location === undefined ? {} : { location }),
  });
  response.end(text);
}
