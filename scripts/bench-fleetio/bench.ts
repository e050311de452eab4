import { type Report, Samples } from '../bench/figures.ts';
import { cpuMs, residentMb } from '../bench/proc.ts';
import { directPty } from '../bench/ptys.ts';
import { Rig } from '../rig/box-rig.ts';
import { pause, until } from '../rig/until.ts';
import { lost, type Plan, posts, storedOf } from './generator.ts';
import { openAssignments, type Stage, stages } from './growth.ts';
import { addHistory } from './history.ts';
import { Assigning } from './receipts.ts';
import { vehicles, World } from './world.ts';

export interface FleetioBenchOptions {
  /** For line files, in memory. */
  readonly lines: string;
  readonly report: Report;
  readonly quick: boolean;
}

/** Fleetio's own limit, as it is set by default. */
const callsPerMin = 20;
const firstSubject = 1_000_000;
const few = 1_000;
const many = 100_000;

/** All measurements, each on a relay of its own. */
export class FleetioBench {
  readonly #options: FleetioBenchOptions;
  readonly #ends: (() => Promise<void>)[] = [];

  constructor(options: FleetioBenchOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    await this.#webhooks();
    await this.#receipts();
    await this.#growth();
  }

  async dispose(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }

  async #world(limit: number): Promise<World> {
    const world = await World.make(limit);
    this.#ends.push(() => world.dispose());
    return world;
  }

  async #webhooks(): Promise<void> {
    const { report, quick } = this.#options;
    report.title('webhook → 200, each durable before it');
    const world = await this.#world(callsPerMin);
    const { integration } = world;
    const seconds = quick ? 5 : 30;
    const paced = { connections: 32, count: 100 * seconds, perSecond: 100 };
    await this.#posts(world, 'warm', { ...paced, count: 200 });
    await this.#posts(world, '100/s, all worked on', paced);
    // What follows is the intake by itself: of an integration that is switched off all is kept, nothing is worked on.
    await world.api('PATCH', `/integrations/${integration}`, { enabled: false });
    await this.#posts(world, '100/s', paced);
    for (const connections of [50, 100, 200])
      await this.#posts(world, `${connections} at once`, {
        ...{ connections, count: quick ? 10_000 : 40_000, perSecond: null },
      });
    await world.api('PATCH', `/integrations/${integration}`, { enabled: true });
    const flood = { connections: 100, count: quick ? 5_000 : 20_000, perSecond: null };
    await this.#posts(world, '100 at once, all worked on', flood);
    report.figure('relay RSS after', residentMb(world.pid), 'MB');
    await this.#killed(world);
    await this.dispose();
  }

  async #posts(
    world: World,
    name: string,
    load: Pick<Plan, 'connections' | 'count' | 'perSecond'>,
  ): Promise<void> {
    const { report } = this.#options;
    const plan = this.#plan(world, name, load);
    const from = cpuMs(world.pid);
    const outcome = await posts(plan);
    const cpu = cpuMs(world.pid) - from;
    if (name === 'warm') return;
    const took = new Samples(name);
    for (const ms of outcome.tookMs) took.add(ms);
    report.table([took]);
    if (plan.perSecond === null)
      report.figure(`${name}: stored`, outcome.stored.length / outcome.seconds, '/s', '≥ 6000');
    else {
      report.figure(`${name}: p50`, took.quantile(0.5), 'ms', '≤ 5');
      report.figure(`${name}: p99`, took.quantile(0.99), 'ms', '≤ 25');
    }
    report.figure(`${name}: answered but not stored`, lost(world.database, plan, outcome), '', '0');
    report.figure(`${name}: refused`, outcome.refused, '', '0');
    report.figure(`${name}: relay CPU a webhook`, (1_000 * cpu) / load.count, 'µs');
    report.figure(`${name}: generator CPU a webhook`, (1_000 * outcome.cpuMs) / load.count, 'µs');
    await pause(500);
  }

  #plan(
    { port, webhookKey: key }: World,
    name: string,
    load: Pick<Plan, 'connections' | 'count' | 'perSecond'>,
  ): Plan {
    return { name: name.replaceAll(/\W/g, '-'), port, key, ...load, firstSubject };
  }

  /** Killed in the middle: what had its 200 is there. */
  async #killed(world: World): Promise<void> {
    const { report } = this.#options;
    const plan = this.#plan(world, 'killed', { connections: 100, count: 50_000, perSecond: null });
    const running = posts(plan);
    await until('some of them', () => storedOf(world.database, plan).size >= 2_000, 60_000);
    await world.relay.stop('SIGKILL');
    const outcome = await running;
    report.figure('killed meanwhile: had their 200', outcome.stored.length, '');
    report.figure('killed meanwhile: answered but not stored', lost(world.database, plan, outcome), '', '0');
  }

  async #receipts(): Promise<void> {
    const { report, quick, lines } = this.#options;
    const pace = { perSecond: 20, seconds: quick ? 5 : 30 };
    report.title('webhook → receipt of a real box, 20 assignments/s, no limit of calls');
    const world = await this.#world(0);
    const box = await Rig.make({
      ...{
        slots: vehicles.length,
        pulseMs: 50,
        under: world.relay.dir,
        lines: `${lines}/box`,
        pty: directPty,
      },
    });
    this.#ends.push(() => box.dispose());
    await box.start();
    await this.#linked(world, box);
    const assigning = new Assigning(world, box);
    const all = await assigning.run(pace);
    assigning.close();
    const count = pace.perSecond * pace.seconds;
    report.table([all.fromAssigning, all.fromWebhook, all.keyToLock]);
    report.figure('webhook → receipt p50', all.fromWebhook.quantile(0.5), 'ms', '≤ 50');
    report.figure('webhook → receipt p99', all.fromWebhook.quantile(0.99), 'ms', '≤ 500');
    report.figure('without a receipt', all.lost, '', '0');
    report.figure(
      'codes typed, doors that did not open',
      `${all.typed}, ${all.typed - all.keyToLock.count}`,
      '',
      '…, 0',
    );
    report.figure('fields written and read back', all.fieldsWritten, '', String(count));
    report.figure('the last of them, after the last receipt', all.fieldsMs / 1_000, 's');
    report.figure('relay CPU an assignment', all.relayCpuMs / count, 'ms');
    report.figure('sandbox CPU an assignment', all.sandboxCpuMs / count, 'ms');
    report.figure('relay RSS', residentMb(world.pid), 'MB');
    await this.dispose();
  }

  /** The box enrolled, and a key of it for each vehicle. */
  async #linked(world: World, box: Rig | null): Promise<void> {
    const made = await world.api('POST', '/boxes', { name: 'Depot A' });
    if (box !== null)
      await box.must(['enroll', '--relay', world.relay.url, '--claim', '-'], String(made.claim));
    for (const [at, vehicle] of vehicles.entries()) {
      const key = await world.api('POST', '/keys', { name: `Key ${vehicle}`, box: made.id, slot: at + 1 });
      if (box !== null)
        await world.api('PATCH', `/integrations/${world.integration}/vehicles/${vehicle}`, { key: key.id });
    }
    await pause(2_000);
  }

  async #growth(): Promise<void> {
    const { report, quick } = this.#options;
    report.title(`${many} assignments against ${few}`);
    const worlds: World[] = [];
    for (const count of [few, many]) {
      const world = await this.#world(0);
      worlds.push(world);
      await this.#linked(world, null);
      await openAssignments(world);
      await world.relay.stop();
      addHistory(world.database, { integration: world.integration, count });
      await world.relay.start();
    }
    await pause(2_000);
    const [small, large] = await stages(worlds, quick ? 40 : 200);
    if (small !== undefined && large !== undefined) this.#compared(small, large);
    await this.dispose();
  }

  #compared(small: Stage, large: Stage): void {
    const { report } = this.#options;
    report.note(`with ${few}:`);
    report.table([...small.pages, small.reconcile]);
    report.note(`with ${many}:`);
    report.table([...large.pages, large.reconcile]);
    for (const [at, page] of large.pages.entries()) {
      const before = small.pages[at]?.quantile(0.5) ?? Number.NaN;
      report.figure(`${page.name}: p50`, page.quantile(0.5) / before, '×', '≤ 1.5');
    }
    const ratio = large.reconcile.quantile(0.5) / small.reconcile.quantile(0.5);
    report.figure('one reconcile: p50', ratio, '×', '≤ 1.5');
    report.figure('one reconcile: relay CPU', large.reconcileCpuMs / small.reconcileCpuMs, '×', '≤ 1.5');
    report.figure('one reconcile: relay CPU', large.reconcileCpuMs, 'ms');
    report.figure('idle CPU, before and after', `${small.idle.toFixed(2)}, ${large.idle.toFixed(2)}`, '%');
  }
}
