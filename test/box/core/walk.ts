import { Prng } from '../../../scripts/rig/prng.ts';
import { People } from './people.ts';
import { Rig } from './rig.ts';
import { World } from './world.ts';

/**
 * A random life of a random box, judged step by step. The same seed gives the same life.
 * @returns how often each event was written, so that a test can see that the walks went everywhere.
 * @throws Broken with the seed and the last steps when a rule was broken
 */
export function walk(seed: number, events: number): ReadonlyMap<string, number> {
  const random = new Prng(seed);
  const world = new World(random);
  const rig = new Rig(world, random, seed);
  const people = new People(world, rig, random);
  people.stock();
  while (rig.count < events) people.turn();
  return rig.tally;
}
