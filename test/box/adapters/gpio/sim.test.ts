import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../../src/base/fault.ts';
import { silent } from '../../../../src/base/log.ts';
import { openSimLines } from '../../../../src/box/adapters/gpio/sim.ts';
import { SimFolder } from '../../../../src/box/adapters/gpio/sim-folder.ts';
import { FakeTime, realTime } from './fake-time.ts';
import { linesContract } from './lines-contract.ts';

const temporary = (): string => mkdtempSync(join(tmpdir(), 'smartbox-gpio-'));
const spec = { chip: 'chip', line: 7 };
const ignore = (): void => {};

linesContract('sim', () => {
  const dir = temporary();
  let next = 0;
  const pathOf = (line: { chip: string; line: number }): string => join(dir, line.chip, String(line.line));
  return {
    lines: openSimLines({ dir, time: realTime, log: silent }),
    spare: () => ({ chip: 'chip', line: next++ }),
    measure: line => (readFileSync(pathOf(line), 'utf8').trim() === '1' ? 1 : 0),
    drive: (line, level) => writeFileSync(pathOf(line), `${level}\n`),
    done: () => rmSync(dir, { recursive: true }),
  };
});

function simulation() {
  const dir = temporary();
  const path = join(dir, 'chip', '7');
  const time = new FakeTime();
  const lines = openSimLines({ dir, time, log: silent });
  const put = (text: string): void => {
    mkdirSync(join(dir, 'chip'), { recursive: true });
    writeFileSync(path, text);
  };
  const done = (): void => {
    lines.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { dir, path, time, lines, put, done };
}

describe('simulated lines are files', () => {
  test('a lock file is forced to idle at start; an input that exists is kept; a missing one is made', () => {
    const { dir, path, put, lines, done } = simulation();
    put('1\n');
    writeFileSync(join(dir, 'chip', '8'), '0');
    lines.output(spec, 0);
    assert.equal(readFileSync(path, 'utf8'), '0\n');
    assert.equal(lines.input({ chip: 'chip', line: 8 }, 1, ignore).read(), 0);
    assert.equal(readFileSync(join(dir, 'chip', '8'), 'utf8'), '0');
    assert.equal(lines.input({ chip: 'other', line: 9 }, 1, ignore).read(), 1);
    assert.equal(readFileSync(join(dir, 'other', '9'), 'utf8').trim(), '1');
    done();
  });

  test('newline optional; empty or other text is no level', () => {
    const { put, lines, done } = simulation();
    const input = lines.input(spec, 1, ignore);
    const table: readonly (readonly [string, 0 | 1 | null])[] = [
      ['0', 0],
      ['1', 1],
      ['0\n', 0],
      ['1\r\n', 1],
      ['', null],
      ['\n', null],
      ['2', null],
      ['01', null],
      ['1 0', null],
      ['high', null],
      ['1\n\n\n\n\n\n\n\n\nlong', null],
      [`1${'0'.repeat(100_000)}`, null],
    ];
    for (const [text, level] of table) {
      put(text);
      assert.equal(input.read(), level, JSON.stringify(text.slice(0, 10)));
    }
    done();
  });

  test('a missing file is no change; a folder in its place is a fault', () => {
    const { path, lines, done } = simulation();
    const input = lines.input(spec, 1, ignore);
    rmSync(path);
    assert.equal(input.read(), null);
    mkdirSync(path);
    assert.throws(() => input.read(), { code: 'line-read' });
    done();
  });

  test('written in place: the file stays the same file', () => {
    const { path, lines, done } = simulation();
    const output = lines.output(spec, 0);
    const before = statSync(path).ino;
    output.write(1);
    output.write(0);
    output.write(1);
    assert.equal(statSync(path).ino, before);
    assert.equal(readFileSync(path, 'utf8'), '1\n');
    done();
  });

  test('an output survives deletion, replacement, longer text and the loss of its folder', () => {
    const { dir, path, put, lines, done } = simulation();
    const output = lines.output(spec, 0);
    const damages = [
      () => rmSync(path),
      () => {
        writeFileSync(`${path}.new`, '0');
        renameSync(`${path}.new`, path);
      },
      () => put('a longer text'),
      () => rmSync(join(dir, 'chip'), { recursive: true }),
    ];
    for (const damage of damages) {
      damage();
      output.write(1);
      assert.equal(readFileSync(path, 'utf8'), '1\n', String(damage));
      assert.equal(output.read(), 1);
    }
    done();
  });

  test('names that would leave the folder are refused', () => {
    const { dir, lines, done } = simulation();
    for (const chip of ['', '.', '..', 'a/b', '/etc', 'a\0b']) {
      assert.throws(
        () => lines.output({ chip, line: 1 }, 0),
        (error: unknown) => error instanceof Fault && error.code === 'line-setup',
        JSON.stringify(chip),
      );
    }
    assert.ok(!existsSync(join(dir, '1')));
    done();
  });

  test('a folder that cannot be made is a fault that names the line', () => {
    const { dir, lines, done } = simulation();
    writeFileSync(join(dir, 'chip'), 'a file');
    assert.throws(() => lines.output(spec, 0), /chip line 7/);
    assert.throws(() => lines.input({ chip: 'chip', line: 8 }, 0, ignore), /chip line 8/);
    done();
  });
});

describe('changes of simulated lines', () => {
  test('a file that an editor replaces is seen', async () => {
    const { path, lines, done } = simulation();
    let hints = 0;
    const input = lines.input(spec, 1, () => {
      hints += 1;
    });
    await sleep(20);
    hints = 0;
    writeFileSync(`${path}~`, '0');
    renameSync(`${path}~`, path);
    for (let i = 0; i < 450 && hints === 0; i += 1) await sleep(2);
    assert.ok(hints > 0);
    assert.equal(input.read(), 0);
    done();
  });

  test('a folder made anew is watched again', async () => {
    const { dir, time, lines, put, done } = simulation();
    let hints = 0;
    const input = lines.input(spec, 1, () => {
      hints += 1;
    });
    rmSync(join(dir, 'chip'), { recursive: true });
    await sleep(20);
    time.pass(1_000);
    put('0');
    time.pass(1_000);
    hints = 0;
    put('1');
    for (let i = 0; i < 450 && hints === 0; i += 1) await sleep(2);
    assert.ok(hints > 0);
    assert.equal(input.read(), 1);
    done();
  });

  test('without inotify the files are compared every 40 ms', () => {
    const { dir, path, time, lines, put, done } = simulation();
    put('1');
    let hints = 0;
    const folder = new SimFolder(join(dir, 'chip'), time, silent, () => {
      throw new Error('ENOSPC: no watches left');
    });
    folder.listen('7', () => {
      hints += 1;
    });
    time.pass(40);
    hints = 0;
    time.pass(400);
    assert.equal(hints, 0, 'nothing changed');
    writeFileSync(path, '0\n');
    time.pass(40);
    assert.equal(hints, 1);
    folder.close();
    assert.equal(time.waiting, 0);
    lines.close();
    done();
  });
});
