/** Measures how long a driver who types waits while a box has much else to do: a set arrives, a file is imported, a copy is made. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rig } from '../rig/box-rig.ts';
import { bookingRecord, driverRecord, keyRecord } from '../rig/relay-end.ts';
import { SmallRelay } from '../rig/small-relay.ts';
import { until } from '../rig/until.ts';
import { ownCore } from './cores.ts';
import type { Report, Samples } from './figures.ts';
import { contender, race } from './latency.ts';
import { directPty } from './ptys.ts';
import { type Live, liveOf, rowsOf, slots } from './seed.ts';
import { Station } from './station.ts';

export interface BusyOptions {
  readonly report: Report;
  /** On the disk that is measured. */
  readonly dir: string;
  /** For line files, in memory. */
  readonly lines: string;
  readonly many: number;
  /** Key presses at rest, to compare with, and the least of them during what is over soon. */
  readonly presses: number;
}

const hourMs = 3_600_000;
const receiptMs = 600_000;
/** A key press may wait this long, milliseconds. */
const barMs = 50;
const depot = '+31612345678';

/** Presses one code after the other for as long as `work` takes, which is begun again until there are enough of them. */
async function during(name: string, station: Station, presses: number, work: () => Promise<unknown>) {
  const typed = contender(name, station);
  while (typed.samples.count + typed.missed < presses) {
    let isOver = false;
    const ends = work().finally(() => {
      isOver = true;
    });
    do await race([typed], 1);
    while (!isOver);
    await ends;
  }
  return typed;
}

/** Runs the whole section. */
export async function pressesWhileBusy(options: BusyOptions): Promise<void> {
  options.report.title(`last key byte → lock line while ${options.many} bookings are worked on`);
  await withBox(options, 'busy-relay', whileSynchronised);
  await withBox(options, 'busy-alone', whileImported);
}

type Scene = (rig: Rig, station: Station, options: BusyOptions) => Promise<readonly Samples[]>;

async function withBox(options: BusyOptions, name: string, scene: Scene): Promise<void> {
  const { report, dir, lines } = options;
  const rig = await Rig.make({ slots, pulseMs: 100, under: dir, lines: join(lines, name), pty: directPty });
  try {
    await rig.start();
    const shareCores = ownCore([rig.pid]);
    const samples = await scene(rig, new Station(rig, liveOf(2 * slots)), options);
    shareCores?.();
    report.table(samples);
    const [rest] = samples;
    for (const each of samples.slice(1)) {
      report.figure(`${each.name}: longest`, each.quantile(1), 'ms', `≤ ${barMs}`);
      report.figure(`${each.name}: p99 : at rest`, each.quantile(0.99) / (rest?.quantile(0.99) ?? 1), '×');
    }
  } finally {
    await rig.dispose();
  }
}

/** A press that nobody saw within a second is told as one of a second. */
function samplesOf({ samples, missed }: Awaited<ReturnType<typeof during>>): Samples {
  for (let n = 0; n < missed; n += 1) samples.add(1_000);
  return samples;
}

const whileImported: Scene = async (rig, station, { many, presses }) => {
  const seen = async (name: string, least: number, work: () => Promise<unknown>): Promise<Samples> =>
    samplesOf(await during(name, station, least, work));
  const file = join(rig.dir, 'bookings.json');
  const imported = async (rows: readonly object[]): Promise<void> => {
    writeFileSync(file, JSON.stringify(rows));
    await rig.must(['bookings', 'import', file]);
  };
  const all = rowsOf(0, many, { count: many, live: 2 * slots });
  await imported(all.slice(0, 2 * slots));
  const rest = await seen('at rest', presses, async () => {});
  return [
    rest,
    await seen('an import', 1, () => imported(all)),
    await seen('a backup', presses / 4, () => copied(rig)),
    await seen('doctor', presses / 4, () => rig.cli(['doctor'])),
  ];
};

async function copied(rig: Rig): Promise<void> {
  const copy = join(rig.dir, 'copy.db');
  await rig.must(['backup', copy]);
  rmSync(copy);
}

const later = (many: number, firstCode: number, more: object = {}) =>
  Array.from({ length: many }, (_, n) => {
    const start = Date.now() + (24 + Math.floor(n / slots)) * hourMs;
    const code = String(firstCode + n * 7);
    return bookingRecord(`b-${n}`, `van-${(n % slots) + 1}`, { code, start, end: start + hourMs, ...more });
  });

const ever = (live: readonly Live[]) => [
  ...Array.from({ length: slots }, (_, at) => keyRecord(`van-${at + 1}`, at + 1)),
  ...live.map(({ code, slot }, n) => {
    const window = { start: Date.now() - hourMs, end: Date.now() + 24 * hourMs };
    return bookingRecord(`ever-${n}`, `van-${slot}`, { code, reuse: true, ...window });
  }),
];

const whileSynchronised: Scene = async (rig, station, { many, presses }) => {
  const ends: (() => unknown)[] = [];
  const relay = await SmallRelay.open({ after: end => void ends.push(end as () => unknown) });
  const seen = async (name: string, least: number, work: () => Promise<unknown>): Promise<Samples> =>
    samplesOf(await during(name, station, least, work));
  const set = async (put: Parameters<SmallRelay['sendsWhole']>[0], drop: readonly string[] = []) => {
    relay.sendsWhole(put, drop);
    const { digest } = relay.end;
    const isProven = () => relay.said.some(each => each.kind === 'receipt' && each.digest === digest);
    await until('the receipt', isProven, receiptMs);
  };
  try {
    await rig.must(['enroll', '--relay', relay.desk.url, '--claim', '-'], relay.desk.claim());
    await set(ever(liveOf(2 * slots)));
    const driver = 'd'.repeat(32);
    const person = (phone: string) => driverRecord(driver, { phone });
    const rest = await seen('at rest', presses, async () => {});
    return [
      rest,
      await seen('a first set', 1, () => set(later(many, 20_000_000))),
      await seen('all of it changes', 1, () => set(later(many, 40_000_000))),
      await seen('all are of one telephone', 1, () =>
        set([person(depot), ...later(many, 40_000_000, { driver })]),
      ),
      await seen('which changes, and is typed', 1, async () => {
        const changed = set([person('+31612345679')]);
        rig.type(`*${depot.replace('+31', '0')}#*`);
        await changed;
      }),
      await seen('all of it goes', 1, () =>
        set(
          [],
          later(many, 0).map(({ id }) => id),
        ),
      ),
    ];
  } finally {
    for (const end of ends.reverse()) await end();
  }
};
