/** `npm run bench:fleetio [-- --quick] [--json FILE]`: webhooks, assignments and a long history in figures; asserts none. */
import { parseArgs } from 'node:util';
import { runBench } from './bench/run.ts';
import { FleetioBench } from './bench-fleetio/bench.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});

await runBench({
  title: 'SmartBox Fleetio bench',
  kind: ', SQLite',
  file: import.meta.filename,
  ptys: 2,
  json: values.json,
  make: ({ report, lines }) => new FleetioBench({ lines, report, quick: values.quick }),
});
