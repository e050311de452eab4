/** Many vehicles linked in one go: each as if it were linked alone, or told why not. */
import { codeOf, Fault } from '../../../../base/fault.ts';
import { audit } from '../../../domain/audit.ts';
import type { Context } from '../../../domain/context.ts';
import { conflict } from '../../../domain/faults.ts';
import type { VehicleTable } from '../../../store/tables-fleetio.ts';
import { integrationRow } from '../integrations.ts';
import { vehicleView } from './vehicle-list.ts';
import { linkVehicle } from './vehicles.ts';

interface Link {
  readonly vehicle: string;
  /** Id or name. */
  readonly key: string;
}

interface RefusedLink extends Link {
  readonly why: string;
}

interface ManyLinked {
  readonly linked: readonly string[];
  readonly refused: readonly RefusedLink[];
}

const refusals = ['not-found', 'conflict', 'bad-input'];

/** A link is refused before anything of it is written, so that the others stand. @throws Fault `not-found` of the integration */
export async function linkVehicles(
  context: Context,
  integration: string,
  links: readonly Link[],
  mode: VehicleTable['mode'] | undefined,
): Promise<ManyLinked> {
  await integrationRow(context, integration);
  const linked: string[] = [];
  const refused: RefusedLink[] = [];
  // One order for everybody: two who link the same vehicles never wait for each other.
  for (const { vehicle, key } of links.toSorted((a, b) => (a.vehicle < b.vehicle ? -1 : 1)))
    try {
      await linkNew(context, integration, { vehicle, key }, mode);
      linked.push(vehicle);
    } catch (error) {
      if (!(error instanceof Fault && refusals.includes(codeOf(error) ?? ''))) throw error;
      refused.push({ vehicle, key, why: `${error.message}. ${error.hint ?? ''}`.trim() });
    }
  await audit(context, 'vehicles-linked', integration, `${linked.length} of ${links.length}`);
  return { linked, refused };
}

/** A key that somebody else linked meanwhile is not taken from the vehicle. */
async function linkNew(
  context: Context,
  integration: string,
  { vehicle, key }: Link,
  mode: VehicleTable['mode'] | undefined,
): Promise<void> {
  const before = await vehicleView(context, integration, vehicle);
  if (before.key !== null && before.key.id !== key && before.key.name !== key)
    throw conflict(`${before.name} is linked to ${before.key.name} already`, 'Unlink that one first.');
  await linkVehicle(context, integration, vehicle, { key, mode });
}
