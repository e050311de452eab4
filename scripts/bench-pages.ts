/** `npm run bench:pages [-- --quick] [--postgres] [--json FILE]`: what the pages of a large account cost, in figures; asserts none. */
import { parseArgs } from 'node:util';
import { runBench } from './bench/run.ts';
import { PagesBench } from './bench-pages/bench.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

await runBench({
  title: 'SmartBox pages bench',
  kind: `, ${values.postgres ? 'PostgreSQL' : 'SQLite'}${values.quick ? ', a tenth of the rows' : ''}`,
  file: import.meta.filename,
  ptys: 0,
  json: values.json,
  make: ({ report }) => new PagesBench({ report, quick: values.quick, postgres: values.postgres }),
});
