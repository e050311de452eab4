/** All vehicles of an account read, by one copy of the relay at a time; and what no longer is there noticed. */
import { type WallMs, wall } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Context, Kit } from '../domain/context.ts';
import { clearProblem, raiseProblem } from '../domain/problems.ts';
import type { Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { Connected } from './clients.ts';
import { clearUsed, forgetUnseen, noteVehicles, settleVehicle, unseenLinked } from './vehicles.ts';

const turn = { for: 'reconcile' } as const;
/** An import without a sign of life for so long has died with its process. */
const deadMs = 15 * 60_000;

export interface ImportParts extends Kit {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
}

/** False: it runs already, here or in another copy. */
export async function importVehicles(parts: ImportParts, connected: Connected): Promise<boolean> {
  const { store, time, log } = parts;
  const since = time.wall();
  const { id } = connected;
  if (!(await claim(store, id, since))) return false;
  try {
    await readAll(parts, connected, since);
    await finish(parts, connected, { imported: since, import_said: null });
    log.info({ integration: id }, 'all vehicles were read');
  } catch (error) {
    const said =
      error instanceof Fault ? `${error.message}. ${error.hint}` : 'the relay failed; its log says more';
    log.warn({ integration: id, reason: reasonOf(error) }, 'vehicles could not be read');
    await finish(parts, connected, { import_said: said.slice(0, 500) });
  }
  return true;
}

const claim = (store: RelayStore, id: string, now: WallMs): Promise<boolean> =>
  store.write(async tx => {
    const { numUpdatedRows } = await tx
      .updateTable('integration')
      .set({ importing: now })
      .where('id', '=', id)
      .where(eb => eb.or([eb('importing', 'is', null), eb('importing', '<', now - deadMs)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  });

async function readAll(parts: ImportParts, connected: Connected, since: WallMs): Promise<void> {
  const { store } = parts;
  const { id, client } = connected;
  for await (const page of client.vehicles(turn))
    await inContext(parts, connected, async context => {
      await noteVehicles(context, connected, page);
      await context.tx
        .updateTable('integration')
        .set({ importing: context.now })
        .where('id', '=', id)
        .execute();
    });
  // A list says nothing of those that are archived: the linked ones are asked for one by one.
  for (const vehicle of await unseenLinked({ tx: store.db }, id, since)) {
    const found = await client.vehicle(vehicle.id, turn);
    await inContext(parts, connected, context => settleVehicle(context, connected, vehicle.id, found));
  }
  await inContext(parts, connected, async context => {
    await forgetUnseen(context, id, since);
    await clearUsed(context, id);
  });
}

interface Outcome {
  readonly imported?: number;
  readonly import_said: string | null;
}

const finish = (parts: ImportParts, connected: Connected, outcome: Outcome): Promise<void> =>
  inContext(parts, connected, async context => {
    const { id } = connected;
    await context.tx
      .updateTable('integration')
      .set({ importing: null, ...outcome })
      .where('id', '=', id)
      .execute();
    const name = { kind: 'fleetio-vehicles-unread', subject: id };
    if (outcome.import_said === null) await clearProblem(context, name);
    else await raiseProblem(context, name, outcome.import_said);
  });

/** Nothing where the integration was taken away meanwhile. */
const inContext = (
  { store, atRest, random, time }: ImportParts,
  { id, account }: Connected,
  work: (context: Context) => Promise<void>,
): Promise<void> =>
  store.write(async tx => {
    const there = await tx.selectFrom('integration').select('id').where('id', '=', id).executeTakeFirst();
    if (there === undefined) return;
    await work({ tx, account, atRest, random, who: 'fleetio', now: wall(time.wall()) });
  });
