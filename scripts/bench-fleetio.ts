/** `npm run bench:fleetio [-- --quick] [--json FILE]`: webhooks, assignments and a long history in figures; asserts none. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node } from '../test/blackbox/program.ts';
import { Report } from './bench/figures.ts';
import { ptysInherited, withPtys } from './bench/ptys.ts';
import { FleetioBench } from './bench-fleetio/bench.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});

const ptys = 2;

async function run(): Promise<void> {
  const lines = mkdtempSync('/dev/shm/smartbox-bench-fleetio-');
  const report = new Report();
  const [cpu] = cpus();
  report.title('SmartBox Fleetio bench');
  report.note(`${cpus().length} × ${cpu?.model ?? 'unknown'}, node ${process.version}, SQLite`);
  const busy = (): void =>
    report.note(
      `load average ${loadavg()
        .map(each => each.toFixed(1))
        .join(' ')}`,
    );
  busy();
  const bench = new FleetioBench({ lines, report, quick: values.quick });
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
  busy();
  const { figures, summaries } = report;
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ figures, summaries }, null, 2)}\n`);
}

if (ptysInherited()) await run();
else {
  execFileSync(node, [join(import.meta.dirname, 'build.ts')], { stdio: 'inherit' });
  const self = [node, import.meta.filename, ...process.argv.slice(2)];
  process.exitCode = withPtys(ptys, self, { SMARTBOX_DIST: 'dist' });
}
