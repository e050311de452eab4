/** `node hunt.ts 1 30 [LEANING]`: seeds one after the other, up to the first that is red; exit 1 then. `LEANING` is JSON. */
import type { Leaning } from './leaning.ts';
import { simulate } from './sim.ts';

const [from = 1, to = 1] = process.argv.slice(2, 4).map(Number);
const leaning = JSON.parse(process.argv[4] ?? '{}') as Leaning;
for (let seed = from; seed <= to; seed += 1) {
  try {
    await simulate(seed, leaning);
  } catch (error) {
    process.stdout.write(`${String(error).split('\n')[0]}\n`);
    process.exit(1);
  }
}
