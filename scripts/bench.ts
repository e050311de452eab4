/** `npm run bench [-- --quick] [--json FILE] [--dir DIR] [--keep DIR]`: figures and ratios of the built daemon; asserts none. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench } from './bench/bench.ts';
import { runBench } from './bench/run.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
  },
});

await runBench({
  title: 'SmartBox bench',
  kind: values.quick ? ', quick' : '',
  file: import.meta.filename,
  ptys: 8,
  json: values.json,
  make: ({ report, lines }) => {
    const dir = mkdtempSync(join(values.dir, 'smartbox-bench-'));
    return new Bench({ dir, lines, report, quick: values.quick, keep: values.keep ?? null });
  },
});
