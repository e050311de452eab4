import {
  isPlugged,
  portProblems,
  realOf,
  type SerialPort,
  type SerialRoots,
  serialPorts,
  serialRoots,
} from '../base/serial-ports.ts';
import type { Finding, UsedPort } from '../wire/report.ts';
import { plain, table } from './table.ts';

export interface ListedPort {
  /** This goes into the configuration; null: nothing is there. */
  readonly path: string | null;
  /** As the kernel numbers it now; null: it is away. */
  readonly now: string | null;
  readonly product: string;
  /** As what the configuration uses it; null: it does not. */
  readonly use: string | null;
  /** The path in the configuration, where it uses it. */
  readonly configured: string | null;
}

/** The ports of this machine, and those of the configuration that are none of them: a pty, or one that is away. */
export function listOf(used: readonly UsedPort[], roots: SerialRoots = serialRoots): readonly ListedPort[] {
  const here = serialPorts(roots);
  const listed = here.map((port): ListedPort => {
    const use = used.find(each => isOn(each, port));
    return {
      path: port.stable ?? port.path,
      ...{ now: port.path, product: port.product },
      ...{ use: use?.device ?? null, configured: use?.path ?? null },
    };
  });
  const others = used.filter(each => !here.some(port => isOn(each, port)));
  return [
    ...listed,
    ...others.map(({ device, path }): ListedPort => {
      const real = realOf(path);
      return { path: real === null ? null : path, now: real, product: '', use: device, configured: path };
    }),
  ];
}

const isOn = ({ path }: UsedPort, port: SerialPort): boolean => (realOf(path) ?? path) === port.path;

export function listText(rows: readonly ListedPort[]): string {
  if (rows.length === 0)
    return 'no serial port is here; plug the device in, and look at dmesg if none comes up';
  const cells = rows.map(({ path, now, product, use, configured }) => [
    path ?? '-',
    now ?? 'away',
    plain(product) || '-',
    use === null ? '-' : configured === path ? use : `${use}, as ${configured}`,
  ]);
  return table(['WRITE path:', 'NOW', 'WHAT IT IS', 'USED AS'], cells);
}

/** Adds to what the daemon says of one of its ports what else is on that port, or where its device is instead. */
export function onPort(
  finding: Finding,
  port: UsedPort,
  all: readonly UsedPort[],
  roots: SerialRoots = serialRoots,
): readonly Finding[] {
  if (realOf(port.path) === null) return [{ ...finding, hint: whereElse(port, all, roots) }];
  const troubles = portProblems(port.path, roots).map(
    ({ what, hint }): Finding => ({ level: 'bad', what: `${port.device}: ${what}`, hint }),
  );
  return [finding, ...unstable(port, roots), ...troubles];
}

/** A path that another device may have after the next plug. */
function unstable({ device, path }: UsedPort, roots: SerialRoots): readonly Finding[] {
  if (!isPlugged(path)) return [];
  const stable = serialPorts(roots).find(port => port.path === realOf(path))?.stable ?? null;
  if (stable === null) return [];
  const what = `${device}: ${path} may be another device after the next plug`;
  return [{ level: 'warn', what, hint: `Write in the configuration: path: ${stable}` }];
}

/** For a port of the configuration that is not there. */
function whereElse({ device, path }: UsedPort, all: readonly UsedPort[], roots: SerialRoots): string {
  const free = serialPorts(roots).filter(port => !all.some(each => isOn(each, port)));
  const bridges = free.filter(port => isPlugged(port.path));
  const away = `There is no ${path}. `;
  const [only, ...more] = bridges.length > 0 ? bridges : free;
  if (only === undefined)
    return `${away}No serial port is here that nobody uses: plug ${device} in, and look at dmesg.`;
  const written = (port: SerialPort): string => {
    const what = port.product === '' ? port.path : `${plain(port.product)}, now ${port.path}`;
    return `path: ${port.stable ?? port.path} (${what})`;
  };
  if (more.length === 0) return `${away}If it is this one, write in the configuration ${written(only)}.`;
  return `${away}If it is one of these, write in the configuration ${[only, ...more].slice(0, 4).map(written).join(', or ')}.`;
}
