/** Each test of a file has a fleet of its own: one van with its key at the depot, and two who drive it. */
import { afterEach, beforeEach } from 'node:test';
import { EngineRig, hourMs } from './rig.ts';

export let rig: EngineRig;
export let van: number;
export let ada: number;
export let bo: number;

beforeEach(async () => {
  rig = await EngineRig.make();
  van = await rig.vehicle(1);
  ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com', mobile: '+1 604 555 0100' }).id;
  bo = rig.world.addContact('Bo Li', { email: 'bo@example.com' }).id;
  rig.start();
  await rig.pass(2_000);
});
afterEach(() => rig.close());

/** From and to in hours from now. */
export const assign = (contact = ada, from = 1, to: number | null = 9, vehicle = van): number =>
  rig.world.assign({
    ...{ vehicle, contact, startedAt: rig.now() + from * hourMs },
    endedAt: to === null ? null : rig.now() + to * hourMs,
  }).id;

export const codesOnBox = (): readonly (string | null)[] =>
  [...(rig.depot.sets.get('depot-a')?.values() ?? [])].map(({ code }) => code);
