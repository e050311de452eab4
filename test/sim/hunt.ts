/** `node hunt.ts 1 30`: seeds one after the other, up to the first that is red; exit 1 then. */
import { simulate } from './sim.ts';

const [from = 1, to = 1] = process.argv.slice(2).map(Number);
for (let seed = from; seed <= to; seed += 1) {
  try {
    await simulate(seed);
  } catch (error) {
    process.stdout.write(`${String(error).split('\n')[0]}\n`);
    process.exit(1);
  }
}
