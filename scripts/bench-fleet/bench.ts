import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chainReady } from '../../src/wire/chain.ts';
import type { Report } from '../bench/figures.ts';
import { cpuMs, peakMb, residentMb } from '../bench/proc.ts';
import { Api } from './api.ts';
import { Changes, type Outcome } from './changes.ts';
import { costs } from './costs.ts';
import { weekDark } from './dark.ts';
import { type Broker, Fleet } from './fleet.ts';
import { flood } from './flood.ts';
import { CommitFloor } from './floor.ts';
import { packageOf, profileIn, sharesOf } from './profile.ts';
import { RealBox } from './real-box.ts';
import { atRest } from './rest.ts';

export interface FleetBenchOptions {
  readonly broker: Broker;
  /** For line files, in memory. */
  readonly lines: string;
  readonly report: Report;
  readonly quick: boolean;
  readonly boxes: number;
  /** Parts that are run; null: all. */
  readonly only: ReadonlySet<string> | null;
}

const rates = [
  { perSecond: 200, bar: '≤ 100' },
  { perSecond: 500, bar: '' },
  { perSecond: 1_000, bar: '≤ 150' },
] as const;

const batches = [
  { size: 1, each: 10, bar: '≥ 2,000' },
  { size: 16, each: 4, bar: '≥ 20,000' },
  { size: 64, each: 3, bar: '≥ 40,000' },
] as const;

/** Within it a daemon has given back what a rush has left behind. */
const restMs = 15_000;

/** All measurements in one run, on one relay and its boxes. */
export class FleetBench {
  readonly #options: FleetBenchOptions;
  #fleet: Fleet | null = null;
  #api: Api | null = null;
  #box: RealBox | null = null;

  constructor(options: FleetBenchOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { broker, boxes, report } = this.#options;
    await chainReady;
    this.#costs();
    report.title(`${boxes} boxes`);
    this.#fleet = await Fleet.make(broker, boxes, 'warn');
    await this.#start();
    const parts = {
      growth: () => this.#growth(),
      connect: () => this.#connect(),
      rest: () => this.#rest(),
      load: () => this.#load(),
      events: () => this.#floods(),
      dark: () => this.#dark(),
      profile: () => this.#profile(),
    } as const;
    const { only } = this.#options;
    const needsFleet = only !== null && !only.has('growth') && !only.has('connect');
    if (needsFleet) await this.fleet.connect(this.fleet.boxes);
    for (const [name, part] of Object.entries(parts)) if (only === null || only.has(name)) await part();
  }

  async dispose(): Promise<void> {
    this.#api?.close();
    await this.#box?.rig.dispose();
    await this.#fleet?.dispose();
  }

  get fleet(): Fleet {
    if (this.#fleet === null) throw new Error('no fleet');
    return this.#fleet;
  }

  get api(): Api {
    this.#api ??= new Api(this.fleet.rig.url, this.fleet.token);
    return this.#api;
  }

  async #start(): Promise<void> {
    await this.fleet.start();
    await pause(2_000);
    const { report } = this.#options;
    report.figure('relay RSS, nobody connected', residentMb(this.fleet.pid), 'MB');
  }

  #costs(): void {
    const { report } = this.#options;
    report.title('parts of a change, alone');
    for (const { name, us } of costs()) report.figure(name, us, 'µs');
  }

  /** From ten boxes to all: what one more costs. */
  async #growth(): Promise<void> {
    const { report, quick } = this.#options;
    const { fleet } = this;
    report.title('growth, 100 changes/s');
    const idle: number[] = [];
    const changing: number[] = [];
    const resident: number[] = [];
    let from = 0;
    for (const count of [fleet.boxes.length / 100, fleet.boxes.length / 10, fleet.boxes.length]) {
      await fleet.connect(fleet.boxes.slice(from, count));
      from = count;
      await new Changes(fleet, this.api).run('warm', { perSecond: 100, seconds: 2, boxes: count });
      await pause(3_000);
      resident.push(residentMb(fleet.pid));
      idle.push(await this.#idle(quick ? 5 : 20));
      const cpuFrom = cpuMs(fleet.pid);
      const pace = { perSecond: 100, seconds: quick ? 3 : 10, boxes: count };
      const outcome = await new Changes(fleet, this.api).run(`${count} boxes`, pace);
      changing.push((cpuMs(fleet.pid) - cpuFrom) / (pace.perSecond * pace.seconds));
      report.figure(`${count} boxes: relay RSS`, resident.at(-1) ?? 0, 'MB');
      report.figure(`${count} boxes: idle CPU`, idle.at(-1) ?? 0, '%');
      report.figure(`${count} boxes: relay CPU a change`, changing.at(-1) ?? 0, 'ms');
      report.figure(`${count} boxes: change → receipt p50`, outcome.receipts.quantile(0.5), 'ms');
    }
    const [, less = 1, most = 1] = changing;
    report.figure('CPU a change, all boxes : a tenth of them', most / less, '×', '≤ 1.2');
    const [, tenth = 0, all = 0] = resident;
    report.figure(
      'RSS a box, from a tenth to all',
      ((all - tenth) * 1_024) / (fleet.boxes.length * 0.9),
      'kB',
    );
  }

  /** Percent of a core. */
  async #idle(seconds: number): Promise<number> {
    const from = cpuMs(this.fleet.pid);
    await pause(seconds * 1_000);
    return (cpuMs(this.fleet.pid) - from) / (seconds * 10);
  }

  async #connect(): Promise<void> {
    const { report, quick } = this.#options;
    const { fleet } = this;
    report.title('the relay starts again, and all boxes come at once');
    fleet.disconnect();
    await fleet.rig.stop();
    await fleet.start();
    const from = cpuMs(fleet.pid);
    const { subscribedMs, inStepMs } = await fleet.connect(fleet.boxes);
    report.figure('all connected and subscribed', subscribedMs / 1_000, 's', '≤ 5');
    report.figure('all with the relay’s word on their set', inStepMs / 1_000, 's');
    report.figure('relay CPU a box', (cpuMs(fleet.pid) - from) / fleet.boxes.length, 'ms');
    await pause(quick ? 5_000 : 15_000);
    report.figure('relay RSS', residentMb(fleet.pid), 'MB', '≤ 160');
    report.figure('its peak', peakMb(fleet.pid), 'MB');
    report.figure('idle CPU', await this.#idle(quick ? 10 : 60), '%', '≤ 1');
    const broker = fleet.broker.pid();
    if (broker !== null) report.figure('broker RSS', residentMb(broker), 'MB');
  }

  async #rest(): Promise<void> {
    const { report, quick } = this.#options;
    const { fleet, api } = this;
    report.title('booking change → receipt of a real box, at rest');
    const box = await this.#real();
    await pause(2_000);
    const floor = new CommitFloor(fleet.rig.dir);
    await atRest({ fleet, api, floor }, box, 20);
    const rest = await atRest({ fleet, api, floor }, box, quick ? 100 : 500);
    floor.close();
    report.table([rest.floor, rest.answer, rest.receipt]);
    report.figure('p50', rest.receipt.quantile(0.5), 'ms', '≤ 10');
    report.figure('p99', rest.receipt.quantile(0.99), 'ms', '≤ 30');
    report.figure('p50 : a commit', rest.receipt.quantile(0.5) / rest.floor.quantile(0.5), '×', '≤ 12');
    report.figure('missed', rest.missed, '', '0');
    report.figure('box daemon RSS, with uplink', residentMb(box.rig.pid), 'MB', '≤ 100');
  }

  async #real(): Promise<RealBox> {
    this.#box ??= await RealBox.make(this.fleet, this.api, this.#options.lines);
    return this.#box;
  }

  async #load(): Promise<void> {
    const { report, quick } = this.#options;
    const { fleet, api } = this;
    report.title('booking change → receipt under load, from the scheduled instant');
    const outcomes: Outcome[] = [];
    for (const { perSecond, bar } of rates) {
      const [cpuFrom, own] = [cpuMs(fleet.pid), process.cpuUsage()];
      const pace = { perSecond, seconds: quick ? 5 : 20, boxes: fleet.boxes.length };
      const outcome = await new Changes(fleet, api).run(`${perSecond}/s`, pace);
      const changes = perSecond * pace.seconds;
      outcomes.push(outcome);
      const name = `${perSecond}/s`;
      report.figure(`${name}: p99`, outcome.receipts.quantile(0.99), 'ms', bar);
      report.figure(`${name}: lost, refused`, `${outcome.lost}, ${outcome.refused}`, '', '0, 0');
      report.figure(`${name}: relay CPU a change`, (cpuMs(fleet.pid) - cpuFrom) / changes, 'ms');
      const { user, system } = process.cpuUsage(own);
      report.figure(`${name}: fleet and generator CPU a change`, (user + system) / 1_000 / changes, 'ms');
      await pause(2_000);
    }
    report.table(outcomes.flatMap(({ receipts, answers }) => [receipts, answers]));
    report.figure('relay RSS after', residentMb(fleet.pid), 'MB');
  }

  async #floods(): Promise<void> {
    const { report, quick } = this.#options;
    report.title('events stored durably, all boxes at once');
    for (const { size, each, bar } of batches) {
      const made = await flood(this.fleet, size, quick ? Math.ceil(each / 3) : each);
      report.figure(`batches of ${size}: ${made.events} events`, made.perSecond, '/s', bar);
      report.figure(`batches of ${size}: rows too many or few`, made.wrong, '', '0');
      report.figure(`batches of ${size}: relay CPU an event`, made.cpuMsEach * 1_000, 'µs');
      report.figure(
        `batches of ${size}: relay RSS, its peak`,
        `${Math.round(made.residentMb)}, ${Math.round(made.peakMb)}`,
        'MB',
      );
    }
  }

  async #dark(): Promise<void> {
    const { report, quick } = this.#options;
    report.title('10,000 events after a week dark, doors opening meanwhile');
    const box = await this.#real();
    this.fleet.disconnect();
    const { idle, busy, seconds, missed } = await weekDark(this.fleet, box, quick ? 3 : 12);
    report.table([idle, busy]);
    report.figure('all stored, median', seconds.quantile(0.5), 's', '≤ 2');
    report.figure('all stored, slowest', seconds.quantile(1), 's');
    report.figure('door p50, busy : idle', busy.quantile(0.5) / idle.quantile(0.5), '×', '≤ 1.5');
    report.figure('door p99, busy : idle', busy.quantile(0.99) / idle.quantile(0.99), '×', '≤ 1.5');
    report.figure('doors that did not open', missed, '', '0');
    await pause(restMs);
    report.figure('box daemon RSS after, at rest again', residentMb(box.rig.pid), 'MB', '≤ 100');
  }

  /** Once more under a profiler, which costs something itself: shares, no times. */
  async #profile(): Promise<void> {
    const { report, quick } = this.#options;
    const { fleet } = this;
    report.title('what the relay spends its time on, 200 changes/s');
    await fleet.rig.stop();
    const folder = join(fleet.rig.dir, 'profile');
    process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${folder}`;
    try {
      await fleet.start();
    } finally {
      delete process.env.NODE_OPTIONS;
    }
    const some = fleet.boxes.slice(0, 200);
    await fleet.connect(some);
    const pace = { perSecond: 200, seconds: quick ? 5 : 20, boxes: some.length };
    await new Changes(fleet, this.api).run('profiled', pace);
    fleet.disconnect();
    await fleet.rig.stop();
    const shares = sharesOf(profileIn(folder), packageOf);
    const total = shares.reduce((sum, { ms }) => sum + ms, 0);
    for (const { name, ms } of shares.slice(0, 16)) report.figure(name, (100 * ms) / total, '%');
  }
}
