/** The one file that names concrete adapters: from a configuration to a running box. */
import type { Log } from '../base/log.ts';
import { giveBackMemory } from '../base/memory.ts';
import { programVersion } from '../base/version.ts';
import { openCabinet } from './adapters/gpio/cabinet.ts';
import { startGuard } from './adapters/gpio/guard.ts';
import { openSimLines } from './adapters/gpio/sim.ts';
import { openDisplay } from './adapters/serial/display.ts';
import { ownFolder } from './adapters/sqlite/files.ts';
import { restoreDatabase } from './adapters/sqlite/restore.ts';
import { type BoxStore, openStore } from './adapters/sqlite/store.ts';
import { watchTimesync } from './adapters/system/clock-source.ts';
import type { DaemonLog } from './adapters/system/log.ts';
import { closeRun, openRun } from './adapters/system/run-file.ts';
import { systemTime } from './adapters/system/time.ts';
import { openVault } from './adapters/vault/vault.ts';
import { startChores } from './chores.ts';
import { knowsRelay, relationOf } from './compose-later.ts';
import { keypadName, openPorts, type Ports } from './compose-ports.ts';
import type { BoxConfig } from './config.ts';
import type { BoxHandle } from './control/handle.ts';
import { openControl } from './control/server.ts';
import { clearPath } from './control/socket-path.ts';
import { judgedTime, trusted } from './core/clock.ts';
import { Desk } from './desk.ts';
import { Face } from './face.ts';
import { Loop } from './loop.ts';
import { overlaidRender } from './overlaid-render.ts';
import type { Cabinet, Lines, Phones, Report, Time, Vault } from './ports.ts';
import { remembered } from './remembered.ts';
import { Teardown } from './teardown.ts';
import { createRender } from './texts/render.ts';

export interface RunningBox {
  /** Outputs off first, then the rest in reverse order of its start. */
  stop(reason: string): Promise<void>;
}

/**
 * Starts a box. In this order: alone on the data, locks idle, the last state, the keypad, the control socket; what opens no
 * door comes after that.
 * @throws Fault of whatever cannot be opened; everything is closed again then
 */
export async function runBox(config: BoxConfig, configFile: string, log: DaemonLog): Promise<RunningBox> {
  const teardown = new Teardown(log);
  try {
    return await start(config, configFile, { log, teardown });
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

interface Ground {
  readonly log: DaemonLog;
  readonly teardown: Teardown;
}

async function start(config: BoxConfig, configFile: string, ground: Ground): Promise<RunningBox> {
  const { teardown } = ground;
  const heart = await openHeart(config, ground);
  const { loop, cabinet } = heart;
  const serial = openPorts(config, { ...ground, ...heart });
  const face = openFace(config, ground, loop);
  await serial.ready;
  const box = handleOf(config, configFile, { ...heart, serial, face, teardown });
  teardown.add('control socket', await openControl({ path: config.control, box }), each => each.close());
  // The first picture loads the words and zones of ICU, 20 ms that no waiting driver should pay.
  loop.watch({ events: () => {}, changed: face.face.refresh });
  face.face.refresh();
  startLater(config, ground, { ...heart, relation: box.relation });
  return {
    stop: async reason => {
      loop.stop(reason);
      await cabinet.close();
      await teardown.run();
      closeRun(config.data);
    },
  };
}

/** What decides, remembers and moves. */
interface Heart {
  readonly time: Time;
  readonly log: DaemonLog;
  readonly vault: Vault;
  readonly store: BoxStore;
  readonly cabinet: Cabinet;
  readonly phones: () => Promise<Phones>;
  readonly desk: Desk;
  readonly loop: Loop;
}

async function openHeart(config: BoxConfig, ground: Ground): Promise<Heart> {
  const { log, teardown } = ground;
  const { data, box } = config;
  ownFolder(data);
  const vault = await openVault({ folder: data, box: box.id });
  const opened = openStore({ folder: data, box: box.id, vault, log });
  const store = teardown.add('store', opened, each => each.close());
  // The data is ours alone now: a socket that a killed daemon has left must not look like a box that is ready.
  await clearPath(config.control);
  // Adapters report into the loop, which needs them: they are silent until their levels were asked for.
  let report: Report = () => {};
  const cabinet = await openLocks(config, ground, body => report(body));
  const parts = { time: systemTime, store, vault, log, phones: lazyPhones(box.region) };
  const desk = new Desk({ ...parts, state: () => loop.state, report: body => report(body) });
  const { state, recovered, lost } = remembered(config, store);
  const loop = new Loop(state, { ...parts, cabinet, checkPin: desk.checkPin });
  report = loop.report;
  const run = openRun(data, JSON.stringify(config));
  report({ type: 'booted', reason: recovered ?? run.reason, lost, levels: cabinet.levels() });
  if (run.configChanged) report({ type: 'config-changed' });
  return { ...parts, cabinet, desk, loop };
}

function lazyPhones(region: string): () => Promise<Phones> {
  let phones: Promise<Phones> | null = null;
  return () => {
    phones ??= import('./adapters/phones.ts').then(({ openPhones }) => openPhones(region));
    return phones;
  };
}

const memory = { residentBytes: () => process.memoryUsage.rss(), giveBack: giveBackMemory };

/** What opens no door, once the box is ready. */
function startLater(config: BoxConfig, ground: Ground, heart: Heart & Pick<BoxHandle, 'relation'>): void {
  const { teardown, log } = ground;
  if (config.uplink !== null && !heart.loop.state.sync.enrolled)
    log.warn({}, 'uplink: this box is not enrolled, it runs alone; see smartbox enroll');
  if (config.cabinet !== null) log.warn({}, 'cabinet: not in this version yet, no page is served');
  teardown.add('clock source', watchTimesync(systemTime, heart.loop.report), stop => stop());
  const later = {
    pino: () => log.usePino('info'),
    'phone numbers': heart.phones,
    jobs: () => openJobs(config, ground, heart),
    ...(knowsRelay(config.data, heart.loop.state) ? { relay: heart.relation } : {}),
  };
  teardown.add('chores', startChores({ ...heart, later, memory }), stop => stop());
}

/** Nightly copy, retention, weekly check; in the site's zone. */
async function openJobs(config: BoxConfig, { log, teardown }: Ground, { loop, store }: Heart): Promise<void> {
  const { startJobs } = await import('./adapters/jobs.ts');
  const jobs = await startJobs({
    chores: store,
    timezone: config.box.timezone,
    time: systemTime,
    trustedNow: () => (trusted(loop.state.clock.level) ? loop.state.clock.judged : null),
    damaged: reason => loop.report({ type: 'database-suspect', reason }),
    log,
  });
  teardown.add('jobs', jobs, each => each.stop());
}

/**
 * Puts a copy in the place of a box's database, whose daemon must not be running (design.md §3: a new epoch begins).
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

async function openLocks(config: BoxConfig, { log, teardown }: Ground, report: Report): Promise<Cabinet> {
  const lines = await openLines(config, log);
  const cabinet = openCabinet({
    spec: config,
    lines,
    guard: paths => startGuard({ paths, time: systemTime, log }),
    time: systemTime,
    report,
    log,
  });
  return teardown.add('locks', cabinet, each => each.close());
}

async function openLines(config: BoxConfig, log: Log): Promise<Lines> {
  if (config.gpio.driver === 'sim') return openSimLines({ dir: config.gpio.dir, time: systemTime, log });
  const { openOnoffLines } = await import('./adapters/gpio/onoff.ts');
  return await openOnoffLines({ log });
}

interface Shown {
  readonly face: Face;
  readonly display: ReturnType<typeof openDisplay> | null;
}

function openFace(config: BoxConfig, { log, teardown }: Ground, loop: Loop): Shown {
  const display = config.display === null ? null : openDisplay({ ...config.display, time: systemTime, log });
  if (display !== null) teardown.add('display', display, each => each.close());
  const { language, name: boxName, timezone: zone, phone } = config.box;
  const face = new Face({
    render: overlaidRender(
      () => loop.state.overlay.texts,
      texts => createRender({ language, boxName, zone, phone, ...texts }),
    ),
    time: systemTime,
    display:
      config.display === null || display === null
        ? null
        : {
            port: display,
            size: { columns: config.display.columns, rows: config.display.rows, letters: 'ascii' },
          },
    state: () => loop.state,
  });
  teardown.add('face', face, each => each.close());
  return { face, display };
}

interface Inside extends Heart {
  readonly teardown: Teardown;
  readonly serial: Ports;
  readonly face: Shown;
}

/** What the control socket may ask of this box. */
function handleOf(config: BoxConfig, configFile: string, inside: Inside): BoxHandle {
  const { store, vault, log, phones, loop, cabinet, serial, face, teardown } = inside;
  const { id, name, timezone } = config.box;
  const box: BoxHandle = {
    program: programVersion,
    site: {
      ...{ id, name, timezone, configFile, data: config.data, control: config.control },
      slots: config.slots.map(slot => ({ id: slot.id, sensed: slot.presence !== null })),
      gpioDriver: config.gpio.driver,
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
    screen: face.face.screen,
    ports: () => [
      ...serial.all.map(port => port.status()),
      ...(face.display === null ? [] : [face.display.status()]),
    ],
    lines: () => cabinet.inspect(),
    guardHealthy: () => cabinet.guardHealthy(),
    tap: (device, listener) =>
      (device === keypadName ? serial.keypad : serial.readers.get(device))?.tap(listener) ?? null,
    ...relationOf({ config, store, loop, teardown, box: () => box }),
  };
  return box;
}
