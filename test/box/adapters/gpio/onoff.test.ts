import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Fault } from '../../../../src/base/fault.ts';
import { silent } from '../../../../src/base/log.ts';
import { loadOnoff, openOnoffLines, type Pin } from '../../../../src/box/adapters/gpio/onoff.ts';
import { globalNumber, listChips } from '../../../../src/box/adapters/gpio/sysfs.ts';
import type { Level, LineSpec } from '../../../../src/box/ports.ts';
import { linesContract } from './lines-contract.ts';

/** A folder that looks like /sys/class/gpio, and pins that treat it as onoff and the kernel do. */
class FakeSysfs {
  readonly root = mkdtempSync(join(tmpdir(), 'smartbox-sysfs-'));
  readonly watchers = new Map<number, () => void>();
  /** Files that a set-up does not change, as when onoff passes over an error: `gpio529/direction`. */
  readonly stubborn = new Set<string>();
  edges = true;

  chip(base: number, label: string, count: number, device: string): this {
    const path = join(this.root, `gpiochip${base}`);
    mkdirSync(path);
    writeFileSync(join(path, 'label'), `${label}\n`);
    writeFileSync(join(path, 'base'), `${base}\n`);
    writeFileSync(join(path, 'ngpio'), `${count}\n`);
    symlinkSync(`../../../${device}`, join(path, 'device'));
    return this;
  }

  path(number: number, file: string): string {
    return join(this.root, `gpio${number}`, file);
  }

  put(number: number, file: string, text: string): void {
    if (!this.stubborn.has(`gpio${number}/${file}`)) writeFileSync(this.path(number, file), `${text}\n`);
  }

  level(number: number): Level {
    return readFileSync(this.path(number, 'value'), 'utf8')[0] === '1' ? 1 : 0;
  }

  export(number: number): void {
    if (existsSync(join(this.root, `gpio${number}`))) return;
    mkdirSync(join(this.root, `gpio${number}`));
    for (const [file, text] of [
      ['direction', 'in'],
      ['active_low', '0'],
      ['value', '1'],
    ] as const) {
      writeFileSync(this.path(number, file), `${text}\n`);
    }
    if (this.edges) writeFileSync(this.path(number, 'edge'), 'none\n');
  }

  readonly open = (number: number, direction: 'in' | 'low' | 'high', edge: 'both' | 'none'): Pin => {
    this.export(number);
    this.put(number, 'active_low', '0');
    this.put(number, 'direction', direction === 'in' ? 'in' : 'out');
    if (direction !== 'in') this.put(number, 'value', direction === 'high' ? '1' : '0');
    if (edge === 'both' && !this.edges) throw Object.assign(new Error('no edge'), { code: 'ENOENT' });
    if (edge === 'both') this.put(number, 'edge', 'both');
    return {
      writeSync: level => this.put(number, 'value', String(level)),
      level: () => this.level(number),
      watch: changed => this.watchers.set(number, changed),
      unexport: () => {
        this.watchers.delete(number);
        rmSync(join(this.root, `gpio${number}`), { recursive: true });
      },
    };
  };

  lines() {
    return openOnoffLines({ log: silent, root: this.root, open: this.open });
  }

  done(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const pi4 = (): FakeSysfs => new FakeSysfs().chip(512, 'pinctrl-bcm2711', 58, 'fe200000.gpio');

const isSetupFault = (...words: readonly string[]) => {
  return (error: unknown): boolean =>
    error instanceof Fault &&
    error.code === 'line-setup' &&
    words.every(word => `${error.message} ${error.hint}`.includes(word));
};

linesContract('onoff on a folder that looks like sysfs', async () => {
  const sysfs = pi4();
  let next = 0;
  return {
    lines: await sysfs.lines(),
    spare: () => ({ chip: 'pinctrl-bcm2711', line: next++ }),
    measure: ({ line }) => sysfs.level(512 + line),
    drive: ({ line }, level) => {
      sysfs.put(512 + line, 'value', String(level));
      setImmediate(() => sysfs.watchers.get(512 + line)?.());
    },
    done: () => sysfs.done(),
  };
});

describe('finding a line by label and offset', () => {
  test('base + offset, on whichever chip has the label', () => {
    const sysfs = pi4().chip(570, 'mcp23017', 16, '1-0020').chip(586, 'raspberrypi-exp-gpio', 8, 'soc:fw');
    const chips = listChips(sysfs.root);
    assert.equal(globalNumber(chips, { chip: 'pinctrl-bcm2711', line: 17 }), 529);
    assert.equal(globalNumber(chips, { chip: 'mcp23017', line: 15 }), 585);
    sysfs.done();
  });

  test('an absent label names what was found', () => {
    const sysfs = pi4();
    const chips = listChips(sysfs.root);
    const find = (chip: string, line: number) => () => globalNumber(chips, { chip, line });
    assert.throws(find('pinctrl-rp1', 17), isSetupFault('pinctrl-rp1 line 17', 'found: pinctrl-bcm2711'));
    assert.throws(find('pinctrl-bcm2711', 58), isSetupFault('lines 0 to 57'));
    assert.throws(() => globalNumber([], { chip: 'x', line: 0 }), isSetupFault('found: none'));
    sysfs.done();
  });

  test('two chips with one label are ambiguous until the device is named', () => {
    const sysfs = new FakeSysfs().chip(570, 'mcp23017', 16, '1-0020').chip(586, 'mcp23017', 16, '1-0021');
    const chips = listChips(sysfs.root);
    assert.throws(
      () => globalNumber(chips, { chip: 'mcp23017', line: 1 }),
      isSetupFault('2 chips', 'mcp23017@1-0020', 'mcp23017@1-0021'),
    );
    assert.equal(globalNumber(chips, { chip: 'mcp23017@1-0021', line: 1 }), 587);
    sysfs.done();
  });

  test('a kernel without sysfs GPIO is said to be one', async () => {
    await assert.rejects(openOnoffLines({ log: silent, root: '/nowhere' }), isSetupFault('/nowhere', 'sim'));
  });
});

describe('reading the set-up back', () => {
  const line: LineSpec = { chip: 'pinctrl-bcm2711', line: 17 };
  const cases = [
    ['direction', 'in', 'output'],
    ['active_low', '1', 'output'],
    ['value', '1', 'output'],
    ['direction', 'out', 'input'],
    ['active_low', '1', 'input'],
    ['edge', 'rising', 'input'],
  ] as const;
  for (const [file, stays, kind] of cases) {
    test(`an ${kind} left over with ${file} "${stays}" that does not change is refused`, async () => {
      const sysfs = pi4();
      sysfs.export(529);
      sysfs.put(529, file, stays);
      sysfs.stubborn.add(`gpio529/${file}`);
      const lines = await sysfs.lines();
      const open = () => (kind === 'output' ? lines.output(line, 0) : lines.input(line, 1, () => {}));
      assert.throws(open, isSetupFault('line 17', file, `"${stays}"`));
      sysfs.done();
    });
  }

  test('a lock that is refused stays among the safe paths, after those in use', async () => {
    const sysfs = pi4();
    sysfs.stubborn.add('gpio529/value');
    const lines = await sysfs.lines();
    assert.throws(() => lines.output(line, 0), isSetupFault('value'));
    lines.output({ ...line, line: 18 }, 0);
    assert.deepEqual(
      lines.safePaths().map(({ path }) => path),
      [sysfs.path(530, 'value'), sysfs.path(529, 'value')],
    );
    sysfs.done();
  });

  test('a line left over from a crash with its lock on is forced idle', async () => {
    const sysfs = pi4();
    sysfs.export(529);
    sysfs.put(529, 'direction', 'out');
    sysfs.put(529, 'value', '1');
    (await sysfs.lines()).output(line, 0);
    assert.equal(sysfs.level(529), 0);
    sysfs.done();
  });

  test('an expander without interrupt is taken without edges', async () => {
    const sysfs = pi4();
    sysfs.edges = false;
    const input = (await sysfs.lines()).input(line, 1, () => assert.fail('no edges'));
    sysfs.put(529, 'value', '0');
    assert.equal(input.read(), 0);
    assert.equal(sysfs.watchers.size, 0);
    sysfs.done();
  });

  test('a line that somebody holds, or that may not be used, says why', async () => {
    const sysfs = pi4();
    for (const [code, word] of [
      ['EBUSY', 'holds'],
      ['EACCES', 'group'],
      ['EIO', 'debug'],
    ] as const) {
      const open = (): Pin => {
        throw Object.assign(new Error(code), { code });
      };
      const lines = await openOnoffLines({ log: silent, root: sysfs.root, open });
      assert.throws(() => lines.output(line, 0), isSetupFault('line 17', 'number 529', word));
      assert.throws(() => lines.input({ ...line, line: 18 }, 0, () => {}), isSetupFault('line 18', word));
    }
    sysfs.done();
  });

  test('faults of a running line have their codes', async () => {
    const sysfs = pi4();
    const lines = await sysfs.lines();
    const output = lines.output(line, 0);
    const input = lines.input({ ...line, line: 18 }, 0, () => {});
    rmSync(join(sysfs.root, 'gpio530'), { recursive: true });
    rmSync(join(sysfs.root, 'gpio529'), { recursive: true });
    assert.throws(() => output.write(1), { code: 'line-write' });
    assert.throws(() => input.read(), { code: 'line-read' });
    lines.close();
    sysfs.done();
  });
});

test('onoff and its native part load on this Node', async () => {
  assert.equal(typeof (await loadOnoff()), 'function');
});
