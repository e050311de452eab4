import type { Json } from '../../base/canonical.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Finding } from '../../wire/report.ts';
import type { PortStatus } from '../ports.ts';
import type { Operation } from './call.ts';
import { freeSpace, rights, syncTimes } from './disk.ts';
import type { BoxHandle } from './handle.ts';
import { statusOf } from './ops-report.ts';

const ok = (what: string): Finding => ({ level: 'ok', what, hint: '' });

/** Everything a technician would look at, each with what to do about it. */
const doctor: Operation = async (_call, box) => {
  const { data, configFile } = box.site;
  const findings: readonly Finding[] = [
    ok(`smartboxd ${box.program} runs with ${configFile}`),
    ...abilities(box),
    ...box.ports().map(port => portFinding(port, box)),
    ...lineFindings(box),
    guardFinding(box),
    databaseFinding(box),
    await syncTimes(data),
    await freeSpace(data),
    ...(await rights(data)),
    clockFinding(box),
    ...syncFindings(box),
  ];
  return findings as unknown as Json;
};

/** What keeps people from keys, but for what is looked at closer below. */
function abilities(box: BoxHandle): readonly Finding[] {
  const closer = ['reader-lost', 'guard-away', 'clock-untrusted', 'database-suspect', 'storage-degraded'];
  const { reasons, remarks } = statusOf(box);
  const found = (level: Finding['level'], list: typeof reasons): readonly Finding[] =>
    list
      .filter(({ code }) => !closer.includes(code))
      .map(({ message, hint }) => ({ level, what: message, hint }));
  return [...found('bad', reasons), ...found('warn', remarks)];
}

function portFinding(port: PortStatus, box: BoxHandle): Finding {
  const { device, path, counters, trouble } = port;
  if (!port.up) {
    const input = device === box.site.keypad || box.site.readers.includes(device);
    return {
      level: input ? 'bad' : 'warn',
      what: `${device} is away${trouble === null ? ` from ${path}` : `: ${trouble}`}`,
      hint: 'Check its cable, and its path in the configuration.',
    };
  }
  const rejected = Object.entries(counters.rejected).filter(([, count]) => count > 0);
  const heard = `${device} at ${path}: ${counters.bytes} bytes, ${counters.decoded} understood`;
  if (rejected.length === 0) return ok(heard);
  const causes = rejected.map(([cause, count]) => `${cause} ${count}`).join(', ');
  const mostly = rejected.reduce((sum, [, count]) => sum + count, 0) > counters.decoded;
  return {
    level: mostly ? 'warn' : 'ok',
    what: `${heard}, thrown away: ${causes}`,
    hint: mostly ? 'Check `protocol:`, `baud:` and the cable.' : '',
  };
}

function lineFindings(box: BoxHandle): readonly Finding[] {
  const lines = box.lines();
  const bad = lines.filter(line => line.trouble !== null);
  if (bad.length === 0) return [ok(`${lines.length} GPIO lines work (driver ${box.site.gpioDriver})`)];
  return bad.map(({ name, line, trouble }) => ({
    level: 'bad',
    what: `${name} (${line}): ${trouble}`,
    hint: 'Check chip and line; gpiodetect and gpioinfo list what this machine has.',
  }));
}

const guardFinding = (box: BoxHandle): Finding =>
  box.guardHealthy()
    ? ok('the guard process holds the locks safe')
    : { level: 'bad', what: 'the guard process is away', hint: 'See the log of smartboxd.' };

function databaseFinding(box: BoxHandle): Finding {
  const { storage, databaseSuspect } = box.state().health;
  if (databaseSuspect) {
    return {
      level: 'bad',
      what: 'the database is damaged',
      hint: 'Restart smartboxd; it begins a new epoch.',
    };
  }
  if (storage === 'degraded') {
    return { level: 'bad', what: 'the disk takes no writes', hint: 'Free space or replace the card.' };
  }
  try {
    const { bookings, journal } = box.store;
    return ok(`database: bookings ${bookings.count()}, events ${journal.last().seq}`);
  } catch (error) {
    return {
      level: 'bad',
      what: `the database cannot be read: ${reasonOf(error)}`,
      hint: 'Restart smartboxd.',
    };
  }
}

function clockFinding(box: BoxHandle): Finding {
  const { level } = box.state().clock;
  if (level === 'synced') return ok('clock: synced');
  if (level === 'plausible') {
    return {
      level: 'warn',
      what: 'clock: plausible, nobody vouches for it',
      hint: 'smartbox clock set, if it is right.',
    };
  }
  return { level: 'bad', what: `clock: ${level}`, hint: 'Set the time, then: smartbox clock set.' };
}

/** The link, and how old the bookings are: a box in a basement may well be without the one for hours. */
function syncFindings(box: BoxHandle): readonly Finding[] {
  const { sync } = statusOf(box);
  if (!sync.enrolled) return [ok('the box runs alone, without a relay')];
  const { link, since, trouble, waiting, revision, epoch } = sync;
  const events = `${waiting} events wait for it`;
  const hint = 'Check the network, `uplink:` and the relay.';
  const found: Finding =
    link === 'up'
      ? ok(`the relay’s broker is reached since ${since}; ${events}`)
      : {
          level: 'warn',
          what: `the relay’s broker is not reached: ${trouble ?? 'connecting'}; ${events}`,
          hint,
        };
  if (sync.ageS === null)
    return [found, { level: 'warn', what: 'the relay has not vouched for the bookings yet', hint }];
  const what = `revision ${epoch}.${revision}, vouched for by the relay ${sync.ageS} s ago`;
  return [found, sync.ageS < 3_600 ? ok(what) : { level: 'warn', what, hint }];
}

export const doctorOperations: readonly (readonly [string, Operation])[] = [['doctor', doctor]];
