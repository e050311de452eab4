/** Pages, one reconcile and an idle relay, with so much history behind them. */
import { createHmac } from 'node:crypto';
import Database from 'better-sqlite3';
import { pause, until } from '../../test/blackbox/until.ts';
import { Samples } from '../bench/figures.ts';
import { cpuMs } from '../bench/proc.ts';
import { vehicleOf } from './history.ts';
import { vehicles, type World } from './world.ts';

/** Open assignments that a reconcile asks for, the same number whatever the history. */
export const openCount = 40;
const hourMs = 3_600_000;
const pageNumber = 5;

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

export async function stage(world: World, rounds: number): Promise<Stage> {
  const at = `/integrations/${world.integration}`;
  const pages: Samples[] = [];
  for (const path of [
    `${at}/vehicles/${vehicleOf(0)}/assignments`,
    `${at}/events`,
    `${at}/vehicles`,
    '/bookings',
  ])
    pages.push(...(await page(world, path, rounds)));
  await pause(3_000);
  const from = cpuMs(world.pid);
  await pause(8_000);
  const idle = (cpuMs(world.pid) - from) / 80;
  const reconcile = new Samples('reconcile');
  const cpuFrom = cpuMs(world.pid);
  const passes = Math.max(4, Math.ceil(rounds / 10));
  for (let pass = 0; pass < passes; pass += 1) reconcile.add(await reconciled(world));
  return { pages, reconcile, reconcileCpuMs: (cpuMs(world.pid) - cpuFrom) / passes, idle };
}

/** The first page, and one further on. */
async function page(world: World, path: string, rounds: number): Promise<readonly Samples[]> {
  const name = path.replace(/^.*\//, '');
  const limit = 20;
  const first = new Samples(`${name}, first page`);
  const further = new Samples(`${name}, page ${pageNumber}`);
  let after = '';
  for (let turn = 1; turn < pageNumber; turn += 1) {
    const { next } = await world.api('GET', `${path}?limit=${limit}${after}`);
    if (typeof next === 'string') after = `&after=${encodeURIComponent(next)}`;
  }
  for (let round = 0; round < rounds; round += 1)
    for (const [samples, query] of [
      [first, ''],
      [further, after],
    ] as const) {
      const from = performance.now();
      await world.api('GET', `${path}?limit=${limit}${query}`);
      samples.add(performance.now() - from);
    }
  return [first, further];
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
      id: `import-${performance.now()}`,
      event: 'import_completed',
      payload: {},
    });
    const signature = createHmac('sha256', world.webhookKey).update(body).digest('hex');
    const headers = { 'x-fleetio-webhook-signature': signature };
    const from = performance.now();
    await fetch(`${world.relay.url}/webhooks/fleetio`, { method: 'POST', headers, body });
    await until('a reconcile', () => (read.get() ?? 0) > before, 60_000);
    return performance.now() - from;
  } finally {
    db.close();
  }
}
