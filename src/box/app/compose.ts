/** From a configuration to a running box. Only files of this room name concrete adapters. */

import { reasonOf } from '../../base/fault.ts';
import { processMemory } from '../../base/memory.ts';
import { Shutdown } from '../../base/shutdown.ts';
import { systemTime } from '../../base/system-time.ts';
import { programVersion } from '../../base/version.ts';
import { openDisplay } from '../adapters/serial/display.ts';
import { ownFolder } from '../adapters/sqlite/files.ts';
import { restoreDatabase } from '../adapters/sqlite/restore.ts';
import { type BoxStore, openStore } from '../adapters/sqlite/store.ts';
import { systemClockFiles, watchClockSource } from '../adapters/system/clock-source.ts';
import type { DaemonLog } from '../adapters/system/log.ts';
import { closeRun, confirmRun, openRun } from '../adapters/system/run-file.ts';
import { openVault } from '../adapters/vault/vault.ts';
import type { BoxConfig } from '../config/box-config.ts';
import { openControl } from '../control/server.ts';
import { clearPath } from '../control/socket-path.ts';
import { judgedTime, trusted } from '../core/clock.ts';
import type { Site } from '../core/initial.ts';
import { startBackground } from '../engine/background.ts';
import { whenDamaged, whenNobodyIsHere } from '../engine/between-drivers.ts';
import { Loop } from '../engine/loop.ts';
import { restoredState } from '../engine/restored-state.ts';
import { selfTest } from '../engine/self-test.ts';
import { CredentialLookup } from '../panel/credential-lookup.ts';
import { Display } from '../panel/display.ts';
import { renderWithOverlay } from '../panel/display-texts.ts';
import { createRender } from '../panel/texts/render.ts';
import type { BoxHandle, Cabinet, Phones, Report, Time, Vault } from '../ports.ts';
import { openLocks } from './compose-gpio.ts';
import { keypadName, openPorts, type Ports } from './compose-serial.ts';
import { knowsRelay, relayAfterReady } from './relay-after-ready.ts';

interface RunningBox {
  /** Outputs off first, then the rest in reverse order of its start. */
  stop(reason: string): Promise<void>;
  /** Null when a code can still open a door, else what stands in the way. */
  selfTest(): string | null;
  /** Calls `then` once the database is known to be damaged and nobody is at the box. */
  whenDamaged(then: () => void): void;
  /** Calls `then` once nobody is at the box; returns what gives it up. */
  whenNobodyIsHere(then: () => void): () => void;
}

/**
 * Starts a box. In this order: alone on the data, locks idle, the last state, the keypad, the control socket; what opens no
 * door comes after that.
 * @throws Fault of whatever cannot be opened; everything is closed again then
 */
export async function runBox(config: BoxConfig, configFile: string, log: DaemonLog): Promise<RunningBox> {
  const shutdown = new Shutdown(log);
  try {
    return await start(config, configFile, { log, shutdown });
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

/** Every part of a box is started with these. */
interface StartDeps {
  readonly log: DaemonLog;
  readonly shutdown: Shutdown;
}

async function start(config: BoxConfig, configFile: string, deps: StartDeps): Promise<RunningBox> {
  const { shutdown } = deps;
  const engine = await openEngine(config, deps);
  const { loop, cabinet } = engine;
  await showCabinet(config, deps);
  const serial = openPorts(config, { ...deps, ...engine });
  const shown = showDisplay(config, deps, loop);
  await serial.ready;
  const box = handleOf(config, configFile, { ...engine, serial, shown, shutdown });
  shutdown.add('control socket', await openControl({ path: config.control, box }), each => each.close());
  loop.watch({ events: () => {}, changed: shown.display.refresh });
  startLater(config, deps, { ...engine, relayClient: box.relayClient });
  // The first picture loads the words and zones of ICU, 20 ms that no waiting driver should pay.
  shutdown.add('first picture', setImmediate(shown.display.refresh), clearImmediate);
  return {
    stop: async reason => {
      loop.stop(reason);
      await cabinet.close();
      await shutdown.run();
      closeRun(config.data);
    },
    selfTest: () => selfTest(engine),
    whenDamaged: then => whenDamaged({ time: systemTime, loop }, then),
    whenNobodyIsHere: then => whenNobodyIsHere({ time: systemTime, state: () => loop.state }, then),
  };
}

/** The page of a simulated cabinet, which makes the ports that are missing. */
async function showCabinet(config: BoxConfig, deps: StartDeps): Promise<void> {
  if (config.cabinet === null) return;
  const { openCabinetPage } = await import('./compose-cabinet.ts');
  await openCabinetPage(config, config.cabinet, deps);
}

/** These parts decide, remember and move. */
interface OpenedEngine {
  readonly time: Time;
  readonly log: DaemonLog;
  readonly vault: Vault;
  readonly store: BoxStore;
  readonly cabinet: Cabinet;
  readonly gpioDriver: string;
  readonly phones: () => Promise<Phones>;
  readonly credentials: CredentialLookup;
  readonly loop: Loop;
}

async function openEngine(config: BoxConfig, deps: StartDeps): Promise<OpenedEngine> {
  const { log, shutdown } = deps;
  const { data, box } = config;
  const aside = ownFolder(data);
  if (aside.length > 0) log.error({ aside }, 'what was no file in the data folder is put aside');
  const vault = await openVault({ folder: data, box: box.id });
  const opened = openStore({ folder: data, box: box.id, vault, log });
  const store = shutdown.add('store', opened, each => each.close());
  await store.incoming.settle().catch((error: unknown) => {
    log.warn({ reason: reasonOf(error) }, 'what was decided on before is not wholly there yet');
  });
  // The data is ours alone now: a socket that a killed daemon has left must not look like a box that is ready.
  await clearPath(config.control);
  // Adapters report into the loop, which needs them: they are silent until their levels were asked for.
  let report: Report = () => {};
  const { cabinet, driver } = await openLocks(config, log, body => report(body));
  shutdown.add('locks', cabinet, each => each.close());
  const parts = { time: systemTime, store, vault, log, phones: lazyPhones(box.region) };
  const credentials = new CredentialLookup({
    ...parts,
    state: () => loop.state,
    report: body => report(body),
  });
  const { state, recovered, ...losses } = restoredState(siteOf(config), store);
  const loop = new Loop(state, { ...parts, cabinet, examine: credentials.examine });
  report = loop.report;
  const run = openRun(data, JSON.stringify(config));
  report({ type: 'booted', reason: recovered ?? run.reason, ...losses, levels: cabinet.levels() });
  if (run.configChanged) report({ type: 'config-changed' });
  return { ...parts, cabinet, gpioDriver: driver, credentials, loop };
}

const siteOf = ({ rules, slots }: BoxConfig): Omit<Site, 'keys'> => ({
  rules,
  slots: slots.map(({ id, lock, presence }) => ({ id, pulseMs: lock.pulseMs, sensed: presence !== null })),
});

function lazyPhones(region: string): () => Promise<Phones> {
  let phones: Promise<Phones> | null = null;
  return () => {
    phones ??= import('../adapters/phones.ts').then(({ openPhones }) => openPhones(region));
    return phones;
  };
}

/** Starts the parts that open no door, once the box is ready. */
function startLater(
  config: BoxConfig,
  deps: StartDeps,
  engine: OpenedEngine & Pick<BoxHandle, 'relayClient'>,
): void {
  const { shutdown, log } = deps;
  confirmRun(config.data);
  if (config.uplink !== null && !engine.loop.state.sync.enrolled)
    log.warn({}, 'uplink: this box is not enrolled, it runs alone until smartbox enroll');
  shutdown.add('clock source', watchClockSource(systemTime, engine.loop.report, systemClockFiles), stop =>
    stop(),
  );
  const later = {
    pino: () => log.usePino('info'),
    'phone numbers': engine.phones,
    jobs: () => openJobs(config, deps, engine),
    ...(knowsRelay(config.data, engine.loop.state) ? { relay: engine.relayClient } : {}),
  };
  shutdown.add('background', startBackground({ ...engine, later, memory: processMemory }), stop => stop());
}

/** Nightly copy, retention, weekly check; in the site's zone. */
async function openJobs(
  config: BoxConfig,
  { log, shutdown }: StartDeps,
  { loop, store }: OpenedEngine,
): Promise<void> {
  const { startJobs } = await import('../adapters/jobs.ts');
  const stopJobs = await startJobs({
    store,
    timezone: config.box.timezone,
    time: systemTime,
    trustedNow: () => (trusted(loop.state.clock.level) ? loop.state.clock.judged : null),
    damaged: reason => loop.report({ type: 'database-suspect', reason }),
    log,
  });
  shutdown.add('jobs', stopJobs, stop => stop());
}

/**
 * Puts a copy in the place of a box's database, whose daemon must not be running (docs/synchronisation.md: a new epoch begins).
 * @throws Fault `data-in-use`, `not-a-backup`
 */
export function restoreBox(
  config: BoxConfig,
  copy: string,
  by: { readonly who: string; readonly why: string },
): void {
  restoreDatabase(config.data, copy, {
    account: `the database was restored from a copy by ${by.who}: ${by.why}`,
  });
}

interface OpenedDisplay {
  readonly display: Display;
  /** The serial display, where there is one. */
  readonly port: ReturnType<typeof openDisplay> | null;
}

function showDisplay(config: BoxConfig, { log, shutdown }: StartDeps, loop: Loop): OpenedDisplay {
  const port = config.display === null ? null : openDisplay({ ...config.display, time: systemTime, log });
  if (port !== null) shutdown.add('display', port, each => each.close());
  const { language, name: boxName, timezone: zone, phone } = config.box;
  const display = new Display({
    render: renderWithOverlay(
      () => loop.state.overlay.texts,
      texts => createRender({ language, boxName, zone, phone, ...texts }),
    ),
    time: systemTime,
    display:
      config.display === null || port === null
        ? null
        : { port, size: { columns: config.display.columns, rows: config.display.rows, letters: 'ascii' } },
    state: () => loop.state,
  });
  shutdown.add('what is shown', display, each => each.close());
  return { display, port };
}

interface HandleDeps extends OpenedEngine {
  readonly shutdown: Shutdown;
  readonly serial: Ports;
  readonly shown: OpenedDisplay;
}

/** Gives the control socket its handle on this box. */
function handleOf(config: BoxConfig, configFile: string, deps: HandleDeps): BoxHandle {
  const { store, vault, log, phones, loop, cabinet, gpioDriver, serial, shown, shutdown } = deps;
  const { id, name, timezone } = config.box;
  const box: BoxHandle = {
    program: programVersion,
    site: {
      ...{ id, name, timezone, configFile, data: config.data, control: config.control },
      slots: config.slots.map(slot => ({ id: slot.id, sensed: slot.presence !== null })),
      gpioDriver,
      hasDisplay: config.rules.hasDisplay,
      keypad: keypadName,
      readers: config.readers.map(reader => reader.name),
    },
    ...{ time: systemTime, log, store, vault, phones },
    state: () => loop.state,
    judged: () => judgedTime(loop.state, { mono: systemTime.mono(), wall: systemTime.wall() }),
    command: (command, who, why) => loop.command(command, who, why),
    write: (input, also) => loop.write(input, also),
    watch: watcher => loop.watch(watcher),
    screen: shown.display.screen,
    ports: () => [
      ...serial.all.map(port => port.status()),
      ...(shown.port === null ? [] : [shown.port.status()]),
    ],
    lines: () => cabinet.inspect(),
    guardHealthy: () => cabinet.guardHealthy(),
    secrets: () => ({ told: store.secretsReported(), relayKnows: store.synced.enrolment()?.sign ?? null }),
    tap: (device, listener) =>
      (device === keypadName ? serial.keypad : serial.readers.get(device))?.tap(listener) ?? null,
    ...relayAfterReady({ config, store, loop, shutdown, box: () => box }),
  };
  return box;
}
