/** A fleet to begin with: made-up vehicles, people and the three fields of the guide. */
import { World } from './world.ts';

export function smallFleet(now: () => number): World {
  const tenant = { id: 42, name: 'Example Fleet', token: 'sandbox', apiKey: 'sandbox-key' };
  const world = new World(tenant, now);
  for (const [id, name, plate] of [
    [301, 'Van 12', 'KX 204'],
    [302, 'Van 14', 'KX 219'],
    [303, 'Truck 3', 'BD 771'],
    [304, 'Pool car 1', 'RS 018'],
    [305, 'Pool car 2', 'RS 019'],
  ] as const)
    world.addVehicle(name, plate, { id });
  world.addVehicle('Sample vehicle', 'SAMPLE', { id: 399, sample: true });
  world.addContact('Ada Moreno', { id: 701, email: 'ada@example.com', mobile: '06 12345678' });
  world.addContact('Bo Li', { id: 702, email: 'bo@example.com', mobile: '+31 6 2345 6789' });
  world.addContact('Chris Jansen', { id: 703, email: 'chris@example.com' });
  world.addContact('Dana Okafor', { id: 704, mobile: '0031612345670' });
  world.addContact('Eve Novak', { id: 705 });
  for (const label of ['Keycafe Access Instructions', 'Keycafe Access Link', 'Keycafe Access Code'])
    world.addField(label);
  return world;
}
