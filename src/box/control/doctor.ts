import type { Json } from '../../base/canonical.ts';
import { reasonOf } from '../../base/fault.ts';
import { instantText } from '../../base/instant.ts';
import { secondReader, ttyReaders } from '../../base/tty-readers.ts';
import type { Finding, UsedPort } from '../../wire/report.ts';
import type { BoxHandle, PortStatus } from '../ports.ts';
import { operation } from './args.ts';
import type { Operation } from './call.ts';
import { freeSpace, rights, syncTimes } from './disk.ts';
import { statusOf } from './ops-report.ts';
import { likelyCauses } from './port-causes.ts';
import { unheardHint } from './report.ts';

const ok = (what: string): Finding => ({ level: 'ok', what, hint: '' });

/** Everything a technician would look at, each with what to do about it. */
const doctor = operation({}, async (_args, _call, box) => {
  const { data, configFile } = box.site;
  const findings: readonly Finding[] = [
    ok(`smartboxd ${box.program} runs with ${configFile}`),
    ...abilities(box),
    ...(await portFindings(box)),
    ...lineFindings(box),
    guardFinding(box),
    databaseFinding(box),
    ...secretFindings(box),
    await syncTimes(data),
    await freeSpace(data),
    ...(await rights(data)),
    clockFinding(box),
    ...syncFindings(box),
  ];
  return findings as unknown as Json;
});

/** Finds what keeps people from keys, but for what is looked at closer below. */
function abilities(box: BoxHandle): readonly Finding[] {
  const closer = ['reader-lost', 'guard-away', 'clock-untrusted', 'database-suspect', 'storage-degraded'];
  const { reasons, remarks } = statusOf(box);
  const found = (level: Finding['level'], list: typeof reasons): readonly Finding[] =>
    list
      .filter(({ code }) => !closer.includes(code))
      .map(({ message, hint }) => ({ level, what: message, hint }));
  return [...found('bad', reasons), ...found('warn', remarks)];
}

async function portFindings(box: BoxHandle): Promise<readonly Finding[]> {
  const ports = box.ports();
  const heard = ports.filter(({ up, device }) => up && device !== 'display');
  const { byPath, isAll } = await ttyReaders(heard.map(({ path }) => path));
  const found = ports.flatMap(port => [
    { ...portFinding(port, box), port: used(port) },
    ...(byPath.get(port.path) ?? []).map(
      (reader): Finding => ({ level: 'bad', ...secondReader(port.device, port.path, reader) }),
    ),
  ]);
  return isAll || heard.length === 0 ? found : [...found, unseenFinding(heard)];
}

/** The daemon is rarely root. Whoever asks it may be: then the command line looks itself. */
const unseenFinding = (heard: readonly PortStatus[]): Finding => ({
  level: 'warn',
  what: `whether another program reads ${heard.map(({ device }) => device).join(', ')} too was seen only of programs of the user of smartboxd`,
  hint: 'Ask as root, who sees those of all: sudo smartbox doctor.',
  unseen: { daemon: process.pid, ports: heard.map(({ device, path }) => ({ device, path })) },
});

const used = ({ device, path, up }: PortStatus): UsedPort => ({ device, path, up });

const ports = operation({}, (_args, _call, box) => box.ports().map(used) as unknown as Json);

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
  const likely = likelyCauses(port);
  if (rejected.length === 0 && likely.length === 0) return ok(heard);
  const causes = rejected.map(([cause, count]) => `${cause} ${count}`).join(', ');
  const mostly = rejected.reduce((sum, [, count]) => sum + count, 0) > counters.decoded;
  const thrown = rejected.length === 0 ? '' : `, thrown away: ${causes}`;
  const hints = likely.map(({ hint }) => hint);
  if (mostly && likely.length === 0) hints.push('Check `protocol:`, `baud:` and the cable.');
  return {
    level: mostly || likely.some(({ isSure }) => isSure) ? 'warn' : 'ok',
    what: [`${heard}${thrown}`, ...likely.map(({ what }) => what)].join('; '),
    hint: hints.join(' '),
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

const secretsShownMs = 30 * 86_400_000;
const secretHints = {
  'signing-key':
    'What is exported from now on has another key: note it (smartbox status --json), and look at the card.',
  pepper: 'Codes, phones and badges have to be sent or imported again; look at the card.',
} as const;

/** A secret of the box that was lost; and what follows from it at the relay, until somebody has seen to it. */
function secretFindings({ secrets, vault, judged }: BoxHandle): readonly Finding[] {
  const { told, relayKnows } = secrets();
  const strange: readonly Finding[] =
    relayKnows === null || relayKnows === vault.publicKey
      ? []
      : [
          {
            level: 'bad',
            what: 'the relay believes nothing that this box says: it knows another signing key',
            hint: 'Put signing.key back from a backup, or enrol the box again: smartbox enroll.',
          },
        ];
  if (told === null || judged() - told.at > secretsShownMs) return strange;
  const since = instantText(told.at);
  const lost = told.names.map(
    (name): Finding => ({
      level: 'warn',
      what: `the ${name} of this box was lost; it has a new one since ${since}`,
      hint: secretHints[name],
    }),
  );
  return [...strange, ...lost];
}

function clockFinding(box: BoxHandle): Finding {
  const { level } = box.state().clock;
  if (level === 'synced') return ok('clock: synced');
  if (level === 'plausible') {
    return {
      level: 'warn',
      what: 'clock: plausible, nobody vouches for it',
      hint: 'smartbox clock set, if it is right. A time service (chrony, systemd-timesyncd), or a clock chip with a battery, vouches for it at every boot.',
    };
  }
  return { level: 'bad', what: `clock: ${level}`, hint: 'Set the time, then: smartbox clock set.' };
}

const untrustedHint =
  'If the relay got a certificate of another authority while this box was away, the relay must serve one of the authority of before, or this box be enrolled again: smartbox enroll. If it did not, somebody stands in between: change nothing.';

/** The link, and how old the bookings are: a box in a basement may well be without the one for hours. */
function syncFindings(box: BoxHandle): readonly Finding[] {
  const { sync } = statusOf(box);
  if (!sync.enrolled) return [ok('the box runs alone, without a relay')];
  const { link, since, trouble, waiting, revision, epoch } = sync;
  const events = `${waiting} events wait for it`;
  const hint = 'Check the network, `uplink:` and the relay.';
  const found: Finding =
    link === 'up' && trouble !== null
      ? { level: 'bad', what: `the relay’s broker is reached, but ${trouble}; ${events}`, hint: unheardHint }
      : link === 'up'
        ? ok(`the relay’s broker is reached since ${since}; ${events}`)
        : {
            level: 'warn',
            what: `the relay’s broker is not reached: ${trouble ?? 'connecting'}; ${events}`,
            hint: trouble?.includes('certificate is not believed') === true ? untrustedHint : hint,
          };
  if (sync.ageS === null)
    return [found, { level: 'warn', what: 'the relay has not vouched for the bookings yet', hint }];
  const what = `revision ${epoch}.${revision}, vouched for by the relay ${sync.ageS} s ago`;
  return [found, sync.ageS < 3_600 ? ok(what) : { level: 'warn', what, hint }];
}

export const doctorOperations: readonly (readonly [string, Operation])[] = [
  ['doctor', doctor],
  ['ports', ports],
];
