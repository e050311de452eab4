/** Pages that live: how soon an open page shows what a box has done, and what many open streams cost the relay. */
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type Report, Samples } from '../bench/figures.ts';
import { cpuMs, residentMb } from '../bench/proc.ts';
import type { Fleet } from '../bench-fleet/fleet.ts';
import { FormBrowser } from '../rig/form-browser.ts';
import { until } from '../rig/until.ts';
import { Visitor } from './visitor.ts';

/** An account may have 200 of them (relay.md): the others are of accounts of their own. */
const streamsOf = [200, 200, 100] as const;
const patienceMs = 15_000;
/** Two beats of every stream lie within, each of which looks at its session. */
const windowMs = 55_000;

interface LiveOptions {
  readonly fleet: Fleet;
  readonly report: Report;
  /** Of the fleet's own account. */
  readonly cookie: string;
  readonly events: number;
}

export class Live {
  readonly #options: LiveOptions;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { report, fleet, events } = this.#options;
    report.title('pages that live');
    const [first] = fleet.boxes;
    if (first === undefined) throw new Error('no box is there that could tell anything');
    await fleet.connect([first]);
    const seen = await this.#seen(events);
    report.table([seen]);
    report.figure('event at the box → on an open page, p95', seen.quantile(0.95), 'ms', '≤ 1000');
    await this.#streams();
  }

  /** The page hears a name, asks for its piece again and is shown how many events have come since it was made. */
  async #seen(events: number): Promise<Samples> {
    const { fleet, cookie } = this.#options;
    const samples = new Samples('event → open page');
    const visitor = new Visitor(fleet.rig.url, cookie);
    const page = await visitor.see('/admin/events');
    // On a list that nothing has happened on there is none.
    const [, piece = '/admin/_/events?since=0'] = /hx-get="([^"]*\/_\/events[^"]*)"/.exec(page.text) ?? [];
    const sent: number[] = [];
    const look = async (): Promise<void> => {
      const { text } = await visitor.see(piece.replaceAll('&amp;', '&'));
      const shown = Number(/(\d+) new event/.exec(text)?.[1] ?? 0);
      const now = performance.now();
      for (const at of sent.slice(samples.count, shown)) samples.add(now - at);
    };
    const stream = await opened(fleet.rig.url, cookie, text => {
      if (text.includes('event: events')) void look();
    });
    for (let at = 0; at < events; at += 1) {
      // Neither in step with the second in which a page is told at most, nor with itself.
      await pause(300 + ((at * 397) % 1_400));
      this.#happen(sent);
    }
    await until('the last event on the page', () => samples.count === events, patienceMs);
    stream.destroy();
    visitor.close();
    return samples;
  }

  #happen(sent: number[]): void {
    const [first] = this.#options.fleet.boxes;
    const [batch] = first?.light.batches(1, 1) ?? [];
    if (batch === undefined) return;
    sent.push(performance.now());
    first?.light.send(batch.payload);
  }

  /** An event a second, without and with all those pages. */
  async #streams(): Promise<void> {
    const { report, fleet } = this.#options;
    const cookies = await this.#cookies();
    const alone = await this.#spent();
    const before = residentMb(fleet.pid);
    let heard = 0;
    const hear = (text: string): void => {
      if (text.includes('event: events')) heard += 1;
    };
    const streams: http.ClientRequest[] = [];
    for (const [at, count] of streamsOf.entries())
      for (let number = 0; number < count; number += 1)
        streams.push(await opened(fleet.rig.url, cookies[at] ?? '', hear));
    const grown = residentMb(fleet.pid) - before;
    const open = await this.#spent();
    for (const stream of streams) stream.destroy();
    report.note(`${streams.length} streams open, ${heard} words heard`);
    report.figure(`${streams.length} streams: of one core, besides`, (open - alone) * 100, '%', '≤ 3');
    report.figure('a stream: memory of the relay', (grown * 1_024) / streams.length, 'kB', '≤ 20');
  }

  async #spent(): Promise<number> {
    const { pid } = this.#options.fleet;
    const [from, cpu] = [performance.now(), cpuMs(pid)];
    while (performance.now() - from < windowMs) {
      this.#happen([]);
      await pause(1_000);
    }
    return (cpuMs(pid) - cpu) / (performance.now() - from);
  }

  async #cookies(): Promise<readonly string[]> {
    const { fleet, cookie } = this.#options;
    const cookies = [cookie];
    for (const name of ['Second', 'Third']) {
      const account = await fleet.rig.must(['account', 'create', name]);
      const token = await fleet.rig.must(['token', 'create', '--scope', 'admin', '--account', account]);
      const browser = new FormBrowser(fleet.rig);
      await browser.post('/admin/login', { token });
      cookies.push(browser.cookie);
    }
    return cookies;
  }
}

/** @throws Error unless the relay lets it in */
const opened = (url: string, cookie: string, hear: (text: string) => void): Promise<http.ClientRequest> =>
  new Promise((resolve, reject) => {
    const asked = http.get(`${url}/admin/_/live`, { headers: { cookie }, agent: false }, answer => {
      if (answer.statusCode !== 200) reject(new Error(`a stream was answered ${answer.statusCode}`));
      answer.setEncoding('utf8').on('data', hear);
      answer.on('error', () => {});
      resolve(asked);
    });
    // Of those that are ended here as well.
    asked.on('error', reject);
  });
