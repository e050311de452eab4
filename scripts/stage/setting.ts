import { until } from '../rig/until.ts';
import { connectFleetio, linkVehicle } from './connecting.ts';
import { Office } from './office.ts';
import { crew, vans } from './people.ts';
import type { Stage } from './stage.ts';

/**
 * Relay, box and sandbox on; the box enrolled, three keys and a booking for each of the crew; each key linked to its vehicle in
 * Fleetio. Resolves when the box has it all.
 */
export async function setUp(stage: Stage): Promise<Office> {
  await stage.startRelay();
  const office = new Office(stage.relay, await stage.keepToken());
  await stage.switchOn();
  await enrol(stage, office);
  for (const van of vans) await office.makeKey(van);
  for (const person of crew) await office.book(person);
  await stage.startFleetio();
  const { integration } = await connectFleetio(stage, office);
  for (const { name } of vans) await linkVehicle(office, integration, name, 'automatic');
  await allOnBox(office);
  return office;
}

/** Makes the box at the relay and types its claim at the box, which then is online. */
export async function enrol(stage: Stage, office: Office): Promise<string> {
  const { rig, relay } = stage;
  const claim = await office.makeBox('Demo depot');
  const said = await rig.must(['enroll', '--relay', relay.url, '--claim', '-'], claim);
  await Promise.all([
    stage.tellCabinet(office.box),
    until('the box to be online', async () => (await office.link()) === 'up'),
  ]);
  return said.trim();
}

export async function allOnBox(office: Office): Promise<void> {
  for (const person of crew)
    await until(
      `${person.name}'s booking on the box`,
      async () => (await office.stateOf(person)) === 'on-box',
    );
}
