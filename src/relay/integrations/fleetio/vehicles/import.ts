/** All vehicles of an account read, by one copy of the relay at a time; and what no longer is there noticed. */
import { type WallMs, wall } from '../../../../base/brand.ts';
import { Fault, reasonOf } from '../../../../base/fault.ts';
import type { Log } from '../../../../base/log.ts';
import type { Time } from '../../../../base/time.ts';
import type { Context, DomainDeps } from '../../../domain/context.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import type { RelayStore } from '../../../store/store.ts';
import { FleetioError } from '../api/errors.ts';
import type { ListPage, Vehicle } from '../api/port.ts';
import type { Connected } from '../clients.ts';
import { clearMalformed, noteMalformed, openMalformed } from '../malformed.ts';
import {
  clearUsed,
  forgetUnseen,
  noteVehicles,
  settleVehicle,
  unseenLinked,
  vehiclesThere,
} from './vehicles.ts';

const turn = { for: 'reconcile' } as const;
/** An import without a sign of life for so long has died with its process. */
const deadMs = 15 * 60_000;

export interface ImportDeps extends DomainDeps {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
}

/** False: it runs already, here or in another copy. */
export async function importVehicles(deps: ImportDeps, connected: Connected): Promise<boolean> {
  const { store, time, log } = deps;
  const since = time.wall();
  const { id } = connected;
  if (!(await claim(store, id, since))) return false;
  try {
    await readAll(deps, connected, since);
    await finish(deps, connected, { imported: since, import_said: null });
    log.info({ integration: id }, 'all vehicles were read');
  } catch (error) {
    const said =
      error instanceof Fault ? `${error.message}. ${error.hint}` : 'the relay failed; its log says more';
    log.warn({ integration: id, reason: reasonOf(error) }, 'vehicles could not be read');
    await finish(deps, connected, { import_said: said.slice(0, 500) });
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

async function readAll(deps: ImportDeps, connected: Connected, since: WallMs): Promise<void> {
  const { store } = deps;
  const { id, client } = connected;
  let areNamed = true;
  for await (const page of client.vehicles(turn)) {
    areNamed &&= page.malformed.every(one => one.id !== null);
    await inContext(deps, connected, async context => {
      await takePage({ ...context, integration: id }, connected, page);
      await context.tx
        .updateTable('integration')
        .set({ importing: context.now })
        .where('id', '=', id)
        .execute();
    });
  }
  // A list says nothing of those that are archived: the linked ones are asked for one by one.
  for (const { id: vehicle } of await unseenLinked({ tx: store.db }, id, since))
    await settleUnseen(deps, connected, vehicle);
  await inContext(deps, connected, async context => {
    // One that has no id may be any of those that were not seen.
    if (areNamed) {
      await forgetUnseen(context, id, since);
      await clearMalformed({ ...context, integration: id }, 'vehicle', null);
    }
    await clearUsed(context, id);
  });
}

/** Those that cannot be used are named; they are there, so that they are not taken for gone. */
async function takePage(
  context: Context & { readonly integration: string },
  connected: Connected,
  { records, malformed }: ListPage<Vehicle>,
): Promise<void> {
  await noteVehicles(context, connected, records);
  for (const one of malformed) await noteMalformed(context, one);
  await vehiclesThere(
    context,
    malformed.flatMap(({ id }) => id ?? []),
  );
  const good = new Set(records.map(({ id }) => id));
  for (const { kind, id } of await openMalformed(context, context.integration))
    if (kind === 'vehicle' && good.has(id)) await clearMalformed(context, 'vehicle', id);
}

async function settleUnseen(deps: ImportDeps, connected: Connected, vehicle: string): Promise<void> {
  try {
    const found = await connected.client.vehicle(vehicle, turn);
    await inContext(deps, connected, context => settleVehicle(context, connected, vehicle, found));
  } catch (error) {
    const malformed = error instanceof FleetioError ? error.malformed : null;
    if (malformed === null) throw error;
    await inContext(deps, connected, context =>
      noteMalformed({ ...context, integration: connected.id }, malformed),
    );
  }
}

interface Outcome {
  readonly imported?: number;
  readonly import_said: string | null;
}

const finish = (deps: ImportDeps, connected: Connected, outcome: Outcome): Promise<void> =>
  inContext(deps, connected, async context => {
    const { id } = connected;
    await context.tx
      .updateTable('integration')
      .set({ importing: null, ...outcome })
      .where('id', '=', id)
      .execute();
    const name: ProblemName = { kind: 'fleetio-vehicles-unread', subject: id };
    if (outcome.import_said === null) await clearProblem(context, name);
    else await raiseProblem(context, name, outcome.import_said);
  });

/** Nothing where the integration was taken away meanwhile. */
const inContext = (
  { store, atRest, random, time }: ImportDeps,
  { id, account }: Connected,
  work: (context: Context) => Promise<void>,
): Promise<void> =>
  store.write(async tx => {
    const there = await tx
      .selectFrom('integration')
      .select('id')
      .where('id', '=', id)
      .where('deletion', 'is', null)
      .executeTakeFirst();
    if (there === undefined) return;
    await work({ tx, account, atRest, random, who: 'fleetio', now: wall(time.wall()) });
  });
