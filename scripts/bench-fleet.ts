/** `npm run bench:fleet [-- --quick] [--mosquitto] [--boxes N] [--only PART,…] [--json FILE]`: one relay and its fleet in figures; asserts none. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node } from '../test/blackbox/program.ts';
import { Report } from './bench/figures.ts';
import { ptysInherited, withPtys } from './bench/ptys.ts';
import { FleetBench } from './bench-fleet/bench.ts';
import { insideBroker } from './bench-fleet/fleet.ts';
import { mosquittoBroker } from './bench-fleet/mosquitto.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    mosquitto: { type: 'boolean', default: false },
    boxes: { type: 'string', default: '1000' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});

const ptys = 4;

async function run(): Promise<void> {
  const lines = mkdtempSync('/dev/shm/smartbox-bench-fleet-');
  const report = new Report();
  const [cpu] = cpus();
  report.title('SmartBox fleet bench');
  const kind = `${values.mosquitto ? 'Mosquitto outside' : 'broker inside'}${values.quick ? ', quick' : ''}`;
  report.note(`${cpus().length} × ${cpu?.model ?? 'unknown'}, node ${process.version}, ${kind}`);
  const busy = (): void =>
    report.note(
      `load average ${loadavg()
        .map(each => each.toFixed(1))
        .join(' ')}`,
    );
  busy();
  const broker = values.mosquitto ? await mosquittoBroker() : await insideBroker();
  const boxes = Number(values.boxes);
  const only = values.only === undefined ? null : new Set(values.only.split(','));
  const bench = new FleetBench({ broker, lines, report, quick: values.quick, boxes, only });
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
