/** What `watchClockSource` promises of every system: by folders and a program as they are there. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { until } from '../../../../scripts/rig/until.ts';
import { mono, seconds, wall } from '../../../../src/base/brand.ts';
import { type ClockFiles, watchClockSource } from '../../../../src/box/adapters/system/clock-source.ts';

class Bench {
  readonly files: ClockFiles;
  readonly told: string[] = [];
  readonly #dir: string;
  now = wall(Date.UTC(2026, 10, 30));
  #wake: (() => void) | null = null;
  #at = 0;
  #mono = 0;

  constructor(t: TestContext) {
    const dir = mkdtempSync(join(tmpdir(), 'smartbox-clock-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    this.#dir = dir;
    this.files = {
      busctl: join(dir, 'busctl'),
      timesync: join(dir, 'synchronized'),
      chips: join(dir, 'rtc'),
    };
  }

  /** A system whose busctl answers so, and counts how often it was asked. */
  answers(text: string, code = 0): void {
    writeFileSync(
      this.files.busctl,
      `#!/bin/sh\ncase "$*" in *'get-property org.freedesktop.timedate1 '*' NTPSynchronized') ;; *) exit 9 ;; esac\nprintf '${text}'\nexit ${code}\n`,
    );
    chmodSync(this.files.busctl, 0o755);
  }

  chip(name: string, hctosys: string, sinceEpoch: string): void {
    const folder = join(this.#dir, 'rtc', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'hctosys'), `${hctosys}\n`);
    writeFileSync(join(folder, 'since_epoch'), sinceEpoch);
  }

  noted(atS: number): void {
    writeFileSync(this.files.timesync, '');
    utimesSync(this.files.timesync, atS, atS);
  }

  async starts(t: TestContext): Promise<void> {
    t.after(
      watchClockSource(
        {
          mono: () => mono(this.#mono),
          wall: () => this.now,
          at: (at, wake) => {
            this.#at = at;
            this.#wake = wake;
            return () => {
              this.#wake = null;
            };
          },
        },
        body => this.told.push(body.type === 'clock-synced' ? `${body.synced} ${body.by}` : body.type),
        this.files,
      ),
    );
    assert.deepEqual(this.told, [], 'nobody who waits for the start waits for this');
    assert.equal(await this.looksAgain(), seconds(1));
  }

  /** Until the next look has been taken; how long it waited for that, in milliseconds. */
  async looksAgain(): Promise<number> {
    const waited = this.#at - this.#mono;
    this.#mono = this.#at;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
    await this.#looked();
    return waited;
  }

  readonly #looked = (): Promise<void> => until('a look', () => this.#wake !== null, 20_000);
}

test('a system whose kernel is steered: synced by the network, and looked at again every five minutes', async t => {
  const bench = new Bench(t);
  bench.answers('b true\\n');
  await bench.starts(t);
  assert.deepEqual(bench.told, ['true network']);
  assert.equal(await bench.looksAgain(), seconds(300));
  assert.deepEqual(bench.told, ['true network', 'true network']);
});

test('a system that comes to be steered while it is looked at', async t => {
  const bench = new Bench(t);
  bench.answers('b false\\n');
  await bench.starts(t);
  bench.answers('b true\\n');
  assert.equal(await bench.looksAgain(), seconds(30));
  assert.deepEqual(bench.told, ['true network']);
});

for (const [name, answer, code] of [
  ['an answer that is none', 'b maybe\\n', 0],
  ['a program that fails, though it says true', 'b true\\n', 1],
  ['a program that floods', '%09999d', 0],
] as const)
  test(`${name} vouches for nothing`, async t => {
    const bench = new Bench(t);
    bench.answers(answer, code);
    await bench.starts(t);
    assert.deepEqual(bench.told, []);
  });

test('without D-Bus a note of timesyncd counts, once for each', async t => {
  const bench = new Bench(t);
  bench.noted(1_000);
  await bench.starts(t);
  await bench.looksAgain();
  assert.deepEqual(bench.told, ['true network']);
  bench.noted(2_000);
  await bench.looksAgain();
  assert.deepEqual(bench.told, ['true network', 'true network']);
});

const nowS = `${Date.UTC(2026, 10, 30) / 1_000}\n`;

test('the chip that the kernel booted by vouches; another one does not', async t => {
  const bench = new Bench(t);
  bench.chip('rtc0', '0', nowS);
  await bench.starts(t);
  assert.deepEqual(bench.told, []);
  bench.chip('rtc1', '1', nowS);
  await bench.looksAgain();
  assert.deepEqual(bench.told, ['true chip']);
});

test('a chip whose driver refuses to be read (EINVAL), as after low voltage, vouches for nothing', async t => {
  const bench = new Bench(t);
  bench.chip('rtc0', '1', '');
  rmSync(join(bench.files.chips, 'rtc0', 'since_epoch'));
  // Reading a folder fails just so.
  mkdirSync(join(bench.files.chips, 'rtc0', 'since_epoch'));
  await bench.starts(t);
  assert.deepEqual(bench.told, []);
});

test('a watch that ended looks no more, and kills what it asked', async t => {
  const bench = new Bench(t);
  const begun = join(bench.files.chips, '..', 'begun');
  writeFileSync(bench.files.busctl, `#!/bin/sh\n: > ${begun}\nexec sleep 600\n`);
  chmodSync(bench.files.busctl, 0o755);
  const heard: unknown[] = [];
  const wakes: (() => void)[] = [];
  const at = (_: number, wake: () => void): (() => void) => {
    wakes.push(wake);
    return () => {};
  };
  const time = { mono: () => mono(0), wall: () => bench.now, at };
  const isThere = (kind: string): boolean => process.getActiveResourcesInfo().includes(kind);
  const stop = watchClockSource(time, body => heard.push(body), bench.files);
  wakes[0]?.();
  await until('a question', () => existsSync(begun) && isThere('ProcessWrap'), 20_000);
  stop();
  await until('no child', () => !isThere('ProcessWrap'), 20_000);
  await setTimeout(20);
  assert.deepEqual([heard, wakes.length], [[], 1]);
});
