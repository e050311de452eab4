/** The serial ports of this machine, and what on it takes bytes from them besides who should. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where the kernel and udev tell of them; other folders in tests. */
export interface SerialRoots {
  readonly dev: string;
  readonly sys: string;
  readonly proc: string;
  /** Of udev: a file for each device, by kind and number. */
  readonly udev: string;
}

export const serialRoots: SerialRoots = { dev: '/dev', sys: '/sys', proc: '/proc', udev: '/run/udev/data' };

export interface SerialPort {
  /** As the kernel numbers it now: /dev/ttyUSB0. */
  readonly path: string;
  /** A name that is the same after the next plug, to be written into a configuration; null: there is none. */
  readonly stable: string | null;
  /** The device gives itself this name; it is empty for a port of the board itself. */
  readonly product: string;
}

const portNames = /^tty(?:USB|ACM|AMA|S|SC|XRUSB|mxc|THS)\d{1,3}$/;
/** Numbers of these are given in the order of plugging in. */
const plugged = /\/tty(?:USB|ACM|XRUSB)\d{1,3}$/;

export const isPlugged = (path: string): boolean => plugged.test(path);

/** Those that are there, by name. Ports of the kernel without a chip behind them are left out. */
export function serialPorts(roots: SerialRoots = serialRoots): readonly SerialPort[] {
  const links = linksOf(roots.dev);
  return namesIn(roots.dev)
    .filter(name => portNames.test(name) && hasChip(roots, name))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map(name => portOf(roots, name, links));
}

/** `ttyS0` to `ttyS3` are there on every PC; type 0 says that nothing answered (PORT_UNKNOWN of the kernel). */
const hasChip = ({ sys }: SerialRoots, name: string): boolean =>
  !name.startsWith('ttyS') || !['', '0'].includes(textOf(join(sys, 'class/tty', name, 'type')).trim());

function portOf(roots: SerialRoots, name: string, links: Links): SerialPort {
  const path = join(roots.dev, name);
  const { product, serial } = usbOf(roots, name);
  const { own = null, id = null, place = null } = links.get(realOf(path) ?? path) ?? {};
  // Two bridges alike without a serial number share a name by id; each has its own by the socket that it is in.
  const stable = own ?? (serial === '' ? (place ?? id) : (id ?? place));
  return { path, stable: isPlugged(path) ? stable : (own ?? path), product };
}

interface Names {
  /** By a rule of this machine: /dev/smartbox-keypad. */
  readonly own?: string;
  readonly id?: string;
  readonly place?: string;
}
type Links = ReadonlyMap<string, Names>;

function linksOf(dev: string): Links {
  const found = new Map<string, Names>();
  const look = (folder: string, kind: keyof Names, is: (name: string) => boolean): void => {
    for (const name of namesIn(folder).filter(is)) {
      const link = join(folder, name);
      const real = realOf(link);
      if (real !== null && real !== link && portNames.test(basename(real)))
        found.set(real, { ...found.get(real), [kind]: link });
    }
  };
  look(dev, 'own', name => name.startsWith('smartbox-'));
  look(join(dev, 'serial/by-id'), 'id', () => true);
  look(join(dev, 'serial/by-path'), 'place', name => !name.includes('-usbv2-'));
  return found;
}

/** The bridge is one to four folders above its port. */
function usbOf({ sys }: SerialRoots, name: string): { readonly product: string; readonly serial: string } {
  let folder = realOf(join(sys, 'class/tty', name, 'device'));
  for (let up = 0; up < 4 && folder !== null && folder !== '/'; up += 1) {
    const at = folder;
    const told = (file: string): string => textOf(join(at, file)).trim();
    if (told('idVendor') !== '') {
      const words = [told('manufacturer'), told('product')].filter(word => word !== '').join(' ');
      return { product: words || `${told('idVendor')}:${told('idProduct')}`, serial: told('serial') };
    }
    folder = dirname(folder);
  }
  return { product: '', serial: '' };
}

/** Gives the path that a link leads to; null: nothing of that name is there. */
export const realOf = (path: string): string | null => tried(() => realpathSync(path), null);

interface PortProblem {
  readonly what: string;
  readonly hint: string;
}

/** Finds what else uses a port of the box, as far as it can be seen. `path` is one that is there. */
export function portProblems(path: string, roots: SerialRoots = serialRoots): readonly PortProblem[] {
  const name = basename(realOf(path) ?? path);
  return [consoleOn(name, roots), loginOn(name, roots), modemManagerOn(name, roots)].filter(
    trouble => trouble !== null,
  );
}

function consoleOn(name: string, { sys, proc }: SerialRoots): PortProblem | null {
  const active = textOf(join(sys, 'class/tty/console/active')).split(/\s+/);
  const asked = [...textOf(join(proc, 'cmdline')).matchAll(/(?:^|\s)console=([\w/.-]{1,32})/g)];
  const all = [...active, ...asked.map(([, device = '']) => device)];
  if (!all.some(each => basename(each) === name)) return null;
  return {
    what: `the kernel writes its messages to ${name} (console=${name} in its command line), and starts a login there`,
    hint: `On a Raspberry Pi: sudo raspi-config nonint do_serial_cons 1. Elsewhere take console=${name} out of the kernel’s command line. Then reboot.`,
  };
}

/** Their command lines can be read by everybody, their open files by root alone. */
function loginOn(name: string, { proc }: SerialRoots): PortProblem | null {
  const pid = namesIn(proc)
    .filter(each => /^\d+$/.test(each))
    .find(each => {
      const [program = '', ...words] = textOf(join(proc, each, 'cmdline')).split('\0');
      return /getty$/.test(program) && words.some(word => word === name || word === `/dev/${name}`);
    });
  if (pid === undefined) return null;
  return {
    what: `a login (getty, process ${pid}) reads ${name} too, and takes bytes that the box then never hears`,
    hint: `Switch it off: sudo systemctl disable --now serial-getty@${name}`,
  };
}

function modemManagerOn(name: string, roots: SerialRoots): PortProblem | null {
  if (!isPlugged(`/${name}`) || isIgnored(name, roots)) return null;
  const isThere = namesIn(roots.proc).some(
    each => /^\d+$/.test(each) && textOf(join(roots.proc, each, 'comm')).trim() === 'ModemManager',
  );
  if (!isThere) return null;
  return {
    what: `ModemManager runs, and asks ${name} whether it is a modem`,
    hint: `Install the udev rules of SmartBox (70-smartbox.rules; the package has them) and plug it in again, or: sudo systemctl disable --now ModemManager`,
  };
}

/** As udev has noted by our rules or by those of somebody else. */
function isIgnored(name: string, { sys, udev }: SerialRoots): boolean {
  const number = textOf(join(sys, 'class/tty', name, 'dev')).trim();
  return /^E:ID_MM_(?:DEVICE|PORT)_IGNORE=1$/m.test(textOf(join(udev, `c${number}`)));
}

function tried<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

const namesIn = (folder: string): readonly string[] => tried(() => readdirSync(folder), []);
/** Nothing of these is longer than a page. */
const textOf = (file: string): string =>
  tried(() => (statSync(file).isDirectory() ? '' : readFileSync(file, 'utf8').slice(0, 16_384)), '');
