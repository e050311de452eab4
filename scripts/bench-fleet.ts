/** `npm run bench:fleet [-- --quick] [--mosquitto] [--boxes N] [--only PART,…] [--json FILE]`: one relay and its fleet in figures; asserts none. */
import { parseArgs } from 'node:util';
import { runBench } from './bench/run.ts';
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

await runBench({
  title: 'SmartBox fleet bench',
  kind: `, ${values.mosquitto ? 'Mosquitto outside' : 'broker inside'}${values.quick ? ', quick' : ''}`,
  file: import.meta.filename,
  ptys: 4,
  json: values.json,
  make: async ({ report, lines }) => {
    const broker = values.mosquitto ? await mosquittoBroker() : await insideBroker();
    const only = values.only === undefined ? null : new Set(values.only.split(','));
    return new FleetBench({ broker, lines, report, quick: values.quick, boxes: Number(values.boxes), only });
  },
});
