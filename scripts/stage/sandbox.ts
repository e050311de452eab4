import { openSandbox, type Sandbox } from '../../src/relay/sandbox/server.ts';
import { World } from '../../src/relay/sandbox/world.ts';
import { vans } from './people.ts';

const now = (): number => Date.now();
const clock = {
  now,
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** As the integration guide has them made. */
const fieldLabels = ['Keycafe Access Instructions', 'Keycafe Access Link', 'Keycafe Access Code'];

/** A Fleetio account with our vans in it, and two people who may drive them. */
export function openFleetio(port: number): Promise<Sandbox> {
  const tenant = { id: 42, name: 'Demo fleet', token: 'demo-account', apiKey: 'demo-key' };
  const world = new World(tenant, now);
  for (const { name } of vans) world.addVehicle(name, `DEMO ${name.slice(-2)}`);
  world.addContact('Ada Moreno', { email: 'ada@example.org' });
  world.addContact('Bo Li', { email: 'bo@example.org' });
  for (const label of fieldLabels) world.addField(label);
  return openSandbox({ host: '127.0.0.1', port, world, clock });
}
