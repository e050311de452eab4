/** `npm run bench [-- --quick] [--json FILE] [--dir DIR] [--keep DIR]`: figures and ratios of the built daemon; asserts none. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node } from '../test/blackbox/program.ts';
import { Bench } from './bench/bench.ts';
import { Report } from './bench/figures.ts';
import { ptysInherited, withPtys } from './bench/ptys.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
  },
});

const ptys = 8;

async function run(): Promise<void> {
  const dir = mkdtempSync(join(values.dir, 'smartbox-bench-'));
  const lines = mkdtempSync('/dev/shm/smartbox-bench-');
  const report = new Report();
  const bench = new Bench({ dir, lines, report, quick: values.quick, keep: values.keep ?? null });
  const clean = async (): Promise<void> => {
    await bench.dispose();
    for (const folder of [dir, lines]) rmSync(folder, { recursive: true, force: true });
  };
  process.once('SIGINT', () => void clean().then(() => process.exit(130)));
  try {
    await bench.run();
  } finally {
    await clean();
  }
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
