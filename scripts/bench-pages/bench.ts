import { setTimeout as pause } from 'node:timers/promises';
import { chainReady } from '../../src/wire/chain.ts';
import { type Report, Samples } from '../bench/figures.ts';
import { residentMb } from '../bench/proc.ts';
import { Api } from '../bench-fleet/api.ts';
import { Changes } from '../bench-fleet/changes.ts';
import { Fleet, insideBroker } from '../bench-fleet/fleet.ts';
import { FormBrowser } from '../rig/form-browser.ts';
import { type Postgres, startPostgres } from '../rig/postgres-server.ts';
import { Live } from './live.ts';
import { Looks } from './looks.ts';
import { large, type Size, seedLarge } from './seed.ts';
import { Turns } from './turns.ts';
import { Visitor } from './visitor.ts';

interface PagesBenchOptions {
  readonly report: Report;
  readonly quick: boolean;
  readonly postgres: boolean;
}

/** Pages that are asked for by their address alone; those of one thing are found on their lists. */
const lists = [
  ...['/admin', '/admin/keys', '/admin/drivers', '/admin/boxes', '/admin/events'],
  ...['/admin/problems', '/admin/integrations', '/admin/people', '/admin/settings', '/admin/bookings/new'],
] as const;
const searches = ['van', 'kim bos', 'van 4711', 'kx2', 'box-7', 'nobody'];
const oneOf = ['bookings', 'keys', 'drivers', 'boxes'] as const;

/** A page far down a list, which turning costs no more to reach than the first. */
const farPage = 700;
const visitors = 50;
const changesPerSecond = 20;

export class PagesBench {
  readonly #options: PagesBenchOptions;
  #postgres: Postgres | null = null;
  #fleet: Fleet | null = null;
  #cookie = '';

  constructor(options: PagesBenchOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { report, quick, postgres } = this.#options;
    await chainReady;
    const part = quick ? 0.1 : 1;
    const size = Object.fromEntries(
      Object.entries(large).map(([name, count]) => [name, Math.round(count * part)]),
    ) as unknown as Size;
    const broker = await insideBroker();
    if (postgres) {
      this.#postgres = await startPostgres();
      const store = { url: await this.#postgres.database() };
      Object.assign(broker, { sections: { ...broker.sections, store } });
    }
    report.title(
      `${1_000 * part} boxes, ${Object.entries(size)
        .map(([name, n]) => `${n} ${name}`)
        .join(', ')}`,
    );
    const fleet = await Fleet.make(broker, 1_000 * part, 'warn');
    this.#fleet = fleet;
    const boxes = fleet.boxes.map(({ light }) => light.id);
    await seedLarge(fleet.rig, boxes, size);
    const turns = await this.#start(fleet);
    await this.#pages(fleet, turns);
    await new Live({ fleet, report, cookie: this.#cookie, events: quick ? 30 : 90 }).run();
    if (!postgres) await this.#receipts(fleet);
  }

  async dispose(): Promise<void> {
    await this.#fleet?.dispose();
    await this.#postgres?.stop();
  }

  async #start(fleet: Fleet): Promise<Turns> {
    const turns = new Turns(fleet.rig.dir, () => fleet.pid);
    await fleet.start(turns.env);
    const browser = new FormBrowser(fleet.rig);
    const { status } = await browser.post('/admin/login', { token: fleet.token });
    if (status !== 303) throw new Error(`nobody was let in: ${status}`);
    this.#cookie = browser.cookie;
    // All that a start has to do for such an account is over.
    await pause(5_000);
    this.#options.report.figure('relay RSS', residentMb(fleet.pid), 'MB');
    return turns;
  }

  async #pages(fleet: Fleet, turns: Turns): Promise<void> {
    const { report, quick } = this.#options;
    const visitor = new Visitor(fleet.rig.url, this.#cookie);
    const looks = new Looks(visitor, turns, quick ? 30 : 100);
    const first = await looks.at('/admin/bookings', ['/admin/bookings']);
    for (const path of lists) await looks.at(path, [path]);
    for (const each of oneOf) await looks.eachOn(`/admin/${each}`);
    const pages = [...looks.all];
    const paths = searches.map(words => `/admin/search?q=${encodeURIComponent(words)}`);
    const search = await looks.at('search', paths);
    const { path, page } = await looks.far('/admin/bookings', quick ? farPage / 10 : farPage);
    const far = await looks.at(`/admin/bookings, page ${page}`, [path]);
    visitor.close();
    report.table(looks.all.map(({ samples }) => samples));
    const worst = (share: number): number => Math.max(...pages.map(({ samples }) => samples.quantile(share)));
    report.figure('any page: p50, the dearest', worst(0.5), 'ms', '≤ 3');
    report.figure('any page: p95, the dearest', worst(0.95), 'ms', '≤ 10');
    report.figure('search: p95', search.quantile(0.95), 'ms', '≤ 15');
    report.figure(`page ${page} : page 1, p50`, far.quantile(0.5) / first.quantile(0.5), '×', '≤ 1.2');
    const dearest = looks.all.toSorted((a, b) => b.longestTurnMs - a.longestTurnMs).slice(0, 5);
    for (const { samples, longestTurnMs, bytes } of dearest) {
      const name = `longest turn: ${samples.name} (${Math.round(bytes / 1_024)} kB)`;
      report.figure(name, longestTurnMs, 'ms', '≤ 10');
    }
  }

  /** Of boxes that are told of changes, while nobody looks and while many do. */
  async #receipts(fleet: Fleet): Promise<void> {
    const { report, quick } = this.#options;
    report.title(
      `receipts, ${changesPerSecond} changes a second, ${visitors} administrators who click once a second`,
    );
    await fleet.connect(fleet.boxes);
    const api = new Api(fleet.rig.url, fleet.token);
    const pace = { perSecond: changesPerSecond, seconds: quick ? 10 : 30, boxes: fleet.boxes.length };
    await new Changes(fleet, api).run('warm', { ...pace, seconds: 5 });
    const alone = await new Changes(fleet, api).run('nobody looks', pace);
    const stop = this.#clicking(fleet);
    const looked = await new Changes(fleet, api).run(`${visitors} look`, pace);
    const clicks = await stop();
    report.table([alone.receipts, looked.receipts, clicks]);
    const ratio = looked.receipts.quantile(0.99) / alone.receipts.quantile(0.99);
    report.figure('receipts p99, with : without', ratio, '×', '≤ 1.1');
    api.close();
  }

  #clicking(fleet: Fleet): () => Promise<Samples> {
    const clicks = new Samples('a click');
    const visitor = new Visitor(fleet.rig.url, this.#cookie, visitors);
    let going = true;
    const one = async (number: number): Promise<void> => {
      await pause((number * 1_000) / visitors);
      for (let at = number; going; at += 1) {
        const [seen] = await Promise.all([visitor.see(lists[at % lists.length] ?? ''), pause(1_000)]);
        clicks.add(seen.ms);
      }
    };
    const all = Promise.all(Array.from({ length: visitors }, (_, number) => one(number)));
    return async () => {
      going = false;
      await all;
      visitor.close();
      return clicks;
    };
  }
}
