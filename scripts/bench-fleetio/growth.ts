/** Pages, one reconcile and an idle relay, with so much history behind them. */
import { createHmac } from 'node:crypto';
import Database from 'better-sqlite3';
import { Samples } from '../bench/figures.ts';
import { cpuMs } from '../bench/proc.ts';
import { pause, until } from '../rig/until.ts';
import { vehicleOf } from './history.ts';
import { vehicles, type World } from './world.ts';

/** Open assignments that a reconcile asks for, the same number whatever the history. */
export const openCount = 40;
const hourMs = 3_600_000;
const pageNumber = 5;
/** With a thousand assignments, a vehicle has fifty. */
const limit = 10;
const idleMs = 8_000;

export interface Stage {
  readonly pages: readonly Samples[];
  readonly reconcile: Samples;
  /** Processor time of the relay in a reconcile: what Fleetio takes to answer is not in it. */
  readonly reconcileCpuMs: number;
  /** Percent of a core. */
  readonly idle: number;
}

/** Those that the sandbox has too. */
export async function openAssignments(world: World): Promise<void> {
  for (let number = 0; number < openCount; number += 1) {
    const start = Date.now() + (1 + Math.floor(number / vehicles.length)) * hourMs;
    await world.sandboxApi('POST', '/vehicle_assignments', {
      ...{ vehicle_id: vehicles[number % vehicles.length], contact_id: 701 },
      started_at: new Date(start).toISOString(),
      ended_at: new Date(start + hourMs * 0.9).toISOString(),
    });
  }
  const db = new Database(world.database, { readonly: true });
  const events = db.prepare<[], number>("SELECT count(*) FROM webhook_event WHERE state = 'done'").pluck();
  await until('the webhooks of all', () => (events.get() ?? 0) >= openCount, 20_000);
  db.close();
}

/** The relays take turns, so that whatever else the machine does is shared by all. */
export async function stages(worlds: readonly World[], rounds: number): Promise<readonly Stage[]> {
  const passes = Math.max(4, Math.ceil(rounds / 10));
  const made = worlds.map(() => ({ pages: [] as Samples[], reconcile: new Samples('reconcile'), cpuMs: 0 }));
  for (const path of ['/vehicles/:seeded/assignments', '/events', '/vehicles', ':bookings'])
    for (const [at, both] of (await pages(worlds, path, rounds)).entries()) made[at]?.pages.push(...both);
  await pause(3_000);
  const from = worlds.map(({ pid }) => cpuMs(pid));
  await pause(idleMs);
  const idle = worlds.map(({ pid }, at) => (100 * (cpuMs(pid) - (from[at] ?? 0))) / idleMs);
  for (let pass = 0; pass < passes; pass += 1)
    for (const [at, world] of worlds.entries()) {
      const one = made[at];
      const cpuFrom = cpuMs(world.pid);
      one?.reconcile.add(await reconciled(world));
      if (one !== undefined) one.cpuMs += cpuMs(world.pid) - cpuFrom;
    }
  return made.map((each, at) => ({
    ...{ pages: each.pages, reconcile: each.reconcile, idle: idle[at] ?? Number.NaN },
    reconcileCpuMs: each.cpuMs / passes,
  }));
}

const addressOf = ({ integration }: World, path: string): string =>
  path === ':bookings' ? '/bookings' : `/integrations/${integration}${path.replace(':seeded', vehicleOf(0))}`;

/** Of each world the first page, and one further on. */
async function pages(
  worlds: readonly World[],
  path: string,
  rounds: number,
): Promise<readonly (readonly Samples[])[]> {
  const name = path.replace(/^.*[/:]/, '');
  const turns: { readonly world: World; readonly address: string; readonly samples: Samples }[] = [];
  const all = [];
  for (const world of worlds) {
    const address = `${addressOf(world, path)}?limit=${limit}`;
    const both = [new Samples(`${name}, first page`), new Samples(`${name}, page ${pageNumber}`)] as const;
    all.push(both);
    turns.push({ world, address, samples: both[0] });
    turns.push({ world, address: await further(world, address), samples: both[1] });
  }
  for (let round = 0; round < rounds; round += 1)
    for (const { world, address, samples } of turns) {
      const from = performance.now();
      await world.api('GET', address);
      samples.add(performance.now() - from);
    }
  return all;
}

async function further(world: World, address: string): Promise<string> {
  let after = '';
  for (let turn = 1; turn < pageNumber; turn += 1) {
    const { next } = await world.api('GET', `${address}${after}`);
    if (typeof next === 'string') after = `&after=${encodeURIComponent(next)}`;
  }
  return `${address}${after}`;
}

/** Everything open is asked for: a webhook says that an import is done. */
async function reconciled(world: World): Promise<number> {
  const db = new Database(world.database);
  try {
    db.pragma('busy_timeout = 5000');
    db.prepare(`UPDATE assignment SET open = 1, checked = 1 WHERE id NOT LIKE 'a%'`).run();
    const read = db.prepare<[], number>('SELECT reconciled FROM integration').pluck();
    const before = read.get() ?? 0;
    const body = JSON.stringify({
      id: `import-${Math.round(performance.now())}`,
      event: 'import_completed',
      payload: {},
    });
    const signature = createHmac('sha256', world.webhookKey).update(body).digest('hex');
    const headers = { 'x-fleetio-webhook-signature': signature };
    const from = performance.now();
    const answer = await fetch(`${world.relay.url}/webhooks/fleetio`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`the webhook was answered ${answer.status}`);
    await until('a reconcile', () => (read.get() ?? 0) > before, 60_000);
    return performance.now() - from;
  } finally {
    db.close();
  }
}
