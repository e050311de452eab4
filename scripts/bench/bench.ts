import { cpSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFile } from '../../src/box/adapters/sqlite/paths.ts';
import { Rig } from '../rig/box-rig.ts';
import { pause } from '../rig/until.ts';
import { pressesWhileBusy } from './busy.ts';
import { ownCore } from './cores.ts';
import type { Report, Samples } from './figures.ts';
import { contender, Floor, race } from './latency.ts';
import { cpuMs, peakMb, residentMb, writtenBytes } from './proc.ts';
import { directPty } from './ptys.ts';
import { liveOf, seed, slots } from './seed.ts';
import { starts } from './start.ts';
import { Station } from './station.ts';
import { traceGrants } from './syncs.ts';

interface BenchOptions {
  /** On the disk that is measured; removed with the bench. */
  readonly dir: string;
  /** For line files, in memory. */
  readonly lines: string;
  readonly report: Report;
  readonly quick: boolean;
  /** Only the section of the same name. */
  readonly busy: boolean;
  /** Where seeded boxes are kept for the next run of the day; null: not. */
  readonly keep: string | null;
}

/** How many bookings a box has, and how many of them are open now: a whole number for each slot. */
const sizes = [
  { name: '100 bookings', count: 100, live: 2 * slots },
  { name: '10,000 bookings', count: 10_000, live: 30 * slots },
  { name: '1,000,000 bookings', count: 1_000_000, live: 30 * slots },
] as const;

/** After so long the daemon has moved its write-ahead log, which it does every 15 s while nobody is there. */
const restMs = 40_000;

interface Box {
  readonly name: string;
  readonly station: Station;
}

/** All measurements in one run, on the same boxes. */
export class Bench {
  readonly #options: BenchOptions;
  readonly #boxes: Box[] = [];
  #floor: Floor | null = null;

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { quick, busy, report, dir, lines } = this.#options;
    const [many, presses] = quick ? [5_000, 40] : [20_000, 200];
    await pressesWhileBusy({ report, dir, lines, many, presses });
    if (busy) return;
    await this.#build();
    await this.#start();
    await this.#latency(quick ? 200 : 2_000);
    await this.#syncs(quick ? 100 : 1_000);
    await this.#idle(quick ? 10 : 60);
    await this.#starts(quick ? 5 : 20);
  }

  async dispose(): Promise<void> {
    await this.#floor?.stop();
    for (const { station } of this.#boxes) await station.rig.dispose();
    rmSync(this.#options.dir, { recursive: true, force: true });
  }

  get #largest(): Box {
    const box = this.#boxes.at(-1);
    if (box === undefined) throw new Error('no box was built');
    return box;
  }

  async #build(): Promise<void> {
    const { report, dir, lines } = this.#options;
    report.title('import');
    for (const { name, count, live } of sizes) {
      const rig = await Rig.make({
        slots,
        pulseMs: 50,
        under: dir,
        lines: join(lines, String(count)),
        pty: directPty,
      });
      this.#boxes.push({ name, station: new Station(rig, liveOf(live)) });
      await this.#fill(rig, name, { count, live });
    }
    const { rig } = this.#largest.station;
    report.figure('database with 1,000,000', statSync(databaseFile(rig.data)).size / 1_048_576, 'MB');
  }

  async #fill(
    rig: Rig,
    name: string,
    size: { readonly count: number; readonly live: number },
  ): Promise<void> {
    const { report, keep } = this.#options;
    const kept = keep === null ? null : join(keep, String(size.count));
    if (kept !== null && existsSync(kept)) {
      cpSync(kept, rig.data, { recursive: true });
      report.note(`${name}: taken from ${kept}`);
      return;
    }
    await rig.start();
    report.figure(`${name}: import`, await seed(rig, size.count, size.live), 'rows/s');
    report.figure(`${name}: peak RSS of the import`, peakMb(rig.pid), 'MB');
    await rig.stop();
    if (kept !== null) cpSync(rig.data, kept, { recursive: true });
  }

  /** Anew: what an import leaves in memory is no part of the figures. */
  async #start(): Promise<void> {
    const { report } = this.#options;
    for (const { station } of this.#boxes) await station.rig.start();
    await pause(5_000);
    report.title('memory');
    for (const { name, station } of this.#boxes) {
      report.figure(`RSS 5 s after start, ${name}`, residentMb(station.rig.pid), 'MB', '≤ 90');
    }
  }

  async #latency(rounds: number): Promise<void> {
    const { report, lines } = this.#options;
    const { rig } = this.#largest.station;
    report.title(`last key byte on the pty → lock line, ${rounds} rounds, in turn`);
    this.#floor = await Floor.start(rig.data, lines);
    const floor = contender('floor', this.#floor);
    const boxes = this.#boxes.map(({ name, station }) => contender(name, station));
    const from = writtenBytes(rig.pid);
    const shareCores = ownCore([this.#floor.pid, ...this.#boxes.map(({ station }) => station.rig.pid)]);
    if (shareCores === null)
      report.note('harness and boxes share their cores: the figures include its spinning');
    await race([floor, ...boxes], rounds);
    shareCores?.();
    report.table([floor, ...boxes].map(({ samples }) => samples));
    this.#ratios(
      floor.samples,
      boxes.map(({ samples }) => samples),
    );
    for (const { samples, missed } of boxes)
      if (missed > 0) report.figure(`${samples.name}: missed`, missed, '');
    report.figure('bytes written a grant, its whole story', (writtenBytes(rig.pid) - from) / rounds, 'B');
    report.figure(`RSS after ${rounds} grants, 1,000,000 bookings`, residentMb(rig.pid), 'MB', '≤ 90');
    report.figure('its peak', peakMb(rig.pid), 'MB');
    await this.#floor.stop();
    this.#floor = null;
  }

  #ratios(floor: Samples, boxes: readonly Samples[]): void {
    const { report } = this.#options;
    const [least, , most] = boxes;
    if (least === undefined || most === undefined) return;
    report.figure('p50, 1,000,000 : floor', most.quantile(0.5) / floor.quantile(0.5), '×', '≤ 2');
    report.figure('p99, 1,000,000 : floor', most.quantile(0.99) / floor.quantile(0.99), '×', '≤ 4');
    report.figure('p50, 1,000,000 : 100', most.quantile(0.5) / least.quantile(0.5), '×', '≤ 1.3');
    report.figure('p99, 1,000,000 : 100', most.quantile(0.99) / least.quantile(0.99), '×', '≤ 1.3');
  }

  async #syncs(rounds: number): Promise<void> {
    const { report, dir } = this.#options;
    const { station } = this.#largest;
    report.title(`syncs over ${rounds} grants, 1,000,000 bookings`);
    const traced = await traceGrants(station.rig.pid, dir, contender('traced', station), rounds);
    if (traced === null) {
      report.note('SKIPPED: strace is not there or this process may not trace (ptrace)');
      return;
    }
    const { grants } = traced;
    report.figure('grants seen', grants, '');
    report.figure('commits before the lock moves, a grant', traced.commitsBefore / grants, '', '1');
    report.figure('fsyncs before the lock moves, a grant', traced.syncsBefore / grants, '', '≤ 1.05');
    report.figure('the most before any lock', traced.mostSyncsBefore, '', '1');
    report.figure('writes to the database file before the lock', traced.databaseWritesBefore, '', '0');
    report.figure('fsyncs in the whole story of a grant', traced.syncsInAll / grants, '');
  }

  async #idle(forS: number): Promise<void> {
    const { report } = this.#options;
    const { pid } = this.#largest.station.rig;
    report.title(`idle for ${forS} s, 1,000,000 bookings, ${slots} slots`);
    await pause(restMs);
    const from = { cpu: cpuMs(pid), bytes: writtenBytes(pid) };
    await pause(forS * 1_000);
    report.figure('CPU', (cpuMs(pid) - from.cpu) / (forS * 10), '%', '< 1');
    report.figure('bytes written', writtenBytes(pid) - from.bytes, 'B', '0');
  }

  async #starts(rounds: number): Promise<void> {
    const { report } = this.#options;
    report.title(`cold start to the first accepted key, ${rounds} rounds, in turn`);
    for (const { station } of this.#boxes) await station.rig.stop();
    const { bare, stations } = await starts(this.#boxes, rounds);
    report.table([bare, ...stations]);
    const [least, , most] = stations;
    if (least === undefined || most === undefined) return;
    report.figure('p50, 100 : node -e 0', least.quantile(0.5) / bare.quantile(0.5), '×', '≤ 5');
    report.figure('p50, 1,000,000 : 100', most.quantile(0.5) / least.quantile(0.5), '×', '≤ 1.3');
  }
}
