/** A form of the page becomes what a person does in front of a box: bytes to a port, a level on a line, a pulled cable. */
import type { ByteLog } from './byte-log.ts';
import type { Cable } from './cable.ts';
import type { Doors } from './doors.ts';
import { make } from './line-files.ts';
import { writeInto } from './other-end.ts';
import type { CabinetSpec, KeypadSpec } from './spec.ts';
import type { Said } from './texts.ts';

interface DeedDeps {
  readonly spec: CabinetSpec;
  readonly doors: Doors;
  readonly cable: Cable | null;
  readonly log: ByteLog;
}

const keysMax = 20;

/** Does what a person does, and says so in a sentence. */
export class Deeds {
  readonly #deps: DeedDeps;
  /** A pad whose port takes whole lines collects them itself. */
  #collected = '';

  constructor(deps: DeedDeps) {
    this.#deps = deps;
  }

  /** Null: the form says nothing that can be done here. */
  do(form: URLSearchParams): Said | null {
    const { doors } = this.#deps;
    const [key, slot] = [form.get('key') ?? '', Number(form.get('slot'))];
    switch (form.get('do')) {
      case 'door':
        return doors.press(slot);
      case 'force':
        return doors.force(slot);
      case 'pull':
        return doors.pull(key);
      case 'hang':
        return doors.hang(key, slot);
      case 'tap':
        return this.#tap(key, form.get('reader') ?? '');
      case 'type':
        return this.#type(form.get('keys') ?? '');
      case 'alarm':
        return this.#alarm(form.get('alarm'), form.get('to'));
      case 'cut':
        return this.#cable(false);
      case 'plug':
        return this.#cable(true);
      default:
        return null;
    }
  }

  #type(keys: string): Said {
    const { spec, log } = this.#deps;
    if (keys.length > keysMax || !/^[\d*#]+$/.test(keys)) return { is: 'bad-keys' };
    const bytes = spec.keypad.protocol === 'line' ? this.#lines(keys) : keyBytes(spec.keypad, keys);
    if (bytes.length > 0) {
      if (!writeInto(spec.keypad.path, bytes)) return { is: 'no-keypad' };
      log.add('keypad', 'in', bytes);
    }
    return { is: 'typed', keys };
  }

  #lines(keys: string): Uint8Array {
    let lines = '';
    for (const key of keys) {
      if (key === '*') this.#collected = '';
      else if (key !== '#') this.#collected = (this.#collected + key).slice(-keysMax);
      else {
        lines += `${this.#collected}\r\n`;
        this.#collected = '';
      }
    }
    return Buffer.from(lines, 'latin1');
  }

  #tap(name: string, reader: string): Said {
    const { spec, doors, log } = this.#deps;
    const key = doors.held(name);
    if ('is' in key) return key;
    const port = spec.readers.find(each => each.name === reader);
    const bytes = tagFrame(key.tag);
    if (port === undefined || !writeInto(port.path, bytes)) return { is: 'no-reader', reader };
    log.add(reader, 'in', bytes);
    return { is: 'tapped', key: name, reader };
  }

  /** To where it is told, not to the other side: a form that is sent twice does it once. */
  #alarm(name: string | null, to: string | null): Said | null {
    const found = this.#deps.spec.alarms.find(({ alarm }) => alarm === name);
    if (found === undefined || (to !== 'on' && to !== 'off')) return null;
    make(found.line, to === 'on');
    return { is: alarmSaid[found.alarm][to] };
  }

  #cable(isIn: boolean): Said {
    const { doors, cable } = this.#deps;
    if (cable === null) return { is: 'no-cable' };
    const { cuts } = doors.cable;
    doors.cable = { isIn, cuts: cable.isIn && !isIn ? cuts + 1 : cuts };
    if (isIn) cable.plug();
    else cable.cut();
    return { is: isIn ? 'plugged' : 'cut' };
  }
}

const alarmSaid = {
  tamper: { on: 'lid-open', off: 'lid-shut' },
  powerLow: { on: 'supply-low', off: 'supply-good' },
} as const;

const keyBytes = ({ enter, clear }: KeypadSpec, keys: string): Uint8Array =>
  Uint8Array.from(keys, key => (key === '#' ? enter : key === '*' ? clear : key.charCodeAt(0)));

/** One frame of an RDM6300: the ten digits, and the XOR of their five bytes. */
function tagFrame(tag: string): Uint8Array {
  const sum = Buffer.from(tag, 'hex').reduce((all, byte) => all ^ byte, 0);
  return Buffer.from(`\x02${tag}${sum.toString(16).toUpperCase().padStart(2, '0')}\x03`, 'latin1');
}
