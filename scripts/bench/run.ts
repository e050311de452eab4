/** Every bench does the same around its measurements: build, ptys, scratch folders, a report that can be kept. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { node } from '../rig/program.ts';
import { Report } from './figures.ts';
import { ptysInherited, withPtys } from './ptys.ts';

export interface Bench {
  run(): Promise<void>;
  dispose(): Promise<void>;
}

export interface BenchRun {
  readonly title: string;
  /** How it is run this time. */
  readonly kind: string;
  /** The file that was started: it is started once more, with ptys. */
  readonly file: string;
  readonly ptys: number;
  /** Where the figures are kept as JSON. */
  readonly json: string | undefined;
  /** `lines`: a folder in memory. */
  readonly make: (given: { readonly report: Report; readonly lines: string }) => Bench | Promise<Bench>;
}

/** Builds the programs and measures them; asserts nothing. */
export async function runBench(options: BenchRun): Promise<void> {
  if (ptysInherited()) {
    await measured(options);
    return;
  }
  execFileSync(node, [join(import.meta.dirname, '../build.ts')], { stdio: 'inherit' });
  const self = [node, options.file, ...process.argv.slice(2)];
  process.exitCode = withPtys(options.ptys, self, { SMARTBOX_DIST: 'dist' });
}

async function measured({ title, kind, json, make }: BenchRun): Promise<void> {
  const lines = mkdtempSync('/dev/shm/smartbox-bench-');
  const report = new Report();
  const [cpu] = cpus();
  report.title(title);
  report.note(`${cpus().length} × ${cpu?.model ?? 'unknown'}, node ${process.version}${kind}`);
  busy(report);
  const bench = await make({ report, lines });
  const clean = async (): Promise<void> => {
    await bench.dispose();
    rmSync(lines, { recursive: true, force: true });
  };
  process.once('SIGINT', () => void clean().then(() => process.exit(130)));
  try {
    await bench.run();
  } finally {
    await clean();
  }
  busy(report);
  const { figures, summaries } = report;
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ figures, summaries }, null, 2)}\n`);
}

const busy = (report: Report): void =>
  report.note(
    `load average ${loadavg()
      .map(each => each.toFixed(1))
      .join(' ')}`,
  );
