/** `npm run bench [-- --quick] [--busy] [--json FILE] [--dir DIR] [--keep DIR]`: figures and ratios of the built daemon; asserts none. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench } from './bench/bench.ts';
import { runBench } from './bench/run.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Only what a key press waits for while the box has much else to do. */
    busy: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
  },
});

await runBench({
  title: 'SmartBox bench',
  kind: values.quick ? ', quick' : '',
  file: import.meta.filename,
  ptys: 12,
  json: values.json,
  make: ({ report, lines }) => {
    const dir = mkdtempSync(join(values.dir, 'smartbox-bench-'));
    const { quick, busy } = values;
    return new Bench({ dir, lines, report, quick, busy, keep: values.keep ?? null });
  },
});
